/**
 * The first screen after a power cut: the money first, then the ticket, then what to touch. Nobody
 * is named on it.
 */

import HourglassIcon from "@mui/icons-material/HourglassTopRounded";
import PowerIcon from "@mui/icons-material/PowerRounded";
import PrintIcon from "@mui/icons-material/PrintRounded";
import ShieldIcon from "@mui/icons-material/VerifiedUserRounded";
import { styled } from "@mui/material/styles";
import type { RecoveredView } from "../api/schemas";
import { Advice, Answer, Happened, Meaning, Safe, Sign } from "../parts/Answer";
import { BrandMark } from "../parts/BrandMark";
import { Button } from "../parts/Button";
import { ClaimFacts } from "../parts/ClaimFacts";
import { useCountdown } from "../parts/clock";
import { Frame } from "../parts/Frame";
import { MORE_TIME, type ScreenProps } from "../parts/screen";
import { TicketPaper } from "../parts/TicketPaper";
import { HeroNumber } from "../parts/HeroNumber";
import { PixLate } from "../parts/PixLate";
import { PixReturns } from "../parts/PixReturns";
import { px, text } from "../theme/tokens";
import { useSpeech } from "../words/words";

const GOODBYE_S = 20;

/** Why the paper did not come, when nobody has tried since. */
const OF_THE_CUT: readonly string[] = ["", "power_cut", "nobody_there"];

const Names = styled("p")({
  display: "-webkit-box",
  WebkitBoxOrient: "vertical",
  WebkitLineClamp: 2,
  "html[data-large] &": { display: "block" },
  overflow: "hidden",
  fontSize: text.body,
});

const Whole = styled("div")({
  display: "grid",
  gap: px(56),
  "@media (orientation: landscape)": {
    gridTemplateColumns: "minmax(0, 1.75fr) minmax(0, 1fr)",
    gap: `${px(28)} ${px(56)}`,
    alignContent: "center",
    "& > section": { gridRow: "1 / 3" },
    "& > div": { textAlign: "left", justifyItems: "start" },
    "& > div:first-of-type": { alignContent: "end" },
  },
});

const Code = styled("p")(({ theme: { look } }) => ({ fontSize: text.small, color: look.soft }));

type Props = ScreenProps & { readonly left: RecoveredView };

export function Recovered(props: Props) {
  switch (props.left.state) {
    case "checking":
      return <InDoubt {...props} />;
    case "late":
      return <Late {...props} />;
    case "not_charged":
      return <NotCharged {...props} />;
    case "refunding":
      return <PixReturns onEnd={() => void props.deeds.leaveRecovered()} />;
    case "to_print":
      return <ToPrint {...props} />;
    case "printing":
    case "printed":
      return <OnPaper {...props} />;
  }
}

function ToPrint({ state, deeds, left }: Props) {
  const { say, read } = useSpeech();
  const print = () => void deeds.printRecovered();
  return (
    <Frame
      middle
      brand={<BrandMark name={state.brand.name || say("brand.fallback")} />}
      aside={
        <Code>
          {say("declined.code")} {left.case}
        </Code>
      }
      back={
        <Button kind="plain" onClick={() => void deeds.leaveRecovered()}>
          {say("note.done")}
        </Button>
      }
      next={
        <Button kind="primary" onClick={print}>
          <PrintIcon />
          {say("recovered.print")}
        </Button>
      }
    >
      <Answer>
        <Happened>{say(titleOf(left))}</Happened>
        <HeroNumber number={left.number} />
        <Names>{left.services.map(read).join(" · ")}</Names>
        <Money left={left} />
        <Advice role="status">
          {say(OF_THE_CUT.includes(left.cause) ? "recovered.touch" : "recovered.failed")}
        </Advice>
      </Answer>
    </Frame>
  );
}

function OnPaper({ state, deeds, access, left }: Props) {
  const { say, read } = useSpeech();
  const isOut = left.state === "printed";
  const where = say(`where.${state.panel.paper}`);
  const leave = () => void deeds.leaveRecovered();
  const goodbye_s = access.slow ? MORE_TIME * GOODBYE_S : GOODBYE_S;
  const waits = isOut && state.help === null;
  const left_s = useCountdown(waits ? goodbye_s : null, left.state, leave);
  return (
    <Frame
      middle
      next={
        isOut && (
          <Button kind="primary" onClick={leave}>
            {say("ticket.done")} · {Math.ceil(left_s)}
          </Button>
        )
      }
    >
      <Whole>
        <Answer>
          <Happened>{say(titleOf(left))}</Happened>
        </Answer>
        <TicketPaper label={say("ticket.label")} number={left.number}>
          <Names>{left.services.map(read).join(" · ")}</Names>
          <Money left={left} />
        </TicketPaper>
        <Answer role="status">
          <Meaning>{say(isOut ? "ticket.printed" : "ticket.printing", { where })}</Meaning>
        </Answer>
      </Whole>
    </Frame>
  );
}

function InDoubt({ deeds, left }: Props) {
  const { say, money } = useSpeech();
  return (
    <Frame
      middle
      next={
        <Button kind="primary" onClick={() => void deeds.leaveRecovered()}>
          {say("note.done")}
        </Button>
      }
    >
      <Answer>
        <Sign tone="accent">
          <HourglassIcon />
        </Sign>
        <Happened>{say("checking.title")}</Happened>
        <Meaning>{say("recovered.checking")}</Meaning>
        <ClaimFacts code={left.case} amount={money(left.total_minor)} time={left.at} />
        <Advice>{say("checking.keep")}</Advice>
      </Answer>
    </Frame>
  );
}

function Late({ deeds, left }: Props) {
  const { say } = useSpeech();
  return (
    <PixLate
      why={say("recovered.late")}
      code={left.case}
      amount_minor={left.total_minor}
      returns_in_s={left.returns_in_s}
      onTake={() => void deeds.claimPix(left.case)}
      onRefund={() => void deeds.refundPix(left.case)}
      back={
        <Button kind="plain" onClick={() => void deeds.leaveRecovered()}>
          {say("note.done")}
        </Button>
      }
    />
  );
}

function NotCharged({ deeds }: Props) {
  const { say } = useSpeech();
  return (
    <Frame
      middle
      next={
        <Button kind="primary" onClick={() => void deeds.leaveRecovered()}>
          {say("recovered.again")}
        </Button>
      }
    >
      <Answer>
        <Sign tone="primary">
          <PowerIcon />
        </Sign>
        <Happened>{say("recovered.cut")}</Happened>
        <Safe>
          <ShieldIcon />
          {say("declined.nothing")}
        </Safe>
        <Advice>{say("recovered.start_over")}</Advice>
      </Answer>
    </Frame>
  );
}

function Money({ left }: { left: RecoveredView }) {
  const { say, money } = useSpeech();
  if (left.kind === "free" || left.kind === "") return null;
  const label = left.kind === "to_pay" ? "ticket.total.to_pay" : "ticket.total.paid";
  return (
    <Meaning>
      {say(label)}: {money(left.total_minor)}
    </Meaning>
  );
}

function titleOf(left: RecoveredView) {
  return left.kind === "paid" ? "recovered.paid.title" : "recovered.kept.title";
}
