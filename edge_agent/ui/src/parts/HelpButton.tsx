/** A person is one touch away, on every screen, at the same place. */

import SupportIcon from "@mui/icons-material/SupportAgentRounded";
import { styled } from "@mui/material/styles";
import { useSpeech } from "../words/words";
import { useAround } from "./around";
import { Button } from "./Button";
import { px } from "../theme/tokens";

const Corner = styled("div")({ "& button": { marginRight: `max(${px(-16)}, 24px - var(--gutter))` } });

export function HelpButton() {
  const { say } = useSpeech();
  const { call } = useAround();
  if (call === undefined) return null;
  return (
    <Corner>
      <Button kind="quiet" onClick={call}>
        <SupportIcon />
        {say("help.button")}
      </Button>
    </Corner>
  );
}
