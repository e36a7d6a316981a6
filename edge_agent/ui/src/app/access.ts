/** The aids the agent keeps for this customer, and the sheet that changes them. */

import { useEffect, useState } from "react";
import type { Agent } from "../api/agent";
import type { AccessView, ScreenState } from "../api/schemas";
import type { Access } from "../parts/screen";

/** Where nobody is being served. */
const RESTING: readonly string[] = ["attract", "recovered", "closed", "out_of_order"];

const NONE: AccessView = {
  low: false,
  contrast: false,
  large: false,
  slow: false,
  speech: false,
  headphones: false,
  blank: false,
};

export interface Aids extends Access {
  readonly view: AccessView;
  readonly shown: boolean;
  close(): void;
  change(change: Partial<AccessView>): void;
  reset(): void;
}

export function useAccess(state: ScreenState | null, agent: Pick<Agent, "aid">): Aids {
  const [over, setOver] = useState<"" | "visit" | "rest">("");
  const view = state?.access ?? NONE;
  const now = state !== null && RESTING.includes(state.step) ? "rest" : "visit";
  if (over !== "" && over !== now) setOver("");
  useMarks(view);
  const change = (wanted: Partial<AccessView>) => void agent.aid(wanted);
  return {
    view,
    shown: over !== "",
    on: Object.values(view).some(Boolean),
    slow: view.slow,
    open: () => setOver(now),
    close: () => setOver(""),
    change,
    listen: () => change({ speech: !view.speech }),
    reset: () => change(NONE),
  };
}

/** Says on the page itself which aids are on, so that any part's style can answer to it. */
function useMarks({ low, large, speech }: AccessView): void {
  useEffect(() => {
    for (const [name, on] of Object.entries({ low, large, speech })) {
      document.documentElement.toggleAttribute(`data-${name}`, on);
    }
  }, [low, large, speech]);
}
