/**
 * The attendant's corner: enter by PIN, find a ticket by its code or number, take the money or
 * serve it.
 */

import { styled } from "@mui/material/styles";
import { useEffect, useEffectEvent, useState } from "react";
import type { CounterLine } from "../api/counter";
import { RefusedError } from "../api/requests";
import type { CounterDeed, CounterView, LateDecline } from "../api/schemas";
import { Button } from "../parts/Button";
import { Frame } from "../parts/Frame";
import { Notice } from "../parts/Notice";
import { PinPad } from "../parts/PinPad";
import { edge, px, radius, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const Desk = styled("section")({
  display: "grid",
  gap: px(32),
  justifyItems: "center",
  width: "100%",
});

const Field = styled("input")(({ theme: { look } }) => ({
  width: "100%",
  maxWidth: px(760),
  padding: px(28),
  fontFamily: "inherit",
  fontSize: text.title,
  textAlign: "center",
  color: look.ink,
  background: look.surface,
  border: 0,
  borderRadius: radius.button,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.line}`,
  "&::placeholder": { fontSize: text.body },
}));

const Card = styled("div")(({ theme: { look } }) => ({
  display: "grid",
  gap: px(20),
  width: "100%",
  maxWidth: px(760),
  padding: px(40),
  borderRadius: radius.card,
  background: look.surface,
  boxShadow: edge(look),
  textAlign: "center",
  "& strong": { fontSize: text.display, lineHeight: 1.1 },
  "& p": { fontSize: text.answer, fontWeight: 700 },
  "& small": { fontSize: text.small, color: look.soft },
}));

const Deeds = styled("div")({ display: "grid", gap: px(20), width: "100%", maxWidth: px(760) });

export function Counter({ line, onLeave }: { line: CounterLine; onLeave: () => void }) {
  const { say, sayOf } = useSpeech();
  const [name, setName] = useState("");
  const [refused, setRefused] = useState({ code: "", count: 0 });
  const refuse = (error: unknown) => {
    const code = error instanceof RefusedError ? error.code : "other";
    setRefused(({ count }) => ({ code, count: count + 1 }));
    if (code === "no-session") setName("");
  };
  const leave = () => void line.leave().finally(onLeave);
  return (
    <>
      {name === "" ? (
        <Frame
          middle
          title={say("desk.pin.title")}
          back={
            <Button kind="plain" onClick={leave}>
              {say("desk.leave")}
            </Button>
          }
        >
          <Desk>
            <PinPad onDone={(pin) => void line.enter(pin).then(setName, refuse)} />
          </Desk>
        </Frame>
      ) : (
        <Finding line={line} name={name} refuse={refuse} leave={leave} />
      )}
      {refused.code !== "" && (
        <Notice key={refused.count} text={sayOf("desk.refused", refused.code)} />
      )}
    </>
  );
}

interface FindingProps {
  readonly line: CounterLine;
  readonly name: string;
  readonly refuse: (error: unknown) => void;
  readonly leave: () => void;
}

function Finding({ line, name, refuse, leave }: FindingProps) {
  const { say } = useSpeech();
  const [code, setCode] = useState("");
  const [found, setFound] = useState<CounterView | null>(null);
  const [late, setLate] = useState<readonly LateDecline[]>([]);
  const look = (asked: string) => {
    if (asked.trim() === "") return;
    setCode("");
    void line.look(asked).then(setFound, refuse);
  };
  const readLate = () => void line.late().then(setLate, refuse);
  const open = useEffectEvent(readLate);
  const scanned = useEffectEvent(look);
  useEffect(() => open(), []);
  useEffect(() => follow(line, (code) => scanned(code)), [line]);
  const act = (deed: CounterDeed) => {
    if (found !== null) void line.act(deed, found.number).then(setFound, refuse);
  };
  return (
    <Frame
      title={say("desk.title", { name })}
      back={
        <Button kind="plain" onClick={leave}>
          {say("desk.leave")}
        </Button>
      }
      next={
        found !== null && (
          <Button kind="plain" onClick={() => setFound(null)}>
            {say("desk.other")}
          </Button>
        )
      }
    >
      <Desk>
        {found === null ? (
          <>
            <Field
              aria-label={say("desk.code")}
              autoFocus
              placeholder={say("desk.code")}
              value={code}
              onChange={(event) => setCode(event.target.value)}
              onKeyDown={(event) => event.key === "Enter" && look(code)}
            />
            <Button kind="primary" disabled={code.trim() === ""} onClick={() => look(code)}>
              {say("desk.find")}
            </Button>
            <Late rows={late} line={line} refuse={refuse} changed={readLate} />
          </>
        ) : (
          <TicketCard found={found} act={act} />
        )}
      </Desk>
    </Frame>
  );
}

function TicketCard({ found, act }: { found: CounterView; act: (deed: CounterDeed) => void }) {
  const { say, sayOf, money } = useSpeech();
  const standing =
    found.state !== "ISSUED" ? found.state : found.is_paid ? "paid" : "to_pay";
  return (
    <>
      <Card>
        <small>{say("ticket.label")}</small>
        <strong>{found.number}</strong>
        <p>{sayOf("desk.is", standing)}</p>
        <p>{money(found.total_minor)}</p>
      </Card>
      <Deeds>
        {found.can.map((deed, place) => (
          <Button key={deed} kind={place === 0 ? "primary" : "plain"} onClick={() => act(deed)}>
            {say(`desk.${deed}`, { amount: money(found.total_minor) })}
          </Button>
        ))}
      </Deeds>
    </>
  );
}

interface LateProps {
  readonly rows: readonly LateDecline[];
  readonly line: CounterLine;
  readonly refuse: (error: unknown) => void;
  readonly changed: () => void;
}

function Late({ rows, line, refuse, changed }: LateProps) {
  const { say, money } = useSpeech();
  const end = (payment: string, way: "recovered" | "written_off") =>
    void line.makeGood(payment, way).then(changed, refuse);
  return (
    <>
      {rows.map((it) => (
        <Card key={it.payment}>
          <small>{say("desk.late")}</small>
          <p>
            {it.number} · {it.masked_pan} · {money(it.amount_minor)}
          </p>
          <Button kind="primary" onClick={() => end(it.payment, "recovered")}>
            {say("desk.recovered", { amount: money(it.amount_minor) })}
          </Button>
          <Button kind="plain" onClick={() => end(it.payment, "written_off")}>
            {say("desk.written_off")}
          </Button>
        </Card>
      ))}
    </>
  );
}

/** Hand every code of the scanner on, until the screen is gone. */
function follow(line: CounterLine, take: (code: string) => void): () => void {
  const gone = new AbortController();
  const run = async () => {
    while (!gone.signal.aborted) {
      const code = await line.scan(gone.signal);
      if (code !== "") take(code);
    }
  };
  void run().catch(() => undefined);
  return () => gone.abort();
}
