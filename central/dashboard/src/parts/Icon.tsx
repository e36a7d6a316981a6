import SvgIcon, { type SvgIconProps } from "@mui/material/SvgIcon";

/** Drawn on a 24-px grid with one stroke width; always beside a word or with a label. */
const PATHS = {
  fleet: "M6 3h12v14H6zM9 7h6M9 10h6M9 21h6M12 17v4",
  sales: "M6 3h12v18l-3-2-3 2-3-2-3 2zM9.5 8h5M9.5 12h5",
  agreement: "M3 7h8M7 3v4M3 7l-1 6h10l-1-6M14 13l3 3 5-6M5 17h6M5 21h14",
  search: "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM16 16l4.5 4.5",
  close: "M6 6l12 12M18 6L6 18",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.400 1.400M17.3 17.3l1.400 1.400M5.3 18.7l1.400-1.400M17.3 6.7l1.400-1.400",
  leave: "M14 4H5v16h9M10 12h10M17 8.5l3.5 3.5-3.5 3.5",
  open: "M9.5 6l6 6-6 6",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  done: "M5 12.5l4.5 4.5L19 7.5",
  warn: "M12 4L2.5 20h19zM12 10v4.5M12 17v.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, ...props }: SvgIconProps & { name: IconName }) {
  return (
    <SvgIcon viewBox="0 0 24 24" aria-hidden fontSize="small" {...props}>
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </SvgIcon>
  );
}
