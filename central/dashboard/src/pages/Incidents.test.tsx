import { ThemeProvider } from "@mui/material/styles";
import { render, screen } from "@testing-library/react";

import type { IncidentRow } from "../api/types";
import { theme } from "../theme/theme";
import { speak } from "../words/words";
import { Incidents } from "./Incidents";

const CLONE: IncidentRow = {
  id: 1,
  seen_at: "2026-06-10T12:00:00Z",
  totem: "LOJA1",
  kind: "clone",
  words: {
    pt: { what: "Outra máquina pediu.", todo: "Para deixar: `totem choose LOJA1 m2`." },
    en: { what: "Another machine asked.", todo: "To let it: `totem choose LOJA1 m2`." },
    es: { what: "Otra máquina pidió.", todo: "Para dejar: `totem choose LOJA1 m2`." },
  },
};

function incidents(rows: IncidentRow[]) {
  render(
    <ThemeProvider theme={theme}>
      <Incidents rows={rows} totems={[]} empty={<p>Nada</p>} />
    </ThemeProvider>,
  );
}

afterEach(() => speak("pt"));

test("says what happened and what to do in the page's language, with the command to copy", () => {
  speak("en");
  incidents([CLONE]);
  expect(screen.getByText("Another machine asked.")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "totem choose LOJA1 m2" })).toBeInTheDocument();
});

test("tells that all is well when there is nothing to tell", () => {
  incidents([]);
  expect(screen.getByText("Nada")).toBeInTheDocument();
});
