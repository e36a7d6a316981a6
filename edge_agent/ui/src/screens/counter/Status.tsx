/** The technician's page: how the totem and each device are, and a test of each. */

import { useState } from "react";
import type { ActView, DeviceLine, Finding, StatusView } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { Button } from "../../parts/Button";
import { Card, Column, Columns, Deeds, Facts, Standing, WithDeed } from "../../parts/Desk";
import { type DeskProps, useAnswer } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { type Speech, useSpeech } from "../../words/words";
import { actOf, foundOf, syncOf } from "../../parts/told";

const EVERY_MS = 3000;
const FACTS_SHOWN: readonly string[] = ["maker", "model", "serial", "firmware"];

interface StatusProps extends DeskProps {
  readonly touch: () => void;
  readonly restart: () => void;
}

export function Status({ line, refuse, back, touch, restart }: StatusProps) {
  const { say } = useSpeech();
  const [seen] = useAnswer(() => line.status(), refuse, EVERY_MS);
  const [acts, again] = useAnswer(() => line.acts(), refuse);
  const test = (device: string) =>
    line.test(device).then(
      (found) => {
        void again();
        return found;
      },
      (error: unknown) => {
        refuse(error);
        return null;
      },
    );
  return (
    <Frame title={say("desk.status")} back={<BackButton onTouch={back} />}>
      {seen !== null && (
        <Columns>
          <Column>
            {seen.devices.map((it) => (
              <Device key={it.name} device={it} test={() => test(it.name)} />
            ))}
          </Column>
          <Column>
            <Figures seen={seen} />
            <Screen touch={touch} restart={restart} />
            {acts !== null && <Acts acts={acts} />}
          </Column>
        </Columns>
      )}
    </Frame>
  );
}

function Device({
  device,
  test,
}: {
  device: DeviceLine;
  test: () => Promise<readonly Finding[] | null>;
}) {
  const speech = useSpeech();
  const { say, sayOf } = speech;
  const [found, setFound] = useState<readonly Finding[] | null>(null);
  const [running, setRunning] = useState(false);
  const run = () => {
    setRunning(true);
    setFound(null);
    void test().then((told) => {
      setFound(told);
      setRunning(false);
    });
  };
  const well = device.hint === "";
  return (
    <Card>
      <WithDeed>
        <div>
          <h2>
            {sayOf("desk.device", device.name)} · {device.driver}
          </h2>
          <Standing well={well}>{sayOf("desk.hint", well ? "well" : device.hint)}</Standing>
          <small>{knownOf(device, speech)}</small>
        </div>
        <Button kind="plain" disabled={running} onClick={run}>
          {running ? sayOf("desk.testing", device.name) : say("desk.test")}
        </Button>
      </WithDeed>
      {found?.map((it) => (
        <Standing key={`${it.what} ${it.said}`} well={it.is_well}>
          {foundOf(it, speech)}
        </Standing>
      ))}
    </Card>
  );
}

function knownOf({ facts }: DeviceLine, { say }: Speech): string {
  const { columns = "" } = facts;
  const known = FACTS_SHOWN.map((name) => facts[name] ?? "");
  const wide = columns === "" ? "" : say("desk.columns", { columns });
  return [...known, wide].filter((it) => it !== "").join(" · ");
}

function Figures({ seen }: { seen: StatusView }) {
  const speech = useSpeech();
  const { say, money } = speech;
  return (
    <Card>
      <h2>
        {seen.totem} · {seen.version}
      </h2>
      <Standing well={seen.online}>{say(seen.online ? "desk.online" : "desk.offline")}</Standing>
      <Facts
        facts={[
          [say("desk.fact.sync"), syncOf(seen.sync_state, speech)],
          [say("desk.fact.outbox"), seen.outbox],
          [say("desk.fact.risk"), `${seen.at_risk} · ${money(seen.at_risk_minor)}`],
          [say("desk.fact.cases"), seen.cases_open],
          [say("desk.fact.printing"), seen.printing],
          [say("desk.fact.lease"), seen.lease_days],
        ]}
      />
    </Card>
  );
}

function Screen({ touch, restart }: { touch: () => void; restart: () => void }) {
  const { say } = useSpeech();
  return (
    <Card>
      <h2>{say("desk.screen")}</h2>
      <Facts
        facts={[[say("desk.fact.size"), `${innerWidth} × ${innerHeight} · ${devicePixelRatio}×`]]}
      />
      <Deeds>
        <Button kind="plain" onClick={touch}>
          {say("desk.touch")}
        </Button>
        <Button kind="plain" onClick={restart}>
          {say("desk.restart")}
        </Button>
      </Deeds>
    </Card>
  );
}

function Acts({ acts }: { acts: readonly ActView[] }) {
  const speech = useSpeech();
  return (
    <Card>
      <h2>{speech.say("desk.acts")}</h2>
      <Facts
        facts={acts.map((it) => [
          `${speech.time(new Date(it.at_ms))} · ${it.by}`,
          actOf(it, speech),
        ])}
      />
    </Card>
  );
}
