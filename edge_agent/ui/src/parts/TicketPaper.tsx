/** The ticket as it comes out of the printer: the number is the largest thing on the screen. */

import { keyframes, styled } from "@mui/material/styles";
import type { ReactNode } from "react";
import { px, text } from "../theme/tokens";
import { HeroNumber } from "./HeroNumber";

const feed = keyframes`
  from { transform: translateY(-102%); }
  to { transform: none; }
`;

const Printer = styled("section")({
  display: "grid",
  justifyItems: "center",
  width: "100%",
  maxWidth: px(936),
  margin: "0 auto",
});

const Slot = styled("div")(({ theme: { look } }) => ({
  zIndex: 1,
  width: "100%",
  height: px(28),
  borderRadius: px(14),
  background: look.outlined ? look.surface : look.ink,
  boxShadow: look.outlined ? `inset 0 0 0 ${look.outline_px}px ${look.line}` : "none",
}));

const Outlet = styled("div")({
  width: "95%",
  marginTop: px(-14),
  overflow: "hidden",
  padding: `0 0 ${px(36)}`,
  "@media (orientation: landscape)": { paddingBottom: px(24) },
});

const Paper = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  justifyItems: "center",
  padding: `${px(56)} ${px(40)} ${px(56)}`,
  background: look.surface,
  color: look.ink,
  textAlign: "center",
  filter: look.outlined ? "none" : "drop-shadow(0 6px 14px rgb(20 33 61 / 12%))",
  boxShadow: look.outlined ? `inset 0 0 0 ${look.outline_px}px ${look.line}` : "none",
  clipPath: look.outlined ? "none" : torn(24),
  animation: `${feed} 900ms cubic-bezier(0.2, 0.7, 0.2, 1)`,
  "@media (orientation: landscape)": { padding: `${px(28)} ${px(20)} ${px(32)}` },
}));

const Label = styled("p")(({ theme: { look } }) => ({
  fontSize: text.body,
  fontWeight: 600,
  color: look.soft,
}));

const Rest = styled("div")(({ theme: { look } }) => ({
  width: "100%",
  display: "grid",
  justifyItems: "center",
  gap: px(16),
  marginTop: px(28),
  paddingTop: px(28),
  borderTop: `4px dashed ${look.line}`,
  fontSize: text.body,
}));

interface TicketPaperProps {
  readonly label: string;
  readonly number: string;
  readonly children: ReactNode;
}

export function TicketPaper({ label, number, children }: TicketPaperProps) {
  return (
    <Printer>
      <Slot />
      <Outlet>
        <Paper>
          <Label>{label}</Label>
          <HeroNumber number={number} />
          <Rest>{children}</Rest>
        </Paper>
      </Outlet>
    </Printer>
  );
}

/** The lower edge as paper is torn: `teeth` small triangles. */
function torn(teeth: number): string {
  const edge = Array.from({ length: teeth * 2 + 1 }, (_, i) => {
    const x = 100 - (i * 100) / (teeth * 2);
    return `${x.toFixed(2)}% ${i % 2 === 0 ? "100%" : "calc(100% - 14px)"}`;
  });
  return `polygon(0 0, 100% 0, ${edge.join(", ")})`;
}
