/**
 * Over any screen: how to reach a person, and no more than is true. What was begun below waits, and
 * one touch goes back to it.
 */

import SupportIcon from "@mui/icons-material/SupportAgentRounded";
import Modal from "@mui/material/Modal";
import { styled } from "@mui/material/styles";
import type { CaseView, HelpView } from "../api/schemas";
import { Advice, Answer, Happened, Meaning, Sign } from "../parts/Answer";
import { Button } from "../parts/Button";
import { ClaimCode } from "../parts/ClaimCode";
import { useCountdown } from "../parts/clock";
import { Qr } from "../parts/Qr";
import { Sheet } from "../parts/Sheet";
import { px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Ring = styled("div")({
  display: "grid",
  gridTemplateColumns: "auto minmax(0, 1fr)",
  alignItems: "center",
  gap: px(40),
  textAlign: "left",
  fontSize: text.body,
  "& > div": { padding: px(8), background: "#FFFFFF", borderRadius: radius.button },
  "& strong": { display: "block", fontSize: text.title, lineHeight: 1.15, overflowWrap: "anywhere" },
  "html[data-large] &": {
    gridTemplateColumns: "minmax(0, 1fr)",
    justifyItems: "center",
    textAlign: "center",
    "& strong": { fontSize: text.answer },
  },
});

interface HelpProps {
  readonly help: HelpView;
  readonly claim: CaseView | null;
  readonly onClose: () => void;
}

export function Help({ help, claim, onClose }: HelpProps) {
  const { say } = useSpeech();
  useCountdown(help.shown_s, "", onClose);
  return (
    <Modal open onClose={onClose}>
      <Sheet role="dialog" aria-modal="true" aria-labelledby="help">
        <Answer>
          {claim === null && (
            <Sign tone="primary">
              <SupportIcon />
            </Sign>
          )}
          <Happened as="h2" id="help">{say("help.title")}</Happened>
          <Meaning role="status">{say(meaning(help))}</Meaning>
          {help.phone !== "" && (
            <Ring>
              <div>
                <Qr text={help.tel} label={say("help.scan")} size={px(220)} />
              </div>
              <p>
                <strong>{help.phone}</strong>
                {say("help.scan")}
              </p>
            </Ring>
          )}
          {claim !== null && <ClaimCode code={claim.code} />}
          {help.is_told && help.phone !== "" && <Advice>{say("help.ring")}</Advice>}
          <Button kind="primary" onClick={onClose} autoFocus>
            {say("help.close")}
          </Button>
        </Answer>
      </Sheet>
    </Modal>
  );
}

function meaning({ is_told, phone }: HelpView) {
  if (is_told) return "help.told";
  return phone === "" ? "help.ask" : "help.ring";
}
