/** The corner's first page: find a sale by its code, or go on to what waits for somebody. */

import BuildIcon from "@mui/icons-material/BuildRounded";
import CreditCardOffIcon from "@mui/icons-material/CreditCardOffRounded";
import FactCheckIcon from "@mui/icons-material/FactCheckRounded";
import PrintIcon from "@mui/icons-material/PrintRounded";
import { styled } from "@mui/material/styles";
import { useState } from "react";
import type { Entered } from "../../api/cornerSchemas";
import { Button } from "../../parts/Button";
import { CodePad } from "../../parts/CodePad";
import { Column, Columns, Tile } from "../../parts/Desk";
import { type DeskProps, useAnswer, useScans } from "../../parts/asking";
import { Frame } from "../../parts/Frame";
import { px, radius, text } from "../../theme/tokens";
import { useSpeech } from "../../words/words";

const Field = styled("input")(({ theme: { look } }) => ({
  width: "100%",
  padding: px(24),
  fontFamily: "inherit",
  fontSize: text.title,
  fontWeight: 700,
  textAlign: "center",
  textTransform: "uppercase",
  color: look.ink,
  background: look.surface,
  border: 0,
  borderRadius: radius.button,
  boxShadow: `inset 0 0 0 ${look.outline_px}px ${look.line}`,
  "&::placeholder": { fontSize: text.body, fontWeight: 400, textTransform: "none", color: look.soft, opacity: 1 },
}));

/** What is looked at stands above what is typed with, where the panel is tall. */
const First = styled(Column)({ "@media (orientation: portrait)": { order: -1 } });

export type Page = "cases" | "roll" | "late" | "status";

interface HomeProps extends DeskProps {
  readonly who: Entered;
  readonly find: (code: string) => void;
  readonly go: (page: Page) => void;
}

export function Home({ line, refuse, back, who, find, go }: HomeProps) {
  const { say } = useSpeech();
  const [code, setCode] = useState("");
  useScans(
    (signal) => line.scan(signal),
    (scanned) => scanned !== "" && find(scanned),
  );
  const look = () => code.trim() !== "" && find(code);
  return (
    <Frame
      title={say("desk.title", { name: who.name })}
      back={
        <Button kind="plain" onClick={back}>
          {say("desk.leave")}
        </Button>
      }
      next={
        <Button kind="primary" disabled={code.trim() === ""} onClick={look}>
          {say("desk.find")}
        </Button>
      }
    >
      <Columns>
        <Column>
          <Field
            aria-label={say("desk.code")}
            inputMode="none"
            placeholder={say("desk.code")}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            onKeyDown={(event) => event.key === "Enter" && look()}
          />
          <CodePad
            onKey={(key) => setCode((typed) => typed + key)}
            onBack={() => setCode((typed) => typed.slice(0, -1))}
          />
        </Column>
        <Tiles line={line} refuse={refuse} who={who} go={go} />
      </Columns>
    </Frame>
  );
}

function Tiles({ line, refuse, who, go }: Pick<HomeProps, "line" | "refuse" | "who" | "go">) {
  const { say } = useSpeech();
  const [cases] = useAnswer(() => line.cases(), refuse);
  const [late] = useAnswer(() => line.late(), refuse);
  return (
    <First>
      <Tile
        page="cases"
        icon={<FactCheckIcon />}
        name={say("desk.cases")}
        what={say("desk.cases.what")}
        count={cases?.length ?? 0}
        onTouch={() => go("cases")}
      />
      <Tile
        page="roll"
        icon={<PrintIcon />}
        name={say("desk.roll")}
        what={say("desk.roll.what")}
        onTouch={() => go("roll")}
      />
      {late !== null && late.length > 0 && (
        <Tile
          page="late"
          icon={<CreditCardOffIcon />}
          name={say("desk.late")}
          what={say("desk.late.what")}
          count={late.length}
          onTouch={() => go("late")}
        />
      )}
      {who.roles.includes("technician") && (
        <Tile
          page="status"
          icon={<BuildIcon />}
          name={say("desk.status")}
          what={say("desk.status.what")}
          onTouch={() => go("status")}
        />
      )}
    </First>
  );
}
