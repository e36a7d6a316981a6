/** The touchscreen: what the agent says, drawn in the visit's language and look. */

import CssBaseline from "@mui/material/CssBaseline";
import { ThemeProvider } from "@mui/material/styles";
import { lazy, Suspense, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { Agent } from "../api/agent";
import { CornerLine } from "../api/corner";
import type { ScreenState } from "../api/schemas";
import { Notice } from "../parts/Notice";
import { Training } from "../parts/Training";
import { Moment } from "../screens/Moment";
import { GlobalLook } from "../theme/GlobalLook";
import { themeOf } from "../theme/theme";
import { contrastLook, standardLook } from "../theme/tokens";
import { SpeechProvider, speechOf, tags } from "../words/words";
import { useAccess } from "./access";
import { useCorner } from "./ways";
import { Idle } from "./Idle";
import { Present } from "./Present";

const LARGE_TEXT = 1.2;

const Corner = lazy(() => import("./Corner").then((it) => ({ default: it.Corner })));

export function App({ agent }: { agent: Agent }) {
  const { state, catalogue, lost, refused } = useSyncExternalStore(agent.watch, agent.look);
  const access = useAccess(state?.step ?? "attract");
  const locale = state?.locale ?? "pt";
  const currency = state?.currency ?? "BRL";
  const primary = state?.brand.primary ?? "";
  const accent = state?.brand.accent ?? "";
  const speech = useMemo(() => speechOf(locale, currency), [locale, currency]);
  const theme = useMemo(
    () => themeOf(access.on ? contrastLook : standardLook(primary, accent)),
    [access.on, primary, accent],
  );
  const corner = useCorner(state !== null && state.step !== "payment");
  const [line] = useState(() => new CornerLine());
  useEffect(() => {
    document.documentElement.lang = tags[locale];
  }, [locale]);
  return (
    <ThemeProvider theme={theme}>
      <CssBaseline />
      <GlobalLook textScale={access.on ? LARGE_TEXT : 1} />
      <SpeechProvider value={speech}>
        {state?.training === true && <Training />}
        {state === null || lost ? (
          <Moment paying={isMoneyOpen(state)} />
        ) : corner.isOpen ? (
          <Suspense fallback={<Moment paying={false} />}>
            <Corner line={line} onLeave={corner.close} reload={() => location.reload()} />
          </Suspense>
        ) : (
          <>
            <Present {...{ state, catalogue, access, refused }} deeds={agent} />
            <Idle state={state} deeds={agent} />
          </>
        )}
        {refused !== null && !lost && !isOfAnswer(refused.code) && (
          <Notice key={refused.count} text={speech.sayOf("refused", refused.code)} />
        )}
      </SpeechProvider>
    </ThemeProvider>
  );
}

/** A customer who may have paid must not be left to think that they did not. */
function isMoneyOpen(state: ScreenState | null): boolean {
  if (state === null) return false;
  return state.step === "payment" || (state.step === "ticket" && state.ticket?.kind === "paid");
}

/** The page of the question says it, beside what was typed. */
function isOfAnswer(code: string): boolean {
  return code === "bad-name" || code === "bad-cpf" || code === "bad-phone";
}
