/** An open case: what it is, what to do, and the reasons for which a person may close it here. */

import { useState } from "react";
import type { CaseRow, CloseReason } from "../api/cornerSchemas";
import { useSpeech } from "../words/words";
import { Button } from "./Button";
import { Card, Deeds } from "./Desk";

interface CaseCardProps {
  readonly found: CaseRow;
  /** Something is under way here: nothing else can be begun. */
  readonly busy: boolean;
  readonly onClose: (reason: CloseReason) => void;
  /** Left out where the sale is on show already. */
  readonly onLook?: () => void;
}

export function CaseCard({ found, busy, onClose, onLook }: CaseCardProps) {
  const { say, sayOf, money } = useSpeech();
  const [asking, setAsking] = useState(false);
  const stays = found.reasons.length === 0;
  const todo = sayOf("desk.todo", found.kind);
  return (
    <Card>
      <h2>{sayOf("desk.case", found.kind)}</h2>
      <small>
        {[found.number, money(found.total_minor), found.code].filter((it) => it !== "").join(" · ")}
      </small>
      <p>{todo === say("desk.todo.other") ? found.todo : todo}</p>
      {stays && <small>{say("desk.case.stays")}</small>}
      {asking ? (
        <>
          <small>{say("desk.case.why")}</small>
          <Deeds>
            {found.reasons.map((reason) => (
              <Button key={reason} kind="plain" disabled={busy} onClick={() => onClose(reason)}>
                {sayOf("desk.reason", reason)}
              </Button>
            ))}
            <Button kind="quiet" onClick={() => setAsking(false)}>
              {say("desk.keep")}
            </Button>
          </Deeds>
        </>
      ) : (
        <Deeds hidden={stays && onLook === undefined}>
          {onLook !== undefined && (
            <Button kind="plain" onClick={onLook}>
              {say("desk.case.look")}
            </Button>
          )}
          {!stays && (
            <Button kind="plain" onClick={() => setAsking(true)}>
              {say("desk.case.close")}
            </Button>
          )}
        </Deeds>
      )}
    </Card>
  );
}
