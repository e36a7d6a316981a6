/** The few movements the look allows. */

import { keyframes } from "@mui/material/styles";

export const rise = keyframes`
  from { opacity: 0; transform: translateY(16px); }
  to { opacity: 1; transform: none; }
`;

/** A new screen takes no touch while the finger of the last one may still be bouncing. */
export const settle = keyframes`
  from, to { pointer-events: none; }
`;

export const drawLine = keyframes`
  from { stroke-dashoffset: 1; }
  to { stroke-dashoffset: 0; }
`;

export const breathe = keyframes`
  0%, 100% { opacity: 0.25; }
  50% { opacity: 1; }
`;

export const sway = keyframes`
  0%, 100% { transform: translateY(0); }
  50% { transform: translateY(-12px); }
`;
