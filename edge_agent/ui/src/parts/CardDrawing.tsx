/**
 * What to do at the reader, drawn as a quiet loop: put the card in, type the PIN, wait, take it
 * out.
 */

import { keyframes, styled } from "@mui/material/styles";
import type { PaymentStep, Place } from "../api/schemas";
import { breathe, drawLine } from "../theme/motion";

const slideIn = keyframes`
  0%, 12% { transform: translateY(110px); }
  45%, 88% { transform: none; }
  100% { transform: translateY(110px); }
`;

const Svg = styled("svg")(({ theme: { look } }) => ({
  display: "block",
  width: "100%",
  height: "100%",
  overflow: "visible",
  "& .ground": { fill: look.tint },
  "& .body": { fill: look.outlined ? "#333333" : look.ink },
  "& .screen": { fill: look.surface },
  "& .key": { fill: look.surface, opacity: 0.28 },
  "& .card": { fill: look.primary },
  "& .chip": { fill: look.accent },
  "& .stripe": { fill: look.onPrimary, opacity: 0.5 },
  "& .wave": { stroke: look.primary, strokeWidth: 9, strokeLinecap: "round", fill: "none" },
  "& .pointer": {
    stroke: look.primary,
    strokeWidth: 16,
    strokeLinecap: "round",
    strokeLinejoin: "round",
    fill: "none",
  },
  "& .dot": { fill: look.primary },
  "& .check": {
    stroke: look.onPrimary,
    strokeWidth: 22,
    strokeLinecap: "round",
    strokeLinejoin: "round",
  },
  "& .disc": { fill: look.primary },
  "& .sliding": { animation: `${slideIn} 3.6s ease-in-out infinite` },
  "& .breathing": { animation: `${breathe} 1.8s ease-in-out infinite` },
  "& .typing": { animation: `${breathe} 1.6s ease-in-out infinite` },
  "& .drawn": { strokeDasharray: 1, animation: `${drawLine} 420ms ease-out both 80ms` },
}));

const KEYS = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const WAVES = [0, 1, 2];

/** Where the reader is, in degrees from the right; nowhere in particular is not pointed at. */
const TURNS: Readonly<Record<Place, number | null>> = {
  beside: null,
  right: 0,
  below: 90,
  left: 180,
  above: 270,
};

export function CardDrawing({ step, reader }: { step: PaymentStep; reader: Place }) {
  if (step === "approved") return <Approved />;
  const holdsCard = step !== "starting";
  return (
    <Svg viewBox="0 0 480 480" aria-hidden fill="none">
      <circle className="ground" cx="240" cy="240" r="236" />
      {step === "insert_card" && <Pointer turn={TURNS[reader]} />}
      {step === "insert_card" && <Waves />}
      {holdsCard && (
        <g className={step === "insert_card" ? "sliding" : undefined}>
          <rect className="card" x="172" y="288" width="136" height="136" rx="14" />
          <rect className="stripe" x="172" y="392" width="136" height="12" />
          <rect className="chip" x="222" y="344" width="36" height="28" rx="6" />
        </g>
      )}
      <rect className="body" x="136" y="96" width="208" height="246" rx="34" />
      <rect className="screen" x="160" y="120" width="160" height="76" rx="14" />
      <Display step={step} />
      {KEYS.map((key) => (
        <rect
          key={key}
          className={step === "enter_pin" ? "screen typing" : "key"}
          style={{ animationDelay: `${((key * 5) % 9) * 0.18}s` }}
          x={164 + (key % 3) * 54}
          y={214 + Math.floor(key / 3) * 36}
          width="44"
          height="26"
          rx="8"
        />
      ))}
    </Svg>
  );
}

/** Two arrowheads beside the drawing that lead to the reader itself. */
function Pointer({ turn }: { turn: number | null }) {
  if (turn === null) return null;
  return (
    <g transform={`translate(${turn === 180 ? 68 : 412} 240) rotate(${turn})`}>
      {[0, 1].map((i) => (
        <path
          key={i}
          className="pointer breathing"
          style={{ animationDelay: `${i * 0.3}s` }}
          d={`M${i * 32 - 32} -40l32 40-32 40`}
        />
      ))}
    </g>
  );
}

function Waves() {
  return WAVES.map((i) => (
    <path
      key={i}
      className="wave breathing"
      style={{ animationDelay: `${(2 - i) * 0.22}s` }}
      d={`M${208 - i * 22} ${78 - i * 21}a${46 + i * 31} ${46 + i * 31} 0 0 1 ${64 + i * 44} 0`}
    />
  ));
}

function Display({ step }: { step: PaymentStep }) {
  const count = step === "enter_pin" ? 4 : 3;
  return KEYS.slice(0, count).map((i) => (
    <circle
      key={i}
      className={step === "insert_card" ? "dot" : "dot breathing"}
      style={{ animationDelay: `${i * 0.25}s` }}
      cx={240 + (i - (count - 1) / 2) * 32}
      cy="158"
      r="9"
    />
  ));
}

function Approved() {
  return (
    <Svg viewBox="0 0 480 480" aria-hidden fill="none">
      <circle className="ground" cx="240" cy="240" r="236" />
      <circle className="disc" cx="240" cy="240" r="150" />
      <path className="check drawn" pathLength="1" d="M172 246l46 46 92-98" />
    </Svg>
  );
}
