/**
 * The first screen: the owner's name, one thing to touch, three languages, and the truth about the
 * network.
 */

import OfflineIcon from "@mui/icons-material/CloudOffRounded";
import QueueIcon from "@mui/icons-material/GroupsRounded";
import QrCodeIcon from "@mui/icons-material/QrCode2Rounded";
import TouchIcon from "@mui/icons-material/TouchAppRounded";
import { styled } from "@mui/material/styles";
import PauseIcon from "@mui/icons-material/PauseRounded";
import PlayIcon from "@mui/icons-material/PlayArrowRounded";
import { useState } from "react";
import type { Locale } from "../api/schemas";
import { AccessButton } from "../parts/AccessButton";
import { BrandMark } from "../parts/BrandMark";
import { CardOff } from "../parts/CardOff";
import { Button, Touchable } from "../parts/Button";
import { Clock } from "../parts/Clock";
import { HelpButton } from "../parts/HelpButton";
import type { ScreenProps } from "../parts/screen";
import { isStill, Slides } from "../parts/Slides";
import { settle } from "../theme/motion";
import { px, radius, target, text } from "../theme/tokens";
import { languageNames, languages, tags, useSpeech } from "../words/words";

const Page = styled("main")(({ theme: { look } }) => ({
  height: "100%",
  display: "grid",
  gridTemplateColumns: "minmax(0, 1fr)",
  gridTemplateRows: "auto minmax(0, 1fr) auto auto",
  gap: px(56),
  padding: `${px(56)} var(--gutter) ${px(36)}`,
  background: look.outlined ? look.paper : look.primary,
  color: look.outlined ? look.ink : look.onPrimary,
  animation: `${settle} 300ms`,
  "html[data-large] &": {
    overflowY: "auto",
    "@media (orientation: landscape)": { gridTemplateColumns: "minmax(0, 1fr)", gap: px(16) },
  },
  "@media (orientation: landscape)": {
    gridTemplateColumns: "minmax(0, 1fr) minmax(0, 0.8fr)",
    gridTemplateRows: "auto minmax(0, 1fr) auto",
    gap: `${px(24)} ${px(72)}`,
    padding: `${px(40)} ${px(64)} max(24px, ${px(24)})`,
  },
}));

const Top = styled("div")({
  display: "flex",
  "html[data-large] &": { flexWrap: "wrap" },
  alignItems: "center",
  justifyContent: "space-between",
  gap: px(32),
  "& button": { color: "inherit", fontSize: text.small },
  "@media (orientation: landscape)": { gridColumn: "1 / -1" },
});

const Show = styled("div")({
  "html[data-large] &": { visibility: "hidden", "@media (orientation: landscape)": { display: "none" } },
  display: "grid",
  minHeight: 0,
  textAlign: "center",
  "& > *": { gridArea: "1 / 1" },
  "@media (orientation: landscape)": { gridColumn: 2, gridRow: 2 },
});

const Tagline = styled("h1")({
  fontSize: text.display,
  fontWeight: 800,
  letterSpacing: "-0.02em",
  lineHeight: 1.08,
  textAlign: "center",
  "& small": { display: "block", marginTop: px(20), fontSize: text.answer, fontWeight: 500 },
  "@media (orientation: landscape)": {
    textAlign: "left",
    "html[data-large] &:has(+ [role=status])": {
      position: "absolute",
      width: 1,
      height: 1,
      overflow: "hidden",
    },
  },
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
  "html[data-large] &": { height: "auto", padding: `${px(20)} ${px(32)}`, fontSize: text.answer },
  "& svg": { fontSize: px(88), flex: "none", color: look.outlined ? look.onPrimary : look.primary },
  "&:active": { background: look.tint },
  "@media (orientation: landscape)": { minHeight: px(148), "& svg": { fontSize: px(64) } },
}));

const Languages = styled("div")({
  display: "grid",
  "html[data-large] &": { gridTemplateColumns: "repeat(auto-fit, minmax(8em, 1fr))" },
  gridTemplateColumns: "repeat(3, 1fr)",
  gap: `max(16px, ${px(24)})`,
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
  flexWrap: "wrap",
  alignItems: "center",
  justifyContent: "space-between",
  gap: `max(16px, ${px(16)}) max(40px, ${px(48)})`,
  fontSize: text.small,
  "& button": { color: "inherit", marginLeft: `max(${px(-16)}, 24px - var(--gutter))`, fontSize: text.small },
  "& p": { display: "flex", alignItems: "center", gap: px(14) },
  "& svg": { fontSize: "1.5em" },
  "html[data-large] &": { flexWrap: "wrap" },
  "@media (orientation: landscape)": { gridColumn: "1 / -1" },
});

const Honest = styled("div")({ minWidth: "40%", "@media (orientation: landscape)": { minWidth: 0 } });

const Time = styled("p")({ fontSize: text.body, fontWeight: 700, marginLeft: "auto" });

export function Attract({ state, deeds, access }: ScreenProps) {
  const { say, read, locale } = useSpeech();
  const name = state.brand.name || say("brand.fallback");
  const [playing, setPlaying] = useState(() => !isStill());
  const { welcome } = state.brand;
  const start = (chosen: Locale) => () => void deeds.start(chosen);
  return (
    <Page>
      <Top>
        <BrandMark name={name} inverse />
        <HelpButton />
      </Top>
      <Show>
        <Slides own={state.brand.slides} live={state.pays.live} playing={playing} />
      </Show>
      <Call>
        <Tagline>
          {(welcome && read(welcome.title)) || read(state.brand.tagline) || name}
          {welcome !== null && read(welcome.sub) !== "" && <small>{read(welcome.sub)}</small>}
        </Tagline>
        <CardOff pays={state.pays} />
        <Start data-kind="primary" onClick={start(locale)}>
          <TouchIcon />
          {say("attract.start")}
        </Start>
        <Languages>
          {languages.map((language) => (
            <Language key={language} lang={tags[language]} onClick={start(language)}>
              {languageNames[language]}
            </Language>
          ))}
        </Languages>
      </Call>
      <Foot>
        <AccessButton access={access} />
        <Button kind="quiet" onClick={() => setPlaying((was) => !was)}>
          {playing ? <PauseIcon /> : <PlayIcon />}
          {say(playing ? "attract.pause" : "attract.play")}
        </Button>
        {state.pix_claims && (
          <Button kind="quiet" onClick={() => void deeds.open("pix_claim")}>
            <QrCodeIcon />
            {say("pix.claim.button")}
          </Button>
        )}
        <Honest role="status">
          {state.queue !== null && (
            <p>
              <QueueIcon />
              {say("attract.queue", { count: state.queue })}
            </p>
          )}
          {!state.online && (
            <p>
              <OfflineIcon />
              {say("attract.offline")}
            </p>
          )}
        </Honest>
        <Time>
          <Clock timezone={state.timezone} />
        </Time>
      </Foot>
    </Page>
  );
}
