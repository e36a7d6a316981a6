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
import { type Speech, useSpeech } from "../words/words";
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
  const touchable = () => [...lines(), ...wayBack(way.current, say)];
  const spoken = (one: Utterance) => ({ text: one.text, private: one.private, locale });
  const tell = (utterances: readonly Utterance[]) => narrator.say(utterances.map(spoken));
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
  useScene({
    arrived: (shown, title) => {
      place.current = title;
      tell(transcript(shown, say, headphones));
    },
    told: (region) => {
      const text = announcement(region, say, headphones);
      if (text === "") return;
      const said = { text, locale, private: headphones };
      if (region.role === "alert") narrator.say([said]);
      else narrator.add(said);
    },
    turned: (one) => {
      const now = one === place.current ? turned(lines(), one, say) : undefined;
      if (now !== undefined) tell([now]);
    },
    came: (added) => later(lines(), added).map(spoken).forEach((one) => narrator.add(one)),
  });
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

/** A sheet covers the page, and not the way back to the picture. */
function wayBack(target: HTMLElement | null, say: Speech["say"]): Utterance[] {
  const text = `${say("access.lift")}, ${say("access.say.button")}`;
  return target === null ? [] : [{ text, target, acts: true, private: false }];
}

/** How what was touched stands now. */
function turned(lines: readonly Utterance[], one: Element, say: Speech["say"]) {
  const now = lines.find(({ target }) => target === one);
  if (now === undefined || now.private || one.getAttribute("aria-pressed") !== "false") return now;
  return { ...now, text: `${now.text}, ${say("access.say.released")}` };
}

/** What acts among what was added. */
function later(lines: readonly Utterance[], added: readonly Element[]): Utterance[] {
  return lines.filter(({ acts, target }) => acts && added.some((one) => one.contains(target)));
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
