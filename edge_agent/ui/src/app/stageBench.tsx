/** The whole touchscreen around one state, for the tests: no agent, every wish noted. */

import { ThemeProvider } from "@mui/material/styles";
import { act, render } from "@testing-library/react";
import type { Deeds } from "../api/agent";
import { aCatalogue } from "../api/samples";
import type { Spoken } from "../api/requests";
import type { AccessView, Locale, ScreenState } from "../api/schemas";
import { themeOf } from "../theme/theme";
import { SpeechProvider, speechOf } from "../words/words";
import { useAccess } from "./access";
import { Aided } from "./Aided";
import { Player } from "./player";
import { Present } from "./Present";

export interface Bench {
  readonly deeds: jest.Mocked<Deeds>;
  readonly aided: Partial<AccessView>[];
  /** Every text the agent was asked to speak. */
  readonly spoken: Spoken[];
  show(state: ScreenState): Promise<void>;
}

export async function aBench(state: ScreenState, locale: Locale = "pt"): Promise<Bench> {
  const deeds = new Proxy({} as jest.Mocked<Deeds>, {
    get: (made, name) => {
      const known = made as unknown as Record<string | symbol, unknown>;
      return (known[name] ??= jest.fn());
    },
  });
  const aided: Partial<AccessView>[] = [];
  const spoken: Spoken[] = [];
  const agent = {
    aid: async (change: Partial<AccessView>) => void aided.push(change),
    voice: async (said: Spoken) => {
      spoken.push(said);
      return new ArrayBuffer(0);
    },
  };
  const whole = (shown: ScreenState) => (
    <ThemeProvider theme={themeOf()}>
      <SpeechProvider value={speechOf(locale, "BRL")}>
        <Totem state={{ ...shown, locale }} deeds={deeds} agent={agent} />
      </SpeechProvider>
    </ThemeProvider>
  );
  const { rerender } = await act(async () => render(whole(state)));
  return {
    deeds,
    aided,
    spoken,
    show: (next) => act(async () => rerender(whole(next))),
  };
}

interface TotemProps {
  readonly state: ScreenState;
  readonly deeds: Deeds;
  readonly agent: Parameters<typeof useAccess>[1] & Parameters<typeof Aided>[0]["agent"];
}

function Totem({ state, deeds, agent }: TotemProps) {
  const access = useAccess(state, agent);
  return (
    <Aided state={state} lost={false} agent={agent} player={new Player()} access={access}>
      <Present state={state} catalogue={aCatalogue} deeds={deeds} access={access} />
    </Aided>
  );
}

export function stage(): HTMLElement {
  const found = document.getElementById("stage");
  if (found === null) throw new Error("Nothing is drawn.");
  return found;
}
