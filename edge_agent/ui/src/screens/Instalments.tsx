/** Into how many parts? One touch each; every part and the total are shown before it is chosen. */

import { styled } from "@mui/material/styles";
import { BackButton } from "../parts/BackButton";
import { BrandMark } from "../parts/BrandMark";
import { Touchable } from "../parts/Button";
import { Frame } from "../parts/Frame";
import type { ScreenProps } from "../parts/screen";
import { Sum } from "../parts/Sum";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Choices = styled("div")({
  display: "grid",
  gap: "var(--gap)",
  gridTemplateColumns: "repeat(2, minmax(0, 1fr))",
  "@media (orientation: landscape)": { gridTemplateColumns: "repeat(3, minmax(0, 1fr))" },
  "html[data-large] &": { gridTemplateColumns: "minmax(0, 1fr)" },
});

const Choice = styled(Touchable)(({ theme: { look } }) => ({
  minHeight: px(150),
  display: "grid",
  justifyItems: "start",
  justifyContent: "start",
  alignContent: "center",
  gap: px(4),
  padding: `${px(20)} ${px(32)}`,
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  color: look.ink,
  fontSize: text.answer,
  fontWeight: 700,
  "&:active": { background: look.tint },
  "& small": { fontSize: text.small, fontWeight: 400, color: look.soft },
}));

export function Instalments({ state, deeds }: ScreenProps) {
  const { say, money } = useSpeech();
  const credit = state.methods.find(({ method }) => method === "credit");
  const total = credit?.total_minor ?? state.total_minor;
  const parts = Array.from({ length: credit?.instalments_max ?? 1 }, (_, index) => index + 1);
  return (
    <Frame
      title={say("instalments.title")}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      middle
      back={<BackButton onTouch={() => void deeds.go("method")} />}
      between={<Sum label={say("cart.total")} amount={money(total)} />}
    >
      <Choices>
        {parts.map((count) => (
          <Part
            key={count}
            total={total}
            count={count}
            onTouch={() => void deeds.pay("credit", count)}
          />
        ))}
      </Choices>
    </Frame>
  );
}

interface PartProps {
  readonly total: number;
  readonly count: number;
  readonly onTouch: () => void;
}

/** What does not divide is in the first part, as acquirers do it: together they are the total. */
function Part({ total, count, onTouch }: PartProps) {
  const { say, money } = useSpeech();
  const each = Math.floor(total / count);
  const first = total - each * (count - 1);
  if (count === 1) {
    return (
      <Choice onClick={onTouch}>
        {say("instalments.once")}
        <small>{say("instalments.total", { total: money(total) })}</small>
      </Choice>
    );
  }
  return (
    <Choice onClick={onTouch}>
      {say("instalments.each", { count, amount: money(each) })}
      <small>
        {say(first === each ? "instalments.free" : "instalments.first", { amount: money(first) })}
      </small>
    </Choice>
  );
}
