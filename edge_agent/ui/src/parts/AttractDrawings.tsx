/**
 * The three slides of the first screen: choose, pay, take the ticket. Flat shapes, one colour
 * each.
 */

import { styled } from "@mui/material/styles";
import { sway } from "../theme/motion";

const Svg = styled("svg")(({ theme: { look } }) => ({
  display: "block",
  width: "100%",
  height: "100%",
  overflow: "visible",
  "& .ground": { fill: look.onPrimary, opacity: 0.1 },
  "& .sheet": {
    fill: look.surface,
    ...(look.outlined && { stroke: look.line, strokeWidth: 5 }),
  },
  "& .line": { fill: look.line },
  "& .tone": { fill: look.tint },
  "& .main": { fill: look.primary },
  "& .dark": { fill: look.ink },
  "& .spark": { fill: look.accent },
  "& .tick": {
    stroke: look.onPrimary,
    strokeWidth: 12,
    strokeLinecap: "round",
    strokeLinejoin: "round",
  },
  "& .floating": { animation: `${sway} 5s ease-in-out infinite` },
}));

const CARDS = [0, 1, 2, 3];
const CELLS = [0, 1, 2, 3, 4, 5, 6, 7, 8];

export function ChooseDrawing() {
  return (
    <Svg viewBox="0 0 480 480" fill="none">
      <circle className="ground" cx="240" cy="240" r="240" />
      <g className="floating">
        {CARDS.map((i) => (
          <g key={i} transform={`translate(${92 + (i % 2) * 156} ${92 + Math.floor(i / 2) * 156})`}>
            <rect className="sheet" width="140" height="140" rx="26" />
            <rect
              className={i === 3 ? "main" : "tone"}
              x="22"
              y="22"
              width="52"
              height="52"
              rx="14"
            />
            <rect className="line" x="22" y="90" width="84" height="12" rx="6" />
            <rect className="line" x="22" y="110" width="52" height="10" rx="5" />
          </g>
        ))}
        <circle className="spark" cx="380" cy="256" r="34" />
        <path className="tick" style={{ stroke: "#14213D" }} d="M365 257l11 11 20-22" />
      </g>
    </Svg>
  );
}

export function PayDrawing() {
  return (
    <Svg viewBox="0 0 480 480" fill="none">
      <circle className="ground" cx="240" cy="240" r="240" />
      <rect className="sheet" x="232" y="112" width="156" height="262" rx="32" />
      <rect className="tone" x="254" y="136" width="112" height="72" rx="14" />
      {CELLS.map((i) => (
        <rect
          key={i}
          className="line"
          x={256 + (i % 3) * 39}
          y={228 + Math.floor(i / 3) * 38}
          width="30"
          height="26"
          rx="8"
        />
      ))}
      <g className="floating">
        <g transform="rotate(-12 180 270)">
          <rect className="dark" x="70" y="206" width="212" height="136" rx="20" />
          <rect className="spark" x="94" y="244" width="42" height="32" rx="8" />
          <rect className="sheet" x="94" y="300" width="96" height="12" rx="6" opacity="0.7" />
        </g>
      </g>
    </Svg>
  );
}

export function TakeDrawing() {
  return (
    <Svg viewBox="0 0 480 480" fill="none">
      <circle className="ground" cx="240" cy="240" r="240" />
      <g className="floating">
        <path
          className="sheet"
          d="M138 140h204v232l-17-12-17 12-17-12-17 12-17-12-17 12-17-12-17 12-17-12-17 12-17-12-17 12z"
        />
        <rect className="line" x="196" y="172" width="88" height="14" rx="7" />
        <text className="main" x="240" y="264" fontSize="76" fontWeight="800" textAnchor="middle">
          A12
        </text>
        <rect className="line" x="168" y="296" width="144" height="12" rx="6" />
        <rect className="line" x="196" y="320" width="88" height="12" rx="6" />
      </g>
      <rect className="dark" x="104" y="112" width="272" height="40" rx="20" />
    </Svg>
  );
}
