/**
 * The first screen: the owner's name, one thing to touch, three languages, and the truth about the
 * network.
 */

import AccessibilityIcon from "@mui/icons-material/AccessibilityNewRounded";
import OfflineIcon from "@mui/icons-material/CloudOffRounded";
import TouchIcon from "@mui/icons-material/TouchAppRounded";
import { keyframes, styled } from "@mui/material/styles";
import type { Locale } from "../api/schemas";
import { ChooseDrawing, PayDrawing, TakeDrawing } from "../parts/AttractDrawings";
import { BrandMark } from "../parts/BrandMark";
import { Button, Touchable } from "../parts/Button";
import type { ScreenProps } from "../parts/screen";
import { settle } from "../theme/motion";
import { px, radius, target, text } from "../theme/tokens";
import { languages, speechOf, tags, useSpeech } from "../words/words";

const SLIDE_S = 7;

const turn = keyframes`
  0% { opacity: 0; transform: translateY(16px); }
  3%, 30% { opacity: 1; transform: none; }
  33.3%, 100% { opacity: 0; transform: none; }
`;

const Page = styled("main")(({ theme: { look } }) => ({
  height: "100%",
  display: "grid",
  gridTemplateRows: "auto minmax(0, 1fr) auto auto",
  gap: px(56),
  padding: `${px(56)} var(--gutter) ${px(36)}`,
  background: look.outlined ? look.paper : look.primary,
  color: look.outlined ? look.ink : look.onPrimary,
  animation: `${settle} 300ms`,
  "@media (orientation: landscape)": {
    gridTemplateColumns: "minmax(0, 1fr) minmax(0, 0.8fr)",
    gridTemplateRows: "auto minmax(0, 1fr) auto",
    gap: `${px(24)} ${px(72)}`,
    padding: `${px(40)} ${px(64)} ${px(24)}`,
  },
}));

const Show = styled("div")({
  display: "grid",
  minHeight: 0,
  textAlign: "center",
  "& > *": { gridArea: "1 / 1" },
  "@media (orientation: landscape)": { gridColumn: 2, gridRow: "1 / 3" },
});

const Slide = styled("div")({
  display: "flex",
  flexDirection: "column",
  justifyContent: "center",
  alignItems: "center",
  gap: px(48),
  minHeight: 0,
  opacity: 0,
  fontSize: text.answer,
  fontWeight: 600,
  animation: `${turn} ${3 * SLIDE_S}s infinite`,
  "& > svg": { flex: `0 1 ${px(680)}`, minHeight: 0 },
  "@media (prefers-reduced-motion: reduce)": {
    animation: "none",
    "&:first-of-type": { opacity: 1 },
  },
  "@media (orientation: landscape)": { fontSize: text.body, gap: px(20) },
});

const Tagline = styled("h1")({
  fontSize: text.display,
  fontWeight: 800,
  letterSpacing: "-0.02em",
  lineHeight: 1.08,
  textAlign: "center",
  "@media (orientation: landscape)": { textAlign: "left" },
});

const Call = styled("div")({
  display: "grid",
  gap: px(40),
  "@media (orientation: landscape)": {
    gridColumn: 1,
    gridRow: 2,
    alignContent: "center",
    gap: px(36),
  },
});

const Start = styled(Touchable)(({ theme: { look } }) => ({
  width: "100%",
  minHeight: px(208),
  gap: px(28),
  borderRadius: radius.card,
  background: look.outlined ? look.primary : look.surface,
  color: look.outlined ? look.onPrimary : look.ink,
  fontSize: text.title,
  fontWeight: 800,
  letterSpacing: "-0.01em",
  "& svg": { fontSize: px(88), color: look.outlined ? look.onPrimary : look.primary },
  "&:active": { background: look.tint },
  "@media (orientation: landscape)": { minHeight: px(148), "& svg": { fontSize: px(64) } },
}));

const Languages = styled("div")({
  display: "grid",
  gridTemplateColumns: "repeat(3, 1fr)",
  gap: px(24),
});

const Language = styled(Touchable)({
  minHeight: target.primary,
  borderRadius: radius.button,
  boxShadow: "inset 0 0 0 3px currentColor",
  fontSize: text.body,
  fontWeight: 600,
  "&:active": { background: "rgb(0 0 0 / 14%)" },
});

const Foot = styled("footer")({
  display: "flex",
  alignItems: "center",
  justifyContent: "space-between",
  gap: px(24),
  fontSize: text.small,
  "& button": { color: "inherit", marginLeft: px(-24), fontSize: text.small },
  "& p": { display: "flex", alignItems: "center", gap: px(14) },
  "& svg": { fontSize: "1.5em" },
  "@media (orientation: landscape)": { gridColumn: "1 / -1" },
});

export function Attract({ state, deeds, access }: ScreenProps) {
  const { say, read, locale } = useSpeech();
  const name = state.brand.name || say("brand.fallback");
  const start = (chosen: Locale) => () => void deeds.start(chosen);
  return (
    <Page>
      <BrandMark name={name} inverse />
      <Show aria-hidden>
        <Slide>
          <ChooseDrawing />
          {say("attract.choose")}
        </Slide>
        <Slide style={{ animationDelay: `${SLIDE_S}s` }}>
          <PayDrawing />
          {say("attract.pay")}
        </Slide>
        <Slide style={{ animationDelay: `${2 * SLIDE_S}s` }}>
          <TakeDrawing />
          {say("attract.ticket")}
        </Slide>
      </Show>
      <Call>
        <Tagline>{read(state.brand.tagline) || name}</Tagline>
        <Start data-kind="primary" onClick={start(locale)}>
          <TouchIcon />
          {say("attract.start")}
        </Start>
        <Languages>
          {languages.map((language) => (
            <Language key={language} lang={tags[language]} onClick={start(language)}>
              {speechOf(language, state.currency).say("language.name")}
            </Language>
          ))}
        </Languages>
      </Call>
      <Foot>
        <Button
          kind="quiet"
          aria-pressed={access.on}
          aria-label={`${say("access.label")}: ${say(access.on ? "access.off" : "access.on")}`}
          onClick={access.toggle}
        >
          <AccessibilityIcon />
          {say(access.on ? "access.off" : "access.on")}
        </Button>
        {!state.online && (
          <p role="status">
            <OfflineIcon />
            {say("attract.offline")}
          </p>
        )}
      </Foot>
    </Page>
  );
}
