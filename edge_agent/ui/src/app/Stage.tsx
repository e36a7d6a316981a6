/**
 * Where everything is drawn: the page, and at the bottom left the way to the aids. In low mode on a
 * standing panel it is the part that hands reach, and above it stands the owner's name alone.
 */

import { styled } from "@mui/material/styles";
import type { ReactNode } from "react";
import { AccessButton } from "../parts/AccessButton";
import { BrandMark } from "../parts/BrandMark";
import { Curtain } from "../parts/Curtain";
import type { Access } from "../parts/screen";
import { px } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { STAGE, useArrival } from "./scene";

const LOW = "html[data-low] &";
const STANDING = "@media (orientation: portrait)";

const Whole = styled("div")(({ theme: { look } }) => ({
  position: "relative",
  height: "100%",
  display: "grid",
  gridTemplateRows: "minmax(0, 1fr) auto",
  contain: "layout",
  background: look.paper,
  "&[data-blank]": { zIndex: 20 },
  [STANDING]: {
    [LOW]: {
      position: "fixed",
      insetInline: 0,
      top: "var(--band-top)",
      bottom: "var(--band-below)",
      height: "auto",
    },
  },
}));

const Room = styled("div")({ position: "relative", minHeight: 0, contain: "layout" });

const Above = styled("div")(({ theme: { look } }) => ({
  display: "none",
  [STANDING]: {
    [LOW]: {
      position: "fixed",
      inset: 0,
      display: "grid",
      gridTemplateRows: "var(--band-top)",
      placeContent: "start center",
      alignItems: "center",
      background: look.outlined ? look.paper : look.primary,
      color: look.outlined ? look.ink : look.onPrimary,
      "& > *": { zoom: 2.4 },
    },
  },
}));

const Foot = styled("aside")({
  display: "flex",
  alignItems: "center",
  gap: "max(16px, calc(24 * var(--u)))",
  padding: `${px(4)} var(--gutter) max(24px, ${px(16)})`,
  "& > [data-access]": { marginLeft: `max(${px(-16)}, 24px - var(--gutter))` },
  "html[data-large] &": { flexWrap: "wrap" },
  "@media (orientation: landscape)": {
    "html:not([data-large]):not([data-speech]) &": {
      position: "absolute",
      left: "var(--gutter)",
      bottom: 0,
      height: "var(--bar)",
      padding: 0,
    },
  },
});

interface StageProps {
  readonly brand: string;
  readonly access: Access;
  /** The first screen has the button in its own foot. */
  readonly bare: boolean;
  readonly spoken: ReactNode;
  /** The picture is off. */
  readonly blank: boolean;
  /** Over whatever is drawn. */
  readonly notice: ReactNode;
  readonly children: ReactNode;
}

export function Stage({ brand, access, bare, spoken, blank, notice, children }: StageProps) {
  const { say } = useSpeech();
  useArrival();
  return (
    <>
      <Above aria-hidden>
        <BrandMark name={brand} inverse />
      </Above>
      <Whole id={STAGE} data-blank={blank || undefined}>
        {blank && <Curtain aria-hidden data-curtain />}
        <Room>{children}</Room>
        {notice}
        {(!bare || Boolean(spoken)) && (
          <Foot aria-label={say("access.label")}>
            {!bare && <AccessButton access={access} />}
            {spoken}
          </Foot>
        )}
      </Whole>
    </>
  );
}
