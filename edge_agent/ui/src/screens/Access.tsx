/** What works best for you? Each aid is one large switch; what is chosen holds for this visit. */

import ContrastIcon from "@mui/icons-material/ContrastRounded";
import BlankIcon from "@mui/icons-material/VisibilityOffRounded";
import HeadphonesIcon from "@mui/icons-material/HeadphonesRounded";
import LowIcon from "@mui/icons-material/AccessibleRounded";
import SlowIcon from "@mui/icons-material/MoreTimeRounded";
import SpeechIcon from "@mui/icons-material/VolumeUpRounded";
import TextIcon from "@mui/icons-material/FormatSizeRounded";
import type SvgIcon from "@mui/material/SvgIcon";
import Modal from "@mui/material/Modal";
import { styled } from "@mui/material/styles";
import type { AccessView } from "../api/schemas";
import { Button, Touchable } from "../parts/Button";
import { rise } from "../theme/motion";
import { motion, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const AIDS = [
  ["low", LowIcon],
  ["contrast", ContrastIcon],
  ["large", TextIcon],
  ["slow", SlowIcon],
  ["speech", SpeechIcon],
  ["headphones", HeadphonesIcon],
  ["blank", BlankIcon],
] as const satisfies readonly (readonly [keyof AccessView, typeof SvgIcon])[];

const Sheet = styled("section")(({ theme: { look } }) => ({
  position: "absolute",
  inset: "auto 0 0",
  maxHeight: "100%",
  overflowY: "auto",
  display: "grid",
  gap: px(32),
  padding: px(48),
  borderRadius: `${radius.card} ${radius.card} 0 0`,
  background: look.paper,
  color: look.ink,
  outline: look.outlined ? `${look.outline_px}px solid ${look.line}` : "none",
  animation: `${rise} ${motion.change}`,
  "& h2": { fontSize: text.title, fontWeight: 700, lineHeight: 1.12, letterSpacing: "-0.015em" },
  "@media (orientation: landscape)": { gap: px(20), padding: `${px(32)} ${px(48)}` },
}));

const Rows = styled("div")({
  display: "grid",
  gap: "max(16px, calc(20 * var(--u)))",
  "@media (orientation: landscape)": { gridTemplateColumns: "repeat(2, minmax(0, 1fr))" },
  "html[data-large] &": { gridTemplateColumns: "minmax(0, 1fr)" },
});

const Row = styled(Touchable)(({ theme: { look } }) => ({
  width: "100%",
  minHeight: px(148),
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr) auto",
  alignItems: "center",
  columnGap: px(28),
  padding: `${px(20)} ${px(32)}`,
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.line}`,
  color: look.ink,
  fontSize: text.answer,
  fontWeight: 700,
  lineHeight: 1.15,
  whiteSpace: "normal",
  "& > svg": { fontSize: px(72), color: look.primary },
  "& small": { display: "block", fontSize: text.small, fontWeight: 400, color: look.soft },
  "&[aria-checked=true]": { boxShadow: `inset 0 0 0 ${look.outline_px + 3}px ${look.primary}` },
  "&:active": { background: look.tint },
  "@media (orientation: landscape)": { minHeight: px(116), "& > svg": { fontSize: px(56) } },
  "html[data-large] &": { gridTemplateColumns: "auto minmax(0, 1fr)", rowGap: px(16) },
}));

const State = styled("span")(({ theme: { look } }) => ({
  minWidth: "6.4em",
  padding: `${px(12)} ${px(20)}`,
  borderRadius: px(60),
  fontSize: text.small,
  textAlign: "center",
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.line}`,
  "[aria-checked=true] > &": {
    background: look.primary,
    color: look.onPrimary,
    boxShadow: "none",
  },
  "html[data-large] &": { gridColumn: "1 / -1" },
}));

const Ways = styled("div")(({ theme: { look } }) => ({
  position: "sticky",
  bottom: px(-48),
  margin: `${px(-8)} ${px(-24)} ${px(-24)}`,
  padding: `${px(20)} ${px(24)} ${px(24)}`,
  background: look.paper,
  display: "flex",
  flexWrap: "wrap",
  justifyContent: "space-between",
  gap: "max(16px, calc(24 * var(--u)))",
  "html[data-large] &": { bottom: px(-32) },
}));

/** A panel that lies is drawn whole: there is nothing to bring lower. */
function isLying(): boolean {
  return typeof matchMedia === "function" && matchMedia("(orientation: landscape)").matches;
}

interface AccessProps {
  readonly view: AccessView;
  readonly onChange: (change: Partial<AccessView>) => void;
  readonly onReset: () => void;
  readonly onClose: () => void;
}

export function Access({ view, onChange, onReset, onClose }: AccessProps) {
  const { say } = useSpeech();
  const has: Partial<Record<keyof AccessView, boolean>> = {
    low: !isLying(),
    headphones: view.speech,
    blank: view.speech,
  };
  const offered = AIDS.filter(([aid]) => has[aid] ?? true);
  return (
    <Modal open onClose={onClose}>
      <Sheet role="dialog" aria-modal="true" aria-labelledby="access-title">
        <h2 id="access-title" data-title>
          {say("access.title")}
        </h2>
        <Rows>
          {offered.map(([aid, Icon], place) => (
            <Row
              key={aid}
              role="switch"
              aria-checked={view[aid]}
              autoFocus={place === 0}
              onClick={() => onChange({ [aid]: !view[aid] })}
            >
              <Icon aria-hidden />
              <span>
                {say(`access.${aid}`)}
                <small>{say(`access.${aid}.what`)}</small>
              </span>
              <State aria-hidden>{say(view[aid] ? "access.on" : "access.off")}</State>
            </Row>
          ))}
        </Rows>
        <Ways>
          <Button kind="plain" onClick={onReset}>
            {say("access.reset")}
          </Button>
          <Button kind="primary" onClick={onClose}>
            {say("access.done")}
          </Button>
        </Ways>
      </Sheet>
    </Modal>
  );
}
