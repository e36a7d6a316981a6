/** A code to keep, large, with its QR to photograph and the amount it stands for. */

import { styled } from "@mui/material/styles";
import { edge, px, radius, text } from "../theme/tokens";
import { Qr } from "./Qr";

const Card = styled("section")(({ theme: { look } }) => ({
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr) auto",
  "html[data-large] &": { gridTemplateColumns: "minmax(0, 1fr)" },
  alignItems: "center",
  gap: px(48),
  width: "100%",
  maxWidth: px(984),
  padding: px(44),
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  textAlign: "left",
  fontSize: text.small,
  color: look.soft,
  "& strong": {
    display: "block",
    fontSize: text.display,
    lineHeight: 1.15,
    letterSpacing: "-0.01em",
    color: look.ink,
    overflowWrap: "anywhere",
  },
  "& p + p": { marginTop: px(16), fontSize: text.answer, color: look.ink },
  "@media (orientation: landscape)": { padding: px(28) },
}));

interface PixCodeProps {
  readonly label: string;
  readonly code: string;
  readonly amount: string;
}

export function PixCode({ label, code, amount }: PixCodeProps) {
  return (
    <Card data-claim>
      <div>
        <p>
          {label}
          <strong>{code}</strong>
        </p>
        <p>{amount}</p>
      </div>
      <Qr text={code} label={label} size={px(260)} />
    </Card>
  );
}
