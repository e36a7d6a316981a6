/**
 * The look in numbers: colours, type, space, motion. Nothing else in the touchscreen names a
 * colour or a size.
 *
 * Sizes are drawn for 1080 px wide (portrait) and 1440 x 900 (landscape) and scale with the panel
 * through `--u`; `--t` enlarges text alone, for customers who ask for it; `--low` is how much of a
 * standing panel low mode has left.
 */

export interface Look {
  readonly paper: string;
  readonly surface: string;
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly primary: string;
  readonly onPrimary: string;
  readonly pressed: string;
  readonly tint: string;
  readonly accent: string;
  readonly accentTint: string;
  readonly error: string;
  readonly errorTint: string;
  /** The ring around what has the focus: 3:1 to every ground it stands on (WCAG 2.2, 1.4.11). */
  readonly focus: string;
  readonly shadow: string;
  /** Edges are lines, not shadows. */
  readonly outlined: boolean;
  readonly outline_px: number;
}

const INK = "#14213D";
const OWN_PRIMARY = "#0B6E4F";
const OWN_ACCENT = "#F4A300";

/** The theme of the house, in the owner's colours as far as dark text stays legible on them. */
export function standardLook(brandPrimary: string, brandAccent = ""): Look {
  const primary = isHex(brandPrimary) ? brandPrimary : OWN_PRIMARY;
  const accent =
    isHex(brandAccent) && contrast(brandAccent, INK) >= 4.5 ? brandAccent : OWN_ACCENT;
  return {
    paper: "#FAF8F5",
    surface: "#FFFFFF",
    ink: INK,
    soft: "#5C677D",
    line: "#E6E1D8",
    primary,
    onPrimary: contrast(primary, "#FFFFFF") >= 4.5 ? "#FFFFFF" : INK,
    pressed: mix(primary, "#000000", 0.18),
    tint: mix(primary, "#FFFFFF", 0.88),
    accent,
    accentTint: mix(accent, "#FFFFFF", 0.86),
    error: "#B3261E",
    errorTint: "#FBEAE8",
    focus: INK,
    shadow: "0 6px 28px rgb(20 33 61 / 8%)",
    outlined: false,
    outline_px: 3,
  };
}

/** Black, white and yellow, at least 7:1, 4 px outlines. */
export const contrastLook: Look = {
  paper: "#000000",
  surface: "#000000",
  ink: "#FFFFFF",
  soft: "#FFFFFF",
  line: "#FFFFFF",
  primary: "#FFD400",
  onPrimary: "#000000",
  pressed: "#FFFFFF",
  tint: "#000000",
  accent: "#FFD400",
  accentTint: "#000000",
  error: "#FFD400",
  errorTint: "#000000",
  focus: "#FFD400",
  shadow: "none",
  outlined: true,
  outline_px: 4,
};

export const radius = { card: "calc(28 * var(--u))", button: "calc(20 * var(--u))" } as const;

export const text = {
  hero: "var(--hero)",
  display: "var(--display)",
  title: "var(--title)",
  answer: "var(--answer)",
  body: "var(--body)",
  small: "var(--small)",
} as const;

/** What a finger must hit: the one primary action, and anything else. */
export const target = { primary: "var(--primary-target)", any: "var(--any-target)" } as const;

export const motion = { change: "200ms ease-out", press: "50ms ease-out" } as const;

/** What lifts a card from the paper: a soft shadow, or a line where shadows cannot be seen. */
export function edge(look: Look): string {
  return look.outlined ? `inset 0 0 0 ${look.outline_px}px ${look.line}` : look.shadow;
}

/** `n` pixels of the drawing, on this panel. */
export function px(n: number): string {
  return `calc(${n} * var(--u))`;
}

const legible = (n: number): string => `calc(max(24px, ${px(n)}) * var(--t))`;
/** Already large: grows less, so that an amount stays on its line. */
const grand = (n: number): string => `calc(${n} * var(--u) * (1 + (var(--t) - 1) / 5))`;

export const portraitSizes = {
  "--u": "calc(clamp(0.6px, 100vw / 1080, 2px) * var(--low))",
  "--hero": "max(220px * var(--low), calc(264 * var(--u)))",
  "--display": grand(96),
  "--title": legible(64),
  "--answer": legible(40),
  "--body": legible(32),
  "--small": legible(26),
  "--primary-target": "max(72px, calc(120 * var(--u)))",
  "--any-target": "max(60px, calc(80 * var(--u)))",
  "--gutter": "calc(48 * var(--u))",
  "--gap": "calc(28 * var(--u))",
  "--bar": "calc(176 * var(--u))",
} as const;

export const landscapeSizes = {
  "--u": "clamp(0.7px, min(100vw / 1440, 100vh / 900), 2px)",
  "--hero": "max(220px, calc(240 * var(--u)))",
  "--display": grand(76),
  "--title": legible(50),
  "--answer": legible(32),
  "--body": legible(27),
  "--small": legible(24),
  "--primary-target": "max(72px, calc(88 * var(--u)))",
  "--any-target": "max(60px, calc(68 * var(--u)))",
  "--gutter": "calc(48 * var(--u))",
  "--gap": "calc(24 * var(--u))",
  "--bar": "calc(128 * var(--u))",
} as const;

/** Contrast ratio of two colours (WCAG 2.2, 1.4.3). */
export function contrast(one: string, other: string): number {
  const [light = 1, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = channels(hex).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(hex: string, other: string, share: number): string {
  const into = channels(other);
  const mixed = channels(hex).map((value, i) => value + ((into[i] ?? 0) - value) * share);
  return `#${mixed.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function isHex(colour: string): boolean {
  return /^#[0-9a-f]{6}$/i.test(colour);
}
