/** The touchscreen: what the agent says, drawn in the visit's language and look. */

import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { Suspense, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Agent } from "../api/agent";
import { CornerLine } from "../api/corner";
import type { PanelView } from "../api/schemas";
import { Notice } from "../parts/Notice";
import { Training } from "../parts/Training";
import { Moment } from "../screens/Moment";
import { GlobalLook } from "../theme/GlobalLook";
import { themeOf } from "../theme/theme";
import { contrastLook, standardLook } from "../theme/tokens";
import { SpeechProvider, tags, useSpeechOf } from "../words/words";
import { useAccess } from "./access";
import { Aided } from "./Aided";
import { Idle } from "./Idle";
import { Corner } from "./pieces";
import { Player, type Tone } from "./player";
import { Present } from "./Present";
import { isMoneyOpen } from "./stages";
import { useTones } from "./tones";
import { useCorner } from "./ways";

const WHOLE: PanelView = { band_top: 0, band_bottom: 1, reader: "beside", paper: "below" };

export function App({ agent }: { agent: Agent }) {
  const { state, catalogue, lost, refused } = useSyncExternalStore(agent.watch, agent.look);
  const access = useAccess(state, agent);
  const locale = state?.locale ?? "pt";
  const currency = state?.currency ?? "BRL";
  const primary = state?.brand.primary ?? "";
  const accent = state?.brand.accent ?? "";
  const speech = useSpeechOf(locale, currency, state?.timezone);
  const theme = useMemo(
    () => themeOf(access.view.contrast ? contrastLook : standardLook(primary, accent)),
    [access.view.contrast, primary, accent],
  );
  const corner = useCorner(state !== null && state.step !== "payment");
  const [line] = useState(() => new CornerLine());
  const [player] = useState(() => new Player());
  const sound = (tone: Tone) => void player.sound(tone);
  useTones(state, sound);
  useEffect(() => {
    document.documentElement.lang = tags[locale];
  }, [locale]);
  return (
    <ThemeProvider theme={theme}>
      <CssBaseline />
      <GlobalLook {...access.view} panel={state?.panel ?? WHOLE} />
      <SpeechProvider value={speech}>
        {state?.training === true && <Training />}
        <Aided
          {...{ state, agent, player, access }}
          lost={state === null || lost}
          notice={
            refused !== null &&
            !lost &&
            !isOfAnswer(refused.code) && (
              <Notice
                key={refused.count}
                text={speech.sayOf("refused", refused.code)}
                slow={access.slow}
                mute={isOfVoice(refused.code)}
              />
            )
          }
        >
          {state === null || lost ? (
            <Moment paying={isMoneyOpen(state)} />
          ) : corner.isOpen ? (
            <Suspense fallback={<Moment paying={false} />}>
              <Corner line={line} onLeave={corner.close} reload={() => location.reload()} />
            </Suspense>
          ) : (
            <>
              <Present {...{ state, catalogue, access, refused }} deeds={agent} />
              <Idle state={state} deeds={agent} onAsk={() => sound("attention")} />
            </>
          )}
        </Aided>
      </SpeechProvider>
    </ThemeProvider>
  );
}

/** The page of the question says it, beside what was typed. */
function isOfAnswer(code: string): boolean {
  return code === "bad-name" || code === "bad-cpf" || code === "bad-phone";
}

function isOfVoice(code: string): boolean {
  return code === "no-voice" || code === "voice-failed";
}
