/** Every open case of this totem, the newest first. */

import type { CaseRow, CloseReason } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { CaseCard } from "../../parts/CaseCard";
import { Columns, Nothing } from "../../parts/Desk";
import { type DeskProps, useAnswer, useDeed } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { useSpeech } from "../../words/words";

interface CasesProps extends DeskProps {
  readonly find: (code: string) => void;
}

export function Cases({ line, refuse, back, find }: CasesProps) {
  const { say } = useSpeech();
  const [cases, again] = useAnswer(() => line.cases(), refuse);
  const [running, run] = useDeed(refuse);
  const close = (it: CaseRow, reason: CloseReason) =>
    run(it.case, () => line.close(it.case, reason).then(again));
  return (
    <Frame
      title={say("desk.cases")}
      back={<BackButton onTouch={back} />}
      middle={cases?.length === 0}
    >
      {cases?.length === 0 && <Nothing>{say("desk.cases.none")}</Nothing>}
      <Columns>
        {cases?.map((it) => (
          <CaseCard
            key={it.case}
            found={it}
            busy={running !== null}
            onClose={(reason) => close(it, reason)}
            onLook={() => find(it.code)}
          />
        ))}
      </Columns>
    </Frame>
  );
}
