/** A PIX from the QR to its end: each state has its screen, and one way on that is the right one. */

import { ThemeProvider } from "@mui/material/styles";
import { act, fireEvent, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Deeds } from "../api/agent";
import { aCatalogue, aPix, aState } from "../api/samples";
import type { MethodView, PixStage, ScreenState } from "../api/schemas";
import { themeOf } from "../theme/theme";
import { SpeechProvider, speechOf } from "../words/words";
import { Present } from "./Present";
import { fetchPieces } from "./pieces";

beforeAll(fetchPieces);

const byPix: MethodView = { method: "pix", total_minor: 4500, available: true, reason: "", instalments_max: 1 };

function draw(stage: PixStage, reason = "", methods: readonly MethodView[] = [byPix]) {
  const deeds = {
    pay: jest.fn(),
    go: jest.fn(),
    cancel: jest.fn(),
    finish: jest.fn(),
    checkPix: jest.fn(),
    claimPix: jest.fn(),
    refundPix: jest.fn(),
  };
  const state = aState({ step: "payment", payment: aPix(stage, reason), methods });
  render(
    <ThemeProvider theme={themeOf()}>
      <SpeechProvider value={speechOf("pt", "BRL")}>
        <Present
          state={state}
          catalogue={aCatalogue}
          deeds={deeds as unknown as Deeds}
          access={{ on: false, slow: false, open: jest.fn(), listen: jest.fn() }}
        />
      </SpeechProvider>
    </ThemeProvider>,
  );
  return deeds;
}

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const primaries = () => document.querySelectorAll("button[data-kind=primary]:not(:disabled)");

test.each([
  ["waiting", "", "Já paguei", "checkPix"],
  ["expired", "expired", "Novo código", "pay"],
  ["cancelled", "customer_cancelled", "Novo código", "pay"],
  ["refused", "pix_refused", "Novo código", "pay"],
  ["lost", "", "Já anotei", "finish"],
  ["late", "", "Pegar minha senha", "claimPix"],
  ["refunded", "refunded", "Encerrar", "cancel"],
] as const)("%s has one primary action and it does what it says", async (stage, reason, name, deed) => {
  const deeds = draw(stage, reason);
  expect(primaries()).toHaveLength(1);
  await press(name);
  expect(deeds[deed]).toHaveBeenCalledTimes(1);
});

test("the QR is up with amount, time left and three steps", () => {
  draw("waiting");
  expect(screen.getByRole("img", { name: /Código Pix de R\$\s45,00/ })).toBeInTheDocument();
  expect(screen.getByRole("timer")).toHaveTextContent("4:47");
  expect(screen.getAllByRole("listitem")).toHaveLength(3);
  expect(screen.getByRole("status")).toHaveTextContent("A senha sai sozinha");
});

test("the time runs down by itself", () => {
  jest.useFakeTimers();
  draw("waiting");
  act(() => jest.advanceTimersByTime(7000));
  expect(screen.getByRole("timer")).toHaveTextContent("4:40");
  jest.useRealTimers();
});

test("while it is looked for nobody asks twice", () => {
  draw("checking");
  expect(screen.getByRole("button", { name: "Já paguei" })).toBeDisabled();
  expect(screen.getByRole("status")).toHaveTextContent("Conferindo agora");
});

test("a paid one says so before the ticket comes", () => {
  draw("paid");
  expect(screen.getByRole("heading")).toHaveTextContent("Pix recebido");
  expect(screen.getByRole("status")).toHaveTextContent("Sua senha vem agora.");
  expect(screen.queryByRole("img")).toBeNull();
});

test("when the line is lost: do not pay again, and a code to keep", () => {
  draw("lost");
  expect(screen.getByRole("heading", { name: "Não pague de novo" })).toBeInTheDocument();
  expect(screen.getByText("7K39QX2M")).toBeInTheDocument();
});

test("who paid late may have the money back instead", async () => {
  const deeds = draw("late");
  await press("Quero de volta");
  expect(deeds.refundPix).toHaveBeenCalledTimes(1);
});

test("who waits too long knows when the money goes back", () => {
  draw("late");
  expect(screen.getByText(/Sem resposta em 10 min/)).toBeVisible();
});

test("a code that is over is never called uncharged: the Pix may be on its way", () => {
  draw("expired", "expired");
  expect(screen.queryByText("Nada foi cobrado.")).toBeNull();
  expect(screen.getByText(/vamos achar seu Pix/)).toBeVisible();
});

test("another amount is never called nothing", () => {
  draw("refused", "wrong_amount");
  expect(screen.queryByText("Nada foi cobrado.")).toBeNull();
  expect(screen.getByRole("heading", { name: /vamos devolver/ })).toBeInTheDocument();
});

test("who comes back types the code, and the first screen offers it only then", async () => {
  const open = jest.fn();
  const claimPix = jest.fn();
  const shown = (change: Partial<ScreenState>) => (
    <ThemeProvider theme={themeOf()}>
      <Present
        state={aState({ step: "attract", cart: [], ...change })}
        catalogue={aCatalogue}
        deeds={{ open, claimPix } as unknown as Deeds}
        access={{ on: false, slow: false, open: jest.fn(), listen: jest.fn() }}
      />
    </ThemeProvider>
  );
  const { rerender } = render(shown({}));
  expect(screen.queryByRole("button", { name: "Tenho um código Pix" })).toBeNull();
  rerender(shown({ pix_claims: true }));
  await press("Tenho um código Pix");
  expect(open).toHaveBeenCalledWith("pix_claim");
  rerender(shown({ pix_claims: true, aside: "pix_claim" }));
  await screen.findByText("Digite seu código");
  const type = (key: string) => fireEvent.click(screen.getByText(key, { selector: "button" }));
  for (const key of "7K39QX2") type(key);
  expect(screen.getByRole("button", { name: "Pegar minha senha" })).toBeDisabled();
  type("M");
  await press("Pegar minha senha");
  expect(claimPix).toHaveBeenCalledWith("7K39QX2M");
});

test("offline the way on is another method", async () => {
  const deeds = draw("expired", "expired", [{ ...byPix, available: false, reason: "no_network" }]);
  await press("Outra forma");
  expect(deeds.go).toHaveBeenCalledWith("method");
});
