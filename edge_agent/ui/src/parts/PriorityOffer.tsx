/** The way to preferential service from where services are chosen; says what was chosen there. */

import AccessibleIcon from "@mui/icons-material/AccessibleRounded";
import CheckIcon from "@mui/icons-material/CheckRounded";
import { styled } from "@mui/material/styles";
import type { Priority } from "../api/schemas";
import { px, target, text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Touchable } from "./Button";

const Offer = styled(Touchable)(({ theme: { look } }) => ({
  minHeight: target.any,
  gap: px(14),
  padding: `0 ${px(28)}`,
  borderRadius: px(60),
  background: look.accentTint,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.accent}`,
  color: look.ink,
  fontSize: text.small,
  fontWeight: 700,
  "& svg": { fontSize: "1.4em" },
  "&[aria-pressed=true]": { background: look.accent, color: look.outlined ? look.paper : look.ink },
  "&:active": { background: look.line },
}));

export function PriorityOffer({ chosen, onTouch }: { chosen: Priority; onTouch: () => void }) {
  const { say } = useSpeech();
  return (
    <Offer
      aria-pressed={chosen !== ""}
      aria-label={
        chosen === ""
          ? say("priority.offer")
          : say("priority.chosen", { who: say(`priority.${chosen}`) })
      }
      onClick={onTouch}
    >
      {chosen === "" ? <AccessibleIcon aria-hidden /> : <CheckIcon aria-hidden />}
      {say(`priority.${chosen || "priority"}`)}
    </Offer>
  );
}
