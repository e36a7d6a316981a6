/** The technician's page: how the totem and each device are, and a test of each. */

import { useState } from "react";
import type { ActView, DeviceLine, Finding, StatusView } from "../../api/cornerSchemas";
import { BackButton } from "../../parts/BackButton";
import { Button } from "../../parts/Button";
import { Card, Column, Columns, Deeds, Facts, Standing } from "../../parts/Desk";
import { type DeskProps, useAnswer } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { useSpeech } from "../../words/words";

const EVERY_MS = 3000;
const FACTS_SHOWN: readonly string[] = ["maker", "model", "serial", "firmware", "columns"];

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
        again();
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
  const { say, sayOf } = useSpeech();
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
  const known = Object.entries(device.facts).filter(
    ([name, value]) => FACTS_SHOWN.includes(name) && value !== "",
  );
  return (
    <Card>
      <h2>
        {sayOf("desk.device", device.name)} · {device.driver}
      </h2>
      <Standing well={well}>{sayOf("desk.hint", well ? "well" : device.hint)}</Standing>
      {known.length > 0 && <small>{known.map(([, value]) => value).join(" · ")}</small>}
      {found?.map((it) => (
        <Standing key={`${it.what} ${it.said}`} well={it.is_well}>
          {it.what}: {it.said}
        </Standing>
      ))}
      <Deeds>
        <Button kind="plain" disabled={running} onClick={run}>
          {running ? sayOf("desk.testing", device.name) : say("desk.test")}
        </Button>
      </Deeds>
    </Card>
  );
}

function Figures({ seen }: { seen: StatusView }) {
  const { say, money } = useSpeech();
  return (
    <Card>
      <h2>
        {seen.totem} · {seen.version}
      </h2>
      <Standing well={seen.online}>{say(seen.online ? "desk.online" : "desk.offline")}</Standing>
      <Facts
        facts={[
          [say("desk.fact.sync"), seen.sync_state],
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
  const { say, time } = useSpeech();
  return (
    <Card>
      <h2>{say("desk.acts")}</h2>
      <Facts
        facts={acts.map((it) => [
          `${time(new Date(it.at_ms))} · ${it.by}`,
          [it.deed, it.about].filter((part) => part !== "").join(" · "),
        ])}
      />
    </Card>
  );
}
