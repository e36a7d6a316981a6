/** One way to pay with its own total; when it is off, why. */

import ChevronRightIcon from "@mui/icons-material/ChevronRightRounded";
import { styled } from "@mui/material/styles";
import type { Deeds } from "../api/agent";
import type { Method, MethodView } from "../api/schemas";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Touchable } from "./Button";
import { IconTile } from "./IconTile";

/** One below the other; in two columns where more of them than fit stand on a wide panel. */
export const Rows = styled("div")({
  display: "grid",
  gap: "var(--gap)",
  "@media (orientation: landscape)": {
    width: "min(100%, 70em)",
    margin: "0 auto",
    "html:not([data-large]) &:has(> :nth-of-type(4))": {
      width: "100%",
      gridTemplateColumns: "repeat(2, minmax(0, 1fr))",
    },
  },
});

export const Row = styled(Touchable)(({ theme: { look } }) => ({
  whiteSpace: "normal",
  width: "100%",
  minHeight: px(196),
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr) auto auto",
  alignItems: "center",
  columnGap: px(32),
  padding: `${px(32)} ${px(28)} ${px(32)} ${px(36)}`,
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  color: look.ink,
  "&:active": { background: look.tint },
  "&.Mui-disabled": { background: "transparent", boxShadow: `inset 0 0 0 2px ${look.line}` },
  "& > svg": { gridColumn: 4, fontSize: px(56), color: look.soft },
  "html[data-large] &": {
    gridTemplateColumns: "auto minmax(0, 1fr)",
    rowGap: px(16),
    "& > :nth-of-type(3)": { gridColumn: 2 },
    "& > svg": { display: "none" },
  },
  "@media (orientation: landscape)": { minHeight: px(140), padding: `${px(22)} ${px(28)}` },
}));

export const Name = styled("span")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(4),
  fontSize: text.answer,
  fontWeight: 700,
  lineHeight: 1.15,
  "& small": { fontSize: text.small, fontWeight: 400, color: look.soft },
}));

const Total = styled("span")({ fontSize: text.answer, fontWeight: 700, whiteSpace: "nowrap" });

const icons: Readonly<Record<Method, string>> = {
  debit: "credit_card",
  credit: "credit_card",
  voucher: "restaurant",
  pix: "qr_code",
  counter: "storefront",
  free: "confirmation_number",
};

interface MethodRowProps {
  readonly method: MethodView;
  readonly onTouch: () => void;
}

export function MethodRow({
  method: { method, total_minor, available, reason, instalments_max },
  onTouch,
}: MethodRowProps) {
  const { say, sayOf, money } = useSpeech();
  const how =
    instalments_max > 1
      ? say("method.credit.parts", { count: instalments_max })
      : say(`method.${method}.how`);
  return (
    <Row disabled={!available} onClick={onTouch}>
      <IconTile icon={icons[method]} tone={available ? "primary" : "off"} />
      <Name>
        {say(`method.${method}`)}
        <small>{available ? how : sayOf("off", reason)}</small>
      </Name>
      {available && <Total>{money(total_minor)}</Total>}
      {available && <ChevronRightIcon aria-hidden />}
    </Row>
  );
}

/** A method was touched: ask how many parts where there is a choice, else pay. */
export function choose({ method, instalments_max }: MethodView, deeds: Deeds): Promise<void> {
  return instalments_max > 1 ? deeds.go("instalments") : deeds.pay(method);
}
