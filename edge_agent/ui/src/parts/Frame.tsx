/**
 * Every screen during a visit: the question on top, the answers, and one bar at the bottom whose
 * way back is always at the left and whose way on is always at the right. Nothing else.
 */

import { styled } from "@mui/material/styles";
import type { ReactNode } from "react";
import { rise, settle } from "../theme/motion";
import { HelpButton } from "./HelpButton";
import { motion, px, text } from "../theme/tokens";

/** Large text: the page scrolls as one, and only the bar stays. */
const LARGE = "html[data-large] &";

const Page = styled("div")({
  height: "100%",
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr)",
  gridTemplateRows: "auto minmax(0, 1fr) auto",
  animation: `${settle} 300ms`,
  [LARGE]: { gridTemplateRows: "max-content minmax(max-content, 1fr) max-content", overflowY: "auto" },
});

const Head = styled("header")({
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr) auto",
  alignItems: "center",
  gap: `${px(40)} ${px(32)}`,
  padding: `${px(44)} var(--gutter) ${px(32)}`,
  [LARGE]: {
    display: "flex",
    flexWrap: "wrap",
    justifyContent: "space-between",
    "& h1": { flexBasis: "100%" },
  },
  "& h1:last-child": { gridColumn: "1 / -1" },
  "& h1 + div": { justifySelf: "end" },
  "@media (orientation: landscape)": {
    gridTemplateColumns: "auto minmax(0, 1fr) auto auto",
    padding: `max(28px, ${px(28)}) var(--gutter) ${px(20)}`,
    "& h1, & h1:last-child": { gridColumn: 2, gridRow: 1 },
    "& > span:empty ~ h1": { gridColumn: "1 / 3" },
    "& h1 + div": { gridColumn: 3, gridRow: 1 },
    "& > :nth-child(2)": { gridColumn: 4, gridRow: 1 },
  },
});

const Aside = styled("div")({
  display: "flex",
  alignItems: "center",
  justifyContent: "flex-end",
  gap: `calc(max(16px, ${px(24)}) + ${px(16)})`,
});

const Title = styled("h1")({
  fontSize: text.title,
  fontWeight: 700,
  letterSpacing: "-0.015em",
  lineHeight: 1.12,
  animation: `${rise} ${motion.change}`,
});

const Main = styled("main", { shouldForwardProp: (name) => name !== "middle" })<{
  middle: boolean;
}>(({ middle }) => ({
  padding: `${px(8)} var(--gutter) ${px(24)}`,
  overflowY: "auto",
  scrollbarWidth: "none",
  maskImage: `linear-gradient(#000 calc(100% - ${px(24)}), transparent)`,
  animation: `${rise} ${motion.change}`,
  [LARGE]: { overflowY: "visible", maskImage: "none" },
  ...(middle && { display: "grid", alignContent: "safe center" }),
}));

const Bottom = styled("footer", { shouldForwardProp: (name) => name !== "raised" })<{
  raised: boolean;
}>(({ theme: { look }, raised }) => ({
  minHeight: "var(--bar)",
  display: "grid",
  gridTemplateColumns: "auto minmax(min-content, 1fr) auto",
  alignItems: "center",
  gap: "max(16px, calc(16 * var(--u)))",
  padding: `max(24px, ${px(20)}) var(--gutter)`,
  paddingLeft: "calc(var(--gutter) + var(--access-room))",
  [LARGE]: {
    position: "sticky",
    bottom: 0,
    zIndex: 1,
    display: "flex",
    flexWrap: "wrap",
    justifyContent: "space-between",
    background: raised ? look.surface : look.paper,
    "& > :nth-of-type(2)": { order: -1, flexBasis: "100%" },
    "& > :last-of-type": { marginLeft: "auto" },
    "@media (orientation: landscape)": {
      "& > :nth-of-type(2)": { order: 0, flexBasis: "auto", marginLeft: "auto" },
      "& > :last-of-type": { marginLeft: 0 },
      "& > :nth-of-type(2):empty + div": { marginLeft: "auto" },
    },
    "& > :empty": { display: "none" },
  },
  transition: `background-color ${motion.change}, box-shadow ${motion.change}`,
  ...(raised && {
    background: look.surface,
    boxShadow: look.outlined ? `0 -4px ${look.line}` : "0 -6px 28px rgb(20 33 61 / 8%)",
  }),
}));

const Middle = styled("div")({ display: "grid" });

const Next = styled("div")({
  display: "grid",
  animation: `${rise} ${motion.change}`,
  "& > button": { paddingBlock: px(8) },
});

export interface FrameProps {
  /** Left out where the question stands with its answer. */
  readonly title?: string;
  readonly brand?: ReactNode;
  readonly aside?: ReactNode;
  /** Beside the title. */
  readonly offer?: ReactNode;
  readonly back?: ReactNode;
  readonly between?: ReactNode;
  readonly next?: ReactNode;
  /** Centre what there is little of. */
  readonly middle?: boolean;
  readonly children: ReactNode;
}

export function Frame({ title, brand, aside, offer, back, between, next, middle, children }: FrameProps) {
  return (
    <Page>
      <Head>
        {brand ?? <span />}
        <Aside>
          {aside}
          <HelpButton />
        </Aside>
        {title !== undefined && <Title>{title}</Title>}
        {Boolean(offer) && <div>{offer}</div>}
      </Head>
      <Main middle={middle ?? false}>{children}</Main>
      <Bottom raised={Boolean(next)}>
        <div>{back}</div>
        <Middle>{between}</Middle>
        {Boolean(next) && <Next>{next}</Next>}
      </Bottom>
    </Page>
  );
}
