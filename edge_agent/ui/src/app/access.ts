/** Large text and high contrast for one visit; the next customer starts from the normal look. */

import { useEffect, useState } from "react";
import type { Step } from "../api/schemas";
import type { Access } from "../parts/screen";

const UNUSED_MS = 60_000;

export function useAccess(step: Step): Access {
  const [on, setOn] = useState(false);
  const [seen, setSeen] = useState(step);
  if (seen !== step) {
    setSeen(step);
    if (step === "attract") setOn(false);
  }
  useEffect(() => {
    if (!on || step !== "attract") return undefined;
    const timer = setTimeout(() => setOn(false), UNUSED_MS);
    return () => clearTimeout(timer);
  }, [on, step]);
  return { on, toggle: () => setOn((was) => !was) };
}
