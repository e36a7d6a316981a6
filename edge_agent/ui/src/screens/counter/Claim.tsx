/** What happened to one sale: its money and its paper in words, its cases, and what may be done. */

import { styled } from "@mui/material/styles";
import type { CaseRow, ClaimDeed, ClaimView, CloseReason } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { Button } from "../../parts/Button";
import { CaseCard } from "../../parts/CaseCard";
import { Card, Column, Deeds, Standing } from "../../parts/Desk";
import type { DeskProps } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { HeroNumber } from "../../parts/HeroNumber";
import { Sum } from "../../parts/Sum";
import { px, text } from "../../theme/tokens";
import { useSpeech } from "../../words/words";

const PAID: readonly string[] = ["paid_card", "paid_stored", "paid_cash", "free"];

const Number = styled("div")({
  maxWidth: px(640),
  width: "100%",
  margin: "0 auto",
  "@media (orientation: landscape)": { maxWidth: px(420) },
});

const Story = styled("ul")(({ theme: { look } }) => ({
  listStyle: "none",
  display: "grid",
  gap: px(16),
  fontSize: text.body,
  "& li": { display: "grid", gridTemplateColumns: "minmax(0, 0.35fr) minmax(0, 1fr)", gap: px(20) },
  "& li > span": { color: look.soft },
  "& li > strong": { fontWeight: 700 },
}));

const Sums = styled("div")({ display: "flex", justifyContent: "space-between", gap: px(40) });

interface ClaimProps extends DeskProps {
  readonly found: ClaimView;
  readonly changed: () => void;
}

export function Claim({ line, refuse, back, found, changed }: ClaimProps) {
  const { say, sayOf, money, time } = useSpeech();
  const act = (deed: ClaimDeed) => {
    const done =
      deed === "reprint" ? line.reprint(found.ticket) : line.act(deed, found.ticket);
    void done.then(changed, refuse);
  };
  const close = (it: CaseRow, reason: CloseReason) =>
    void line.close(it.case, reason).then(changed, refuse);
  const [first, ...others] = found.can;
  return (
    <Frame
      title={say("desk.claim")}
      back={<BackButton onTouch={back} />}
      next={
        first !== undefined && (
          <Button kind={first === "void" ? "plain" : "primary"} onClick={() => act(first)}>
            {say(`desk.${first}`, { amount: money(found.total_minor) })}
          </Button>
        )
      }
    >
      <Column>
        <Card>
          {found.number !== "" && (
            <Number>
              <HeroNumber number={found.number} />
            </Number>
          )}
          {found.priority !== "" && <strong>{say(`priority.${found.priority}`)}</strong>}
          <Sums>
            <Sum align="left" label={say("desk.claim.code")} amount={found.code} />
            <Sum align="left" label={say("checking.time")} amount={time(new Date(found.opened_ms))} />
            <Sum label={say("checking.amount")} amount={money(found.total_minor)} />
          </Sums>
          <Standing well={PAID.includes(found.money)}>{sayOf("desk.is", standingOf(found))}</Standing>
          <Story>
            <li>
              <span>{say("desk.claim.money")}</span>
              <strong>{sayOf("desk.money", found.money)}</strong>
            </li>
            <li>
              <span>{say("desk.claim.paper")}</span>
              <strong>{sayOf("desk.paper", found.paper)}</strong>
            </li>
          </Story>
          {others.length > 0 && (
            <Deeds>
              {others.map((deed) => (
                <Button key={deed} kind="plain" onClick={() => act(deed)}>
                  {say(`desk.${deed}`, { amount: money(found.total_minor) })}
                </Button>
              ))}
            </Deeds>
          )}
        </Card>
        {found.cases.map((it) => (
          <CaseCard key={it.case} found={it} onClose={(reason) => close(it, reason)} />
        ))}
      </Column>
    </Frame>
  );
}

function standingOf({ state, money }: ClaimView): string {
  if (state === "CANCELLED" || state === "CONSUMED") return state;
  if (PAID.includes(money)) return "paid";
  return money === "to_pay" ? "to_pay" : "other";
}
