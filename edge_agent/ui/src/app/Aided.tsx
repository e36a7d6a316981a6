/** The stage with everything that helps: the sheet of aids, the spoken mode, the keypad. */

import { type ReactNode, Suspense } from "react";
import type { Agent } from "../api/agent";
import type { ScreenState } from "../api/schemas";
import { MORE_TIME } from "../parts/screen";
import { useSpeech } from "../words/words";
import type { Aids } from "./access";
import { useKeypad } from "./keypad";
import { Access, Spoken } from "./pieces";
import type { Player } from "./player";
import { Stage } from "./Stage";
import { isFirst } from "./stages";
import { Untouched } from "./ways";

/** As long as the agent keeps the aids of somebody who has gone. */
const UNUSED_S = 60;

interface AidedProps {
  readonly state: ScreenState | null;
  /** Nobody is there to keep a choice. */
  readonly lost: boolean;
  readonly agent: Pick<Agent, "voice">;
  readonly player: Player;
  readonly access: Aids;
  /** Why the last touch did nothing. */
  readonly notice?: ReactNode;
  readonly children: ReactNode;
}

export function Aided({ state, lost, agent, player, access, notice, children }: AidedProps) {
  const { say } = useSpeech();
  const { view } = access;
  const blank = view.blank && view.speech && !lost;
  return (
    <Stage
      brand={state?.brand.name || say("brand.fallback")}
      access={access}
      notice={notice}
      bare={lost || (state !== null && isFirst(state))}
      blank={blank}
      spoken={
        view.speech && (
          <Suspense>
            <Spoken
              agent={agent}
              player={player}
              headphones={view.headphones}
              slow={view.slow}
              lift={blank ? () => access.change({ blank: false }) : undefined}
            />
          </Suspense>
        )
      }
    >
      {!view.speech && <Keypad onRepeat={access.listen} />}
      {children}
      {access.shown && (
        <Suspense>
          <Untouched after_s={view.slow ? MORE_TIME * UNUSED_S : UNUSED_S} then={access.close} />
          <Access
            view={view}
            onChange={access.change}
            onReset={access.reset}
            onClose={access.close}
          />
        </Suspense>
      )}
    </Stage>
  );
}

/** The keypad of whoever sees the screen; its help key turns speech on. */
function Keypad({ onRepeat }: { onRepeat: () => void }) {
  useKeypad({ repeat: onRepeat });
  return null;
}
