/**
 * The spoken mode: every page is read when it comes, whatever a finger or an arrow finds is said
 * and focused, and what is being said is written at the bottom.
 */

import RepeatIcon from "@mui/icons-material/ReplayRounded";
import StopIcon from "@mui/icons-material/StopRounded";
import { styled } from "@mui/material/styles";
import { useEffect, useRef, useState } from "react";
import type { Agent } from "../api/agent";
import { Button } from "../parts/Button";
import { Lift } from "../parts/Curtain";
import { MORE_TIME } from "../parts/screen";
import { px, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { useExploring } from "./exploring";
import { useKeypad } from "./keypad";
import { Narrator } from "./narrator";
import type { Player } from "./player";
import { focusOn, sceneOf, STAGE, useScene } from "./scene";
import { announcement, transcript, type Utterance } from "./speech";

const Caption = styled("p")({
  flex: 1,
  minWidth: 0,
  fontSize: text.small,
  fontWeight: 600,
  textAlign: "center",
  display: "-webkit-box",
  WebkitBoxOrient: "vertical",
  WebkitLineClamp: 2,
  overflow: "hidden",
});

const Ways = styled("div")({ display: "flex", gap: "max(16px, calc(16 * var(--u)))" });

interface SpokenProps {
  readonly agent: Pick<Agent, "voice">;
  readonly player: Player;
  readonly headphones: boolean;
  readonly slow: boolean;
  /** Brings back the picture while it is off. */
  readonly lift: (() => void) | undefined;
}

export function Spoken({ agent, player, headphones, slow, lift }: SpokenProps) {
  const { say, locale } = useSpeech();
  const [caption, setCaption] = useState("");
  const narrator = useNarrator(agent, player, setCaption);
  const place = useRef<Element | null>(null);
  const way = useRef<HTMLButtonElement>(null);
  const lines = () => transcript(scene(), say, headphones);
  /** A sheet covers the page, and not the way back to the picture. */
  const touchable = (): Utterance[] => {
    const target = way.current;
    const text = `${say("access.lift")}, ${say("access.say.button")}`;
    return target === null ? lines() : [...lines(), { text, target, acts: true, private: false }];
  };
  const tell = (utterances: readonly Utterance[]) =>
    narrator.say(utterances.map((one) => ({ text: one.text, private: one.private, locale })));
  const reach = (one: Utterance | undefined) => {
    if (one === undefined) return;
    place.current = one.target;
    focusOn(one.target);
    tell([one]);
  };
  const step = (by: 1 | -1) => {
    const all = lines();
    const here = all.findIndex(({ target }) => target === place.current);
    reach(all[(here + by + all.length) % all.length]);
    return true;
  };
  const repeat = () => tell(lines());
  useScene(
    (shown, title) => {
      place.current = title;
      tell(transcript(shown, say, headphones));
    },
    (region) => {
      const said = { text: announcement(region, say, headphones), locale, private: headphones };
      if (said.text === "") return;
      if (region.role === "alert") narrator.say([said]);
      else narrator.add(said);
    },
  );
  useKeypad({ walk: step, repeat });
  useExploring({
    found: (at) => reach(touchable().findLast(({ target }) => target.contains(at))),
    act: () =>
      touchable().find(({ target, acts }) => acts && target === place.current)?.target.click(),
    patience: slow ? MORE_TIME : 1,
  });
  return (
    <>
      {lift === undefined ? (
        <Caption aria-hidden>{caption || say("access.hint")}</Caption>
      ) : (
        <Lift ref={way} onClick={lift}>
          {say("access.lift")}
        </Lift>
      )}
      <Ways>
        <Button kind="quiet" onClick={repeat}>
          <RepeatIcon aria-hidden />
          {say("access.repeat")}
        </Button>
        <Button kind="quiet" onClick={() => narrator.stop()} style={{ marginRight: `max(${px(-24)}, 24px - var(--gutter))` }}>
          <StopIcon aria-hidden />
          {say("access.stop")}
        </Button>
      </Ways>
    </>
  );
}

function scene(): Element {
  const stage = document.getElementById(STAGE);
  return stage === null ? document.body : sceneOf(stage);
}

function useNarrator(
  agent: Pick<Agent, "voice">,
  player: Player,
  told: (text: string) => void,
): Narrator {
  const [narrator] = useState(
    () =>
      new Narrator(
        {
          voice: (said, signal) => agent.voice(said, signal),
          play: (wave) => player.play(wave),
          stop: () => player.stop(),
        },
        told,
      ),
  );
  useEffect(() => () => narrator.stop(), [narrator]);
  return narrator;
}
