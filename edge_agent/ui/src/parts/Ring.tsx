/** A countdown as a ring: seconds in numbers, the rest of the circle for those who only glance. */

import { styled } from "@mui/material/styles";
import { useSpeech } from "../words/words";

const Svg = styled("svg")(({ theme: { look } }) => ({
  display: "block",
  "& .track": { stroke: look.line },
  "& .left": {
    stroke: look.primary,
    transition: "stroke-dashoffset 1s linear",
    transform: "rotate(-90deg)",
    transformOrigin: "center",
  },
  "& text": { fill: look.ink, fontWeight: 700 },
}));

interface RingProps {
  readonly left_s: number;
  readonly whole_s: number;
  readonly size: string;
  /** Instead of the seconds. */
  readonly label?: string;
}

export function Ring({ left_s, whole_s, size, label }: RingProps) {
  const { say } = useSpeech();
  const gone = 1 - Math.max(0, left_s - 1) / whole_s;
  return (
    <Svg
      viewBox="0 0 100 100"
      style={{ width: size, height: size }}
      role="timer"
      aria-label={label ?? say("access.left", { count: Math.max(0, Math.ceil(left_s)) })}
      fill="none"
    >
      <circle className="track" cx="50" cy="50" r="44" strokeWidth="8" />
      <circle
        className="left"
        cx="50"
        cy="50"
        r="44"
        strokeWidth="8"
        strokeLinecap="round"
        pathLength="1"
        strokeDasharray="1"
        strokeDashoffset={gone}
      />
      <text x="50" y="51" fontSize={label === undefined ? 34 : 27} textAnchor="middle" dominantBaseline="central">
        {label ?? Math.max(0, Math.ceil(left_s))}
      </text>
    </Svg>
  );
}
