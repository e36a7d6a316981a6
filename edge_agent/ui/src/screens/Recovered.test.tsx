/** The first screen after a power cut: money first, one thing to touch, nobody's name. */

import { ThemeProvider } from "@mui/material/styles";
import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Deeds } from "../api/agent";
import { aState } from "../api/samples";
import type { Locale, RecoveredView } from "../api/schemas";
import { themeOf } from "../theme/theme";
import { SpeechProvider, speechOf } from "../words/words";
import { Recovered } from "./Recovered";
import { fetchPieces } from "../app/pieces";

beforeAll(fetchPieces);

const paid: RecoveredView = {
  number: "CA042",
  kind: "paid",
  services: [{ pt: "Hemograma", en: "Blood count", es: "Hemograma" }],
  total_minor: 4500,
  case: "7K39QXAB",
  state: "to_print",
  at: "14:32",
  cause: "power_cut",
  returns_in_s: 0,
};

function draw(change: Partial<RecoveredView>, locale: Locale = "pt", slow = false) {
  const deeds = {
    printRecovered: jest.fn(),
    leaveRecovered: jest.fn(),
    claimPix: jest.fn(),
    refundPix: jest.fn(),
  };
  const left = { ...paid, ...change };
  render(
    <ThemeProvider theme={themeOf()}>
      <SpeechProvider value={speechOf(locale, "BRL")}>
        <Recovered
          state={aState({ step: "recovered", recovered: left })}
          catalogue={null}
          deeds={deeds as unknown as Deeds}
          access={{ on: slow, slow, open: jest.fn(), listen: jest.fn() }}
          left={left}
        />
      </SpeechProvider>
    </ThemeProvider>,
  );
  return deeds;
}

const press = (name: RegExp) => userEvent.click(screen.getByRole("button", { name }));
const primaries = () => document.querySelectorAll("button[data-kind=primary]");

test("paid and not on paper: the number, and one touch prints it", async () => {
  const deeds = draw({});
  expect(screen.getByText("Seu pedido está pago")).toBeVisible();
  expect(screen.getByText("CA042")).toBeVisible();
  expect(screen.getByText(/R\$\s45,00/)).toBeVisible();
  expect(primaries()).toHaveLength(1);
  await press(/Imprimir senha/);
  expect(deeds.printRecovered).toHaveBeenCalled();
  await press(/Já anotei/);
  expect(deeds.leaveRecovered).toHaveBeenCalled();
});

test("paper that failed again leaves the number to be noted", () => {
  draw({ cause: "paper_end" });
  expect(screen.getByText(/Anote o número/)).toBeVisible();
});

test("to be paid is not called paid", () => {
  draw({ kind: "to_pay" });
  expect(screen.queryByText("Seu pedido está pago")).toBeNull();
  expect(screen.getByText(/A pagar/)).toBeVisible();
});

test("in doubt: do not pay again, amount, time and code, and no way to print", async () => {
  const deeds = draw({ state: "checking", number: "", kind: "" });
  expect(screen.getByText("Não pague de novo")).toBeVisible();
  for (const fact of ["7K39QXAB", "14:32", /R\$\s45,00/]) {
    expect(screen.getAllByText(fact)[0]).toBeVisible();
  }
  expect(screen.queryByRole("button", { name: /Imprimir/ })).toBeNull();
  await press(/Já anotei/);
  expect(deeds.leaveRecovered).toHaveBeenCalled();
});

test("a Pix that came while the power was off is a ticket or goes back, and says when", async () => {
  const deeds = draw({ state: "late", number: "", kind: "", returns_in_s: 421 });
  expect(screen.getByRole("heading", { name: "Seu Pix chegou" })).toBeVisible();
  expect(screen.queryByText("Não pague de novo")).toBeNull();
  expect(screen.getByText(/Sem resposta em 8 min/)).toBeVisible();
  expect(primaries()).toHaveLength(1);
  await press(/Pegar minha senha/);
  expect(deeds.claimPix).toHaveBeenCalledWith("7K39QXAB");
  await press(/Quero de volta/);
  expect(deeds.refundPix).toHaveBeenCalledWith("7K39QXAB");
  await press(/Já anotei/);
  expect(deeds.leaveRecovered).toHaveBeenCalled();
});

test("nothing charged says so and lets one start again", async () => {
  const deeds = draw({ state: "not_charged", number: "", kind: "" }, "en");
  expect(screen.getByText("You have not been charged.")).toBeVisible();
  await press(/Start again/);
  expect(deeds.leaveRecovered).toHaveBeenCalled();
});

test("money that goes back is not called uncharged", async () => {
  const deeds = draw({ state: "refunding", number: "", kind: "" });
  expect(screen.getByText("Seu Pix será devolvido")).toBeVisible();
  expect(screen.queryByText("Nada foi cobrado.")).toBeNull();
  await press(/Encerrar/);
  expect(deeds.leaveRecovered).toHaveBeenCalled();
});

test("printing waits without a button; printed leaves by itself", () => {
  draw({ state: "printing" });
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.getByText("Imprimindo…")).toBeVisible();
});

test("printed counts down to the next customer", async () => {
  const deeds = draw({ state: "printed" });
  await press(/Concluir · 20/);
  expect(deeds.leaveRecovered).toHaveBeenCalled();
});

test("with more time the goodbye is three times as long", () => {
  draw({ state: "printed" }, "pt", true);
  expect(screen.getByRole("button", { name: /Concluir · 60/ })).toBeVisible();
});
