/**
 * One picture after the other, slowly, each with its words: the owner's own, or the three drawings
 * of the way. Nothing moves for whoever asked for less motion, or stopped it.
 */

import { styled } from "@mui/material/styles";
import { type ReactNode, useEffect, useState } from "react";
import type { Method, Slide } from "../api/schemas";
import { px, radius, text } from "../theme/tokens";
import { rise } from "../theme/motion";
import { useSpeech } from "../words/words";
import { ChooseDrawing, PayDrawing, TakeDrawing } from "./AttractDrawings";
import { waysOf } from "./CardOff";

export const SLIDE_S = 7;

const Page = styled("figure")({
  display: "flex",
  flexDirection: "column",
  justifyContent: "center",
  alignItems: "center",
  gap: px(48),
  margin: 0,
  minHeight: 0,
  height: "100%",
  fontSize: text.answer,
  fontWeight: 600,
  textAlign: "center",
  animation: `${rise} 600ms ease-out`,
  "& > svg": { flex: `0 1 ${px(680)}`, minHeight: 0 },
  "@media (orientation: landscape)": { fontSize: text.body, gap: px(20) },
});

const Media = styled("img")({
  flex: "0 1 auto",
  minHeight: 0,
  maxWidth: "100%",
  maxHeight: px(760),
  objectFit: "contain",
  borderRadius: radius.card,
});

interface Shown {
  readonly key: string;
  readonly drawn: ReactNode;
  readonly words: string;
}

interface SlidesProps {
  readonly own: readonly Slide[];
  /** How one may pay now. */
  readonly live: readonly Method[];
  readonly playing: boolean;
}

export function Slides({ own, live, playing }: SlidesProps) {
  const shown = useShown(own, live);
  const at = useTurn(shown.length, playing);
  const slide = shown[at % shown.length];
  if (slide === undefined) return null;
  return (
    <Page key={slide.key}>
      {slide.drawn}
      <figcaption>{slide.words}</figcaption>
    </Page>
  );
}

function useShown(own: readonly Slide[], live: readonly Method[]): readonly Shown[] {
  const { say, sayOf, read } = useSpeech();
  if (own.length > 0) {
    return own.map(({ picture, caption }) => ({
      key: picture,
      drawn: <Media src={picture} alt="" draggable={false} />,
      words: read(caption),
    }));
  }
  const ways = waysOf(live);
  const pay = { key: "pay", drawn: <PayDrawing />, words: sayOf("attract.pay", ways) };
  return [
    { key: "choose", drawn: <ChooseDrawing />, words: say("attract.choose") },
    ...(ways === "" ? [] : [pay]),
    { key: "take", drawn: <TakeDrawing />, words: say("attract.ticket") },
  ];
}

function useTurn(count: number, playing: boolean): number {
  const [at, setAt] = useState(0);
  useEffect(() => {
    if (!playing || count < 2) return undefined;
    const timer = setInterval(() => setAt((now) => (now + 1) % count), SLIDE_S * 1000);
    return () => clearInterval(timer);
  }, [count, playing]);
  return at;
}

/** Whether the customer, or this machine, asked for less motion. */
export function isStill(): boolean {
  return typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;
}
