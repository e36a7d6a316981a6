/**
 * The corner of attendants and technicians: a door, then one page at a time. Nobody who walks away
 * leaves it open: it closes by itself.
 */

import { useState } from "react";
import type { CornerLine } from "../api/corner";
import type { ClaimView, Entered } from "../api/cornerSchemas";
import { RefusedError } from "../api/requests";
import { Notice } from "../parts/Notice";
import { Cases } from "../screens/counter/Cases";
import { Claim } from "../screens/counter/Claim";
import { Door } from "../screens/counter/Door";
import { Home, type Page } from "../screens/counter/Home";
import { Late } from "../screens/counter/Late";
import { Roll } from "../screens/counter/Roll";
import { Status } from "../screens/counter/Status";
import { TouchGrid } from "../screens/counter/TouchGrid";
import "../words/corner";
import { useSpeech } from "../words/words";
import { Untouched } from "./ways";

const DOOR_S = 40;
const PAGE_S = 110;
const ROLL_S = 300;
const GONE: readonly string[] = ["no-session", "bad-secret"];

interface CornerProps {
  readonly line: CornerLine;
  readonly onLeave: () => void;
  readonly reload: () => void;
}

export function Corner({ line, onLeave, reload }: CornerProps) {
  const { sayOf } = useSpeech();
  const [who, setWho] = useState<Entered | null>(null);
  const [refused, setRefused] = useState({ code: "", count: 0 });
  const refuse = (error: unknown) => {
    const code = error instanceof RefusedError ? error.code : "other";
    setRefused(({ count }) => ({ code, count: count + 1 }));
    if (GONE.includes(code)) setWho(null);
  };
  const leave = () => void line.leave().catch(() => undefined).finally(onLeave);
  return (
    <>
      {who === null ? (
        <>
          <Untouched after_s={DOOR_S} then={leave} />
          <Door line={line} refuse={refuse} enter={setWho} leave={leave} />
        </>
      ) : (
        <Inside who={who} line={line} refuse={refuse} leave={leave} reload={reload} />
      )}
      {refused.code !== "" && (
        <Notice key={refused.count} text={sayOf("desk.refused", refused.code)} />
      )}
    </>
  );
}

interface InsideProps {
  readonly who: Entered;
  readonly line: CornerLine;
  readonly refuse: (error: unknown) => void;
  readonly leave: () => void;
  readonly reload: () => void;
}

type Where = "home" | "claim" | "touch" | Page;

function Inside({ who, line, refuse, leave, reload }: InsideProps) {
  const [where, setWhere] = useState<Where>("home");
  const [found, setFound] = useState<ClaimView | null>(null);
  const [came, setCame] = useState<Where>("home");
  const find = (code: string) =>
    line.claim(code).then((claim) => {
      setFound(claim);
      if (where !== "claim") setCame(where);
      setWhere("claim");
    }, refuse);
  const home = () => setWhere("home");
  const desk = { line, refuse, back: home };
  const restart = () => void line.noted("screen restarted").then(reload, refuse);
  const tested = (cells_missed: number) =>
    void line.noted("touch test", cells_missed).then(() => setWhere("status"), refuse);
  const pages = {
    home: () => <Home {...desk} back={leave} who={who} find={(code) => void find(code)} go={setWhere} />,
    claim: () =>
      found !== null && (
        <Claim
          {...desk}
          back={() => setWhere(came)}
          found={found}
          changed={() => find(found.code)}
        />
      ),
    cases: () => <Cases {...desk} find={(code) => void find(code)} />,
    roll: () => <Roll {...desk} />,
    late: () => <Late {...desk} />,
    status: () => <Status {...desk} touch={() => setWhere("touch")} restart={restart} />,
    touch: () => <TouchGrid onDone={tested} />,
  };
  return (
    <>
      <Untouched key={where} after_s={where === "roll" ? ROLL_S : PAGE_S} then={leave} />
      {pages[where]()}
    </>
  );
}
