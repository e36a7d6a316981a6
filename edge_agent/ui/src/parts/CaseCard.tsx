/** An open case: what it is, what to do, and the reasons for which a person may close it here. */

import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { CaseRow, CloseReason } from "../api/cornerSchemas";
import { text } from "../theme/tokens";
import { useSpeech } from "../words/words";
import { Button } from "./Button";
import { Card, Deeds } from "./Desk";

const Head = styled("div")({
  display: "flex",
  flexWrap: "wrap",
  justifyContent: "space-between",
  alignItems: "baseline",
  gap: "0 1em",
  "& strong": { fontSize: text.answer },
});

interface CaseCardProps {
  readonly found: CaseRow;
  readonly onClose: (reason: CloseReason) => void;
}

export function CaseCard({ found, onClose }: CaseCardProps) {
  const { say, sayOf, money } = useSpeech();
  const [asking, setAsking] = useState(false);
  const todo = sayOf("desk.todo", found.kind);
  return (
    <Card>
      <Head>
        <strong>{sayOf("desk.case", found.kind)}</strong>
        <small>
          {found.number !== "" && `${found.number} · `}
          {money(found.total_minor)} · {found.code}
        </small>
      </Head>
      <p>{todo === say("desk.todo.other") ? found.todo : todo}</p>
      {found.reasons.length === 0 ? (
        <small>{say("desk.case.stays")}</small>
      ) : asking ? (
        <>
          <small>{say("desk.case.why")}</small>
          <Deeds>
            {found.reasons.map((reason) => (
              <Button key={reason} kind="plain" onClick={() => onClose(reason)}>
                {sayOf("desk.reason", reason)}
              </Button>
            ))}
            <Button kind="quiet" onClick={() => setAsking(false)}>
              {say("desk.keep")}
            </Button>
          </Deeds>
        </>
      ) : (
        <Deeds>
          <Button kind="plain" onClick={() => setAsking(true)}>
            {say("desk.case.close")}
          </Button>
        </Deeds>
      )}
    </Card>
  );
}
