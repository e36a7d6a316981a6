/** How would you like it? The questions about one service, how many, and the total as it grows. */

import AddIcon from "@mui/icons-material/AddRounded";
import CheckIcon from "@mui/icons-material/CheckRounded";
import { styled } from "@mui/material/styles";
import type { Picks } from "../api/agent";
import type { ChoosingView, OptionGroupView } from "../api/schemas";
import { BackButton } from "../parts/BackButton";
import { BrandMark } from "../parts/BrandMark";
import { Button } from "../parts/Button";
import { Frame } from "../parts/Frame";
import { IconTile } from "../parts/IconTile";
import { OptionCard } from "../parts/OptionCard";
import type { ScreenProps } from "../parts/screen";
import { Stepper } from "../parts/Stepper";
import { Sum } from "../parts/Sum";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Page = styled("div")({
  display: "grid",
  gap: px(56),
  paddingBottom: px(24),
  "@media (orientation: landscape)": { gap: px(24) },
});

const Lead = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr)",
  alignItems: "center",
  gap: px(28),
  fontSize: text.body,
  color: look.soft,
  "@media (orientation: landscape)": { display: "none" },
}));

const Head = styled("div")({
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  justifyContent: "space-between",
  gap: `${px(8)} ${px(24)}`,
  marginBottom: px(24),
  "& h2": { fontSize: text.answer, fontWeight: 700, lineHeight: 1.15 },
  "@media (orientation: landscape)": { marginBottom: px(12) },
});

const Hint = styled("span", { shouldForwardProp: (name) => name !== "open" })<{ open: boolean }>(
  ({ theme: { look }, open }) => ({
    display: "inline-flex",
    alignItems: "center",
    gap: px(8),
    padding: `${px(6)} ${px(20)}`,
    borderRadius: px(40),
    background: open ? look.accentTint : look.tint,
    boxShadow: look.outlined ? `inset 0 0 0 ${look.outline_px}px ${look.line}` : "none",
    color: open ? look.ink : look.primary,
    fontSize: text.small,
    fontWeight: 600,
  }),
);

const Choices = styled("div")({
  display: "grid",
  gridTemplateColumns: "repeat(2, minmax(0, 1fr))",
  gap: "max(16px, calc(20 * var(--u)))",
  "@media (orientation: landscape)": {
    gridTemplateColumns: "repeat(3, minmax(0, 1fr))",
    gap: "max(16px, calc(16 * var(--u)))",
  },
});

const Count = styled("section")(({ theme: { look } }) => ({
  display: "flex",
  alignItems: "center",
  justifyContent: "space-between",
  padding: `${px(20)} ${px(32)}`,
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  "& h2": { fontSize: text.answer, fontWeight: 700 },
  "@media (orientation: landscape)": { padding: `${px(10)} ${px(22)}` },
}));

export function Options({ state, deeds, choosing }: ScreenProps & { choosing: ChoosingView }) {
  const { say, read, money } = useSpeech();
  const { service, quantity, total_minor } = choosing;
  const amount = total_minor === 0 ? say("services.free") : money(total_minor);
  return (
    <Frame
      title={read(service.name)}
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      back={<BackButton onTouch={() => void deeds.go("services")} />}
      between={<Sum label={say(choosing.is_from ? "cart.from" : "cart.total")} amount={amount} />}
      next={
        <Button kind="primary" onClick={() => void deeds.add()}>
          <AddIcon />
          {say("options.add")}
        </Button>
      }
    >
      <Page>
        <Lead>
          <IconTile icon={service.icon} />
          {read(service.description)}
        </Lead>
        {service.options.map((group) => (
          <Question
            key={group.id}
            group={group}
            choosing={choosing}
            onTouch={(option) => void deeds.pick(touched(option))}
          />
        ))}
        <Count>
          <h2>{say("options.quantity")}</h2>
          <Stepper
            name={read(service.name)}
            quantity={quantity}
            onChange={(change) => void deeds.pick(counted(change))}
          />
        </Count>
      </Page>
    </Frame>
  );
}

interface QuestionProps {
  readonly group: OptionGroupView;
  readonly choosing: ChoosingView;
  readonly onTouch: (option: string) => void;
}

function Question({ group, choosing, onTouch }: QuestionProps) {
  const { say, read } = useSpeech();
  const open = choosing.missing.includes(group.id);
  const required = group.picks_min > 0;
  const count = required ? group.picks_min : group.picks_max;
  return (
    <section aria-label={read(group.name)}>
      <Head>
        <h2>{read(group.name)}</h2>
        <Hint open={open}>
          {required && !open && <CheckIcon fontSize="inherit" />}
          {say(required ? "options.pick" : "options.up_to", { count })}
        </Hint>
      </Head>
      <Choices>
        {group.choices.map((option) => (
          <OptionCard
            key={option.id}
            option={option}
            picked={choosing.options.includes(option.id)}
            onTouch={() => onTouch(option.id)}
          />
        ))}
      </Choices>
    </section>
  );
}

/** A touch picks it, as the newest; another puts it back. */
function touched(option: string) {
  return ({ options, quantity }: ChoosingView): Picks => ({
    quantity,
    options: options.includes(option)
      ? options.filter((one) => one !== option)
      : [...options, option],
  });
}

function counted(change: 1 | -1) {
  return ({ options, quantity }: ChoosingView): Picks => ({ options, quantity: quantity + change });
}
