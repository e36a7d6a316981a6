/** A QR code of a text, always black on white with its quiet zone, whatever the theme. */

import { encode } from "uqr";

const QUIET_MODULES = 4;

interface QrProps {
  readonly text: string;
  readonly label: string;
  readonly size: string;
}

export function Qr({ text, label, size }: QrProps) {
  const { data, size: modules } = encode(text, { ecc: "M", border: QUIET_MODULES });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${modules} ${modules}`}
      shapeRendering="crispEdges"
      style={{ width: size, height: size, borderRadius: 20, display: "block" }}
    >
      <rect width={modules} height={modules} fill="#FFFFFF" />
      <path d={data.map(rowPath).join("")} fill="#000000" />
    </svg>
  );
}

function rowPath(row: readonly boolean[], y: number): string {
  return row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("");
}
