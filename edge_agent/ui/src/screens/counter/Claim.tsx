/** What happened to one sale: its money and its paper in words, its cases, and what may be done. */

import AccessibleIcon from "@mui/icons-material/AccessibleRounded";
import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { CaseRow, ClaimDeed, ClaimView, CloseReason } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { Button } from "../../parts/Button";
import { CaseCard } from "../../parts/CaseCard";
import { Card, Column, Columns, Deeds, Mark, Marks, Standing } from "../../parts/Desk";
import { type DeskProps, useDeed } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { HeroNumber } from "../../parts/HeroNumber";
import { Sum } from "../../parts/Sum";
import { Sure } from "../../parts/Sure";
import { px, radius, text } from "../../theme/tokens";
import { useSpeech } from "../../words/words";

/** The likeliest first; what takes money back is last. */
const DEEDS: readonly ClaimDeed[] = ["settle", "serve", "reprint", "void"];
const PAID: readonly string[] = ["paid_card", "paid_pix", "paid_stored", "paid_cash", "free"];

const Number = styled("div")({
  maxWidth: px(640),
  width: "100%",
  margin: "0 auto",
});

const Told = styled("ul")(({ theme: { look } }) => ({
  listStyle: "none",
  display: "grid",
  gap: px(16),
  fontSize: text.body,
  "& li": { display: "grid", gridTemplateColumns: "minmax(0, 0.35fr) minmax(0, 1fr)", gap: px(20) },
  "html[data-large] & li": { gridTemplateColumns: "minmax(0, 1fr)", gap: 0 },
  "& li > span": { color: look.soft },
  "& li > strong": { fontWeight: 700 },
}));

const Sums = styled("div")({
  display: "flex",
  flexWrap: "wrap",
  justifyContent: "space-between",
  gap: `${px(20)} ${px(40)}`,
});

const Meanwhile = styled("p")(({ theme: { look } }) => ({
  padding: `${px(28)} ${px(32)}`,
  borderRadius: radius.button,
  background: look.accentTint,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.accent}`,
  fontSize: text.answer,
  fontWeight: 700,
}));

interface ClaimProps extends DeskProps {
  readonly found: ClaimView;
  /** Look again; over when what is found is on show. */
  readonly changed: () => Promise<void>;
}

export function Claim({ line, refuse, back, found, changed }: ClaimProps) {
  const { say, money } = useSpeech();
  const [asking, setAsking] = useState(false);
  const [running, run] = useDeed<ClaimDeed | "close">(refuse);
  const amount = money(found.total_minor);
  const act = (deed: ClaimDeed) => {
    setAsking(false);
    const { ticket } = found;
    const ask = () => (deed === "reprint" ? line.reprint(ticket) : line.act(deed, ticket));
    run(deed, () => ask().then(changed));
  };
  const touch = (deed: ClaimDeed) => (deed === "void" ? setAsking(true) : act(deed));
  const close = (it: CaseRow, reason: CloseReason) =>
    run("close", () => line.close(it.case, reason).then(changed));
  const [first, ...others] = DEEDS.filter((deed) => found.can.includes(deed));
  return (
    <Frame
      title={say("desk.claim")}
      back={<BackButton onTouch={back} />}
      next={
        first !== undefined && (
          <Button
            kind={first === "void" ? "plain" : "primary"}
            disabled={running !== null}
            onClick={() => touch(first)}
          >
            {say(`desk.${first}`, { amount })}
          </Button>
        )
      }
    >
      <Columns>
        <Facts found={found} />
        <Column>
          <Card>
            <Story found={found} />
            {running !== null ? (
              <UnderWay deed={running} />
            ) : asking ? (
              <Sure
                question={say("desk.sure.void")}
                yes={say("desk.void", { amount })}
                onYes={() => act("void")}
                onNo={() => setAsking(false)}
              />
            ) : (
              <Others deeds={others} amount={amount} onTouch={touch} />
            )}
          </Card>
          {found.cases.map((it) => (
            <CaseCard
              key={it.case}
              found={it}
              busy={running !== null}
              onClose={(reason) => close(it, reason)}
            />
          ))}
        </Column>
      </Columns>
    </Frame>
  );
}

/** What the attendant does meanwhile. */
function UnderWay({ deed }: { deed: string }) {
  const { sayOf } = useSpeech();
  return <Meanwhile role="status">{sayOf("desk.doing", deed)}</Meanwhile>;
}

interface OthersProps {
  readonly deeds: readonly ClaimDeed[];
  readonly amount: string;
  readonly onTouch: (deed: ClaimDeed) => void;
}

function Others({ deeds, amount, onTouch }: OthersProps) {
  const { say } = useSpeech();
  if (deeds.length === 0) return null;
  return (
    <Deeds>
      {deeds.map((deed) => (
        <Button key={deed} kind="plain" onClick={() => onTouch(deed)}>
          {say(`desk.${deed}`, { amount })}
        </Button>
      ))}
    </Deeds>
  );
}

function Facts({ found }: { found: ClaimView }) {
  const { say, sayOf, money, time } = useSpeech();
  return (
    <Card>
      {found.number !== "" && (
        <Number>
          <HeroNumber number={found.number} />
        </Number>
      )}
      <Marks>
        <Standing well={PAID.includes(found.money)}>{sayOf("desk.is", standingOf(found))}</Standing>
        {found.priority !== "" && (
          <Mark>
            <AccessibleIcon aria-hidden />
            {say(`priority.${found.priority}`)}
          </Mark>
        )}
      </Marks>
      <Sums>
        <Sum align="left" label={say("desk.claim.code")} amount={found.code} />
        <Sum align="left" label={say("checking.time")} amount={time(new Date(found.opened_ms))} />
        <Sum align="left" label={say("checking.amount")} amount={money(found.total_minor)} />
      </Sums>
    </Card>
  );
}

function Story({ found }: { found: ClaimView }) {
  const { say, sayOf } = useSpeech();
  return (
    <Told>
      <li>
        <span>{say("desk.claim.money")}</span>
        <strong>{sayOf("desk.money", found.money)}</strong>
      </li>
      <li>
        <span>{say("desk.claim.paper")}</span>
        <strong>{sayOf("desk.paper", found.paper)}</strong>
      </li>
    </Told>
  );
}

function standingOf({ state, money }: ClaimView): string {
  if (state === "CANCELLED" || state === "CONSUMED") return state;
  if (PAID.includes(money)) return "paid";
  return money === "checking" || money === "in_review" ? "in_doubt" : money;
}
