/** A row of categories, one of them chosen; wraps where there are many. */

import { styled } from "@mui/material/styles";
import { px, target, text } from "../theme/tokens";
import { Touchable } from "./Button";

const Row = styled("div")({ display: "flex", flexWrap: "wrap", gap: "max(16px, calc(14 * var(--u)))" });

const Pill = styled(Touchable)(({ theme: { look } }) => ({
  minHeight: target.any,
  padding: `0 ${px(28)}`,
  borderRadius: px(60),
  background: look.surface,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.line}`,
  fontSize: text.small,
  fontWeight: 600,
  "&[aria-pressed=true]": {
    background: look.outlined ? look.primary : look.ink,
    color: look.outlined ? look.onPrimary : look.surface,
    boxShadow: "none",
  },
  "@media (orientation: landscape)": { padding: `0 ${px(20)}` },
}));

interface PillsProps {
  readonly pills: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

export function Pills({ pills, chosen, onChoose }: PillsProps) {
  return (
    <Row>
      {pills.map(({ id, name }) => (
        <Pill key={id} aria-pressed={id === chosen} onClick={() => onChoose(id)}>
          {name}
        </Pill>
      ))}
    </Row>
  );
}
