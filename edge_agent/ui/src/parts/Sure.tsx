/** Asks once more before what cannot be taken back. */

import { Button } from "./Button";
import { Deeds } from "./Desk";
import { useSpeech } from "../words/words";

interface SureProps {
  readonly question: string;
  readonly yes: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

export function Sure({ question, yes, onYes, onNo }: SureProps) {
  const { say } = useSpeech();
  return (
    <>
      <p role="status">{question}</p>
      <Deeds>
        <Button kind="plain" onClick={onYes}>
          {yes}
        </Button>
        <Button kind="plain" onClick={onNo}>
          {say("desk.sure.no")}
        </Button>
      </Deeds>
    </>
  );
}
