/**
 * The way to the aids, at the bottom left of every screen. Held for two seconds it turns speech on,
 * for whoever cannot see what it opens.
 */

import AccessibilityIcon from "@mui/icons-material/AccessibilityNewRounded";
import { useEffect, useRef } from "react";
import { useSpeech } from "../words/words";
import { Button } from "./Button";
import type { Access } from "./screen";

const HOLD_MS = 2000;

export function AccessButton({ access }: { access: Access }) {
  const { say } = useSpeech();
  const holding = useRef<ReturnType<typeof setTimeout>>(undefined);
  const held = useRef(false);
  const release = () => clearTimeout(holding.current);
  useEffect(() => release, []);
  return (
    <Button
      kind="quiet"
      data-access
      onPointerDown={() => {
        release();
        held.current = false;
        holding.current = setTimeout(() => {
          held.current = true;
          access.listen();
        }, HOLD_MS);
      }}
      onPointerUp={release}
      onPointerLeave={release}
      onPointerCancel={release}
      onClick={() => {
        if (!held.current) access.open();
        held.current = false;
      }}
    >
      <AccessibilityIcon aria-hidden />
      {say("access.label")}
    </Button>
  );
}
