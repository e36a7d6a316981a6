/** Cards do not work now: what still does, said before anything is chosen. */

import CreditCardOffIcon from "@mui/icons-material/CreditCardOffRounded";
import { styled } from "@mui/material/styles";
import type { Method, PaysView } from "../api/schemas";
import { px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Band = styled("p")(({ theme: { look } }) => ({
  display: "flex",
  alignItems: "center",
  justifyContent: "center",
  gap: px(20),
  padding: `${px(14)} ${px(28)}`,
  borderRadius: radius.button,
  background: look.accentTint,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.accent}`,
  color: look.ink,
  fontSize: text.small,
  fontWeight: 700,
  "& svg": { flex: "none", fontSize: "1.5em" },
}));

export function CardOff({ pays }: { pays: PaysView }) {
  const { sayOf } = useSpeech();
  if (!pays.card_off) return null;
  return (
    <Band role="status">
      <CreditCardOffIcon aria-hidden />
      {sayOf("card_off", waysOf(pays.live))}
    </Band>
  );
}

/** The ways to pay as the texts name them: `card_pix_counter`; empty when there is none. */
export function waysOf(live: readonly Method[]): string {
  const card = live.some((method) => ["debit", "credit", "voucher"].includes(method));
  const others = (["pix", "counter"] as const).filter((method) => live.includes(method));
  return [...(card ? ["card"] : []), ...others].join("_");
}
