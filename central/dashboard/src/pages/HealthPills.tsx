import Box from "@mui/material/Box";
import { useTranslation } from "react-i18next";

import type { Health, TotemRow } from "../api/types";
import { HealthMark } from "../parts/HealthMark";
import { Pill } from "../parts/Pill";
import { count } from "../words/format";

const ALL: Health[] = ["online", "late", "silent", "never"];

interface Props {
  totems: TotemRow[] | undefined;
  chosen: Health | undefined;
  onChoose: (health: Health | undefined) => void;
}

/** How many totems are in each state; choosing one filters the table. */
export function HealthPills({ totems = [], chosen, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <Box role="group" aria-label={t("fleet.health")} sx={{ display: "flex", gap: 1 }}>
      <Pill aria-pressed={chosen === undefined} onClick={() => onChoose(undefined)}>
        {t("common.all")} <b>{count(totems.length)}</b>
      </Pill>
      {ALL.map((health) => (
        <Pill key={health} aria-pressed={chosen === health} onClick={() => onChoose(health)}>
          <HealthMark health={health} />{" "}
          <b>{count(totems.filter((row) => row.health === health).length)}</b>
        </Pill>
      ))}
    </Box>
  );
}
