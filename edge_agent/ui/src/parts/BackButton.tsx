/** The way back, always at the left of the bar. */

import ArrowBackIcon from "@mui/icons-material/ArrowBackRounded";
import { useSpeech } from "../words/words";
import { Button } from "./Button";

export function BackButton({ onTouch }: { onTouch: () => void }) {
  const { say } = useSpeech();
  return (
    <Button kind="plain" data-back onClick={onTouch}>
      <ArrowBackIcon />
      {say("action.back")}
    </Button>
  );
}
