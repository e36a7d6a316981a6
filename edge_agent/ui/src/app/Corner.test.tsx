/** The corner, as an attendant's and a technician's finger meets it. */

import { ThemeProvider } from "@mui/material/styles";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { CornerLine } from "../api/corner";
import { aCase, ana, aRoll, aStatus, paid, teo, voucher } from "../api/cornerSamples";
import { RefusedError } from "../api/requests";
import { themeOf } from "../theme/theme";
import { Corner } from "./Corner";

const never = () => new Promise<never>(() => undefined);

function aLine(change: Partial<Record<keyof CornerLine, unknown>> = {}): CornerLine {
  const line = {
    enter: jest.fn(async () => ana),
    badge: jest.fn(never),
    leave: jest.fn(async () => undefined),
    claim: jest.fn().mockResolvedValueOnce(voucher).mockResolvedValue(paid),
    act: jest.fn(async () => undefined),
    reprint: jest.fn(async () => undefined),
    cases: jest.fn(async () => [aCase]),
    close: jest.fn(async () => undefined),
    late: jest.fn(async () => []),
    makeGood: jest.fn(async () => undefined),
    roll: jest.fn(async () => aRoll),
    testPrint: jest.fn(async () => [{ what: "test paper", said: "printed", is_well: true }]),
    waiting: jest.fn(async () => [{ ...voucher, kind: "to_pay" }]),
    status: jest.fn(async () => aStatus),
    acts: jest.fn(async () => [{ at_ms: 0, by: "teo", deed: "entered", about: "" }]),
    test: jest.fn(async () => [{ what: "answers", said: "9 ms", is_well: true }]),
    noted: jest.fn(async () => undefined),
    scan: jest.fn(never),
    ...change,
  };
  return line as unknown as CornerLine;
}

const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
const found = (name: string | RegExp) => screen.findByText(name);

async function entered(line: CornerLine) {
  const gone = { leave: jest.fn(), reload: jest.fn() };
  render(
    <ThemeProvider theme={themeOf()}>
      <Corner line={line} onLeave={gone.leave} reload={gone.reload} />
    </ThemeProvider>,
  );
  for (const digit of "2468") await press(digit);
  await press("OK");
  return gone;
}

test("a voucher is found by its code, its money is taken, and then it can be served", async () => {
  const line = aLine();
  await entered(line);
  await screen.findByText("Balcão · Ana");
  for (const key of "CA042") fireEvent.click(screen.getByText(key));
  await press("Procurar");
  expect(await found("A pagar no balcão")).toBeInTheDocument();
  await press(/Recebi R\$\s45,00 em dinheiro/);
  expect(await found("Pago em dinheiro")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Atender esta senha" })).toBeInTheDocument();
  expect(line.act).toHaveBeenCalledWith("settle", voucher.ticket);
});

test("money that is being taken cannot be taken twice", async () => {
  let settled: () => void = () => undefined;
  const act = jest.fn(() => new Promise<void>((done) => (settled = done)));
  const line = aLine({ act });
  await entered(line);
  await userEvent.type(await screen.findByRole("textbox"), "CA042{Enter}");
  const take = await screen.findByRole("button", { name: /Recebi R\$\s45,00 em dinheiro/ });
  fireEvent.click(take);
  fireEvent.click(take);
  expect(act).toHaveBeenCalledTimes(1);
  expect(take).toBeDisabled();
  expect(screen.queryByRole("button", { name: "Imprimir 2ª via" })).toBeNull();
  expect(screen.getByText("Um momento…")).toHaveAttribute("role", "status");
  settled();
  expect(await found("Pago em dinheiro")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Atender esta senha" })).toBeEnabled();
});

test("while money goes back the page says that the reader waits for the card", async () => {
  let refused: (error: Error) => void = () => undefined;
  const act = jest.fn(() => new Promise<void>((_, no) => (refused = no)));
  const claim = jest.fn(async () => ({ ...paid, can: ["serve", "void"] }));
  await entered(aLine({ claim, act }));
  await userEvent.type(await screen.findByRole("textbox"), "CA042{Enter}");
  await userEvent.click(await screen.findByRole("button", { name: /Estornar/ }));
  await press(/Estornar/);
  expect(screen.getByText("Peça ao cliente o mesmo cartão: o leitor espera por ele.")).toBeVisible();
  expect(screen.getByRole("button", { name: "Atender esta senha" })).toBeDisabled();
  refused(new RefusedError("void-failed"));
  expect(await found("O leitor não fez o estorno")).toBeVisible();
  expect(screen.getByRole("button", { name: "Atender esta senha" })).toBeEnabled();
});

test("a late decline is ended once, and a waiting copy printed once", async () => {
  const makeGood = jest.fn(never);
  const declined = { payment: "T1-1-30-A", number: "", currency: "BRL", amount_minor: 4500 };
  await entered(aLine({ late: jest.fn(async () => [declined]), makeGood }));
  await userEvent.click(await screen.findByRole("button", { name: /Cartão recusado depois/ }));
  const take = await screen.findByRole("button", { name: /Recebi/ });
  fireEvent.click(take);
  fireEvent.click(take);
  expect(makeGood).toHaveBeenCalledTimes(1);
  expect(screen.getByRole("button", { name: "Dar como perda" })).toBeDisabled();
  cleanup();
  const reprint = jest.fn(never);
  await entered(aLine({ reprint }));
  await userEvent.click(await screen.findByRole("button", { name: /Trocar a bobina/ }));
  const copy = await screen.findByRole("button", { name: "Imprimir 2ª via" });
  fireEvent.click(copy);
  fireEvent.click(copy);
  expect(reprint).toHaveBeenCalledTimes(1);
  expect(copy).toBeDisabled();
  cleanup();
  await entered(aLine({ testPrint: jest.fn(never) }));
  await userEvent.click(await screen.findByRole("button", { name: /Trocar a bobina/ }));
  await found("Tudo certo");
  await press("Imprimir teste");
  expect(screen.getByRole("button", { name: "Testando…" })).toBeDisabled();
});

test("a second copy is asked for by the ticket's own name", async () => {
  const line = aLine();
  await entered(line);
  await userEvent.type(await screen.findByRole("textbox"), "CA042{Enter}");
  await userEvent.click(await screen.findByRole("button", { name: "Imprimir 2ª via" }));
  expect(line.reprint).toHaveBeenCalledWith(voucher.ticket);
});

test("money goes back to a card only after a second word", async () => {
  const claim = jest.fn(async () => ({ ...paid, can: ["serve", "void"] }));
  const line = aLine({ claim });
  await entered(line);
  await userEvent.type(await screen.findByRole("textbox"), "CA042{Enter}");
  await userEvent.click(await screen.findByRole("button", { name: /Estornar/ }));
  expect(await found(/Estornar mesmo\?/)).toBeInTheDocument();
  await press("Não");
  expect(screen.queryByText(/Estornar mesmo\?/)).toBeNull();
  await press(/Estornar/);
  expect(line.act).not.toHaveBeenCalled();
  await press(/Estornar/);
  expect(line.act).toHaveBeenCalledWith("void", voucher.ticket);
});

test("a late decline is written off only after a second word", async () => {
  const declined = { payment: "T1-1-30-A", number: "", currency: "BRL", amount_minor: 4500 };
  const line = aLine({ late: jest.fn(async () => [declined]) });
  await entered(line);
  await userEvent.click(await screen.findByRole("button", { name: /Cartão recusado depois/ }));
  expect(await found(/^R\$\s45,00$/)).toBeInTheDocument();
  await press("Dar como perda");
  expect(line.makeGood).not.toHaveBeenCalled();
  await press("Dar como perda");
  expect(line.makeGood).toHaveBeenCalledWith(declined.payment, "written_off");
});

test("a case leads to its sale, and the sale leads back to the cases", async () => {
  const line = aLine();
  await entered(line);
  await userEvent.click(await screen.findByRole("button", { name: /Casos abertos/ }));
  await userEvent.click(await screen.findByRole("button", { name: "Ver a venda" }));
  expect(await found("A pagar no balcão")).toBeInTheDocument();
  expect(line.claim).toHaveBeenCalledWith(aCase.code);
  await press("Voltar");
  expect(await found(/Procure o papel/)).toBeInTheDocument();
});

test("what is scanned is found without a touch", async () => {
  const scan = jest.fn().mockResolvedValueOnce("TOTEM1:ABC").mockImplementation(never);
  const line = aLine({ scan });
  await entered(line);
  expect(await found("CA042")).toBeInTheDocument();
  expect(line.claim).toHaveBeenCalledWith("TOTEM1:ABC");
});

test("a badge opens the door without a PIN", async () => {
  const badge = jest.fn().mockResolvedValueOnce(null).mockResolvedValueOnce(teo).mockImplementation(never);
  render(
    <ThemeProvider theme={themeOf()}>
      <Corner line={aLine({ badge })} onLeave={jest.fn()} reload={jest.fn()} />
    </ThemeProvider>,
  );
  expect(await found("Balcão · Téo")).toBeInTheDocument();
});

test.each([
  ["bad-pin", "PIN incorreto"],
  ["wait-for-pin", "Muitas tentativas: aguarde um pouco"],
])("%s says so and opens nothing", async (code, words) => {
  const enter = jest.fn(async () => {
    throw new RefusedError(code);
  });
  await entered(aLine({ enter }));
  expect(await found(words)).toBeInTheDocument();
  expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
});

test.each(["no-session", "bad-secret"])("%s leads back to the door", async (code) => {
  const cases = jest.fn(async () => {
    throw new RefusedError(code);
  });
  await entered(aLine({ cases }));
  expect(await found("Digite seu PIN")).toBeInTheDocument();
});

test("a case says what to do and is closed with a reason", async () => {
  const line = aLine();
  await entered(line);
  await userEvent.click(await screen.findByRole("button", { name: /Casos abertos/ }));
  expect(await found(/Procure o papel/)).toBeInTheDocument();
  await press("Encerrar caso");
  await press("Achei o papel e entreguei");
  expect(line.close).toHaveBeenCalledWith(aCase.case, "paper_found");
});

test("a case that is not ours to close offers no way to close it", async () => {
  const cases = jest.fn(async () => [{ ...aCase, kind: "payment_in_review", reasons: [] }]);
  await entered(aLine({ cases }));
  await userEvent.click(await screen.findByRole("button", { name: /Casos abertos/ }));
  expect(await found("Só a central encerra este caso.")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Encerrar caso" })).toBeNull();
});

test("a new roll is tested and the waiting copies are printed", async () => {
  const line = aLine();
  await entered(line);
  await userEvent.click(await screen.findByRole("button", { name: /Trocar a bobina/ }));
  expect(await found("Tudo certo")).toBeInTheDocument();
  await press("Imprimir teste");
  expect(await found("O teste saiu bem")).toBeInTheDocument();
  await press("Imprimir 2ª via");
  expect(line.reprint).toHaveBeenCalledWith(voucher.ticket);
});

test.each([
  [17, "Senhas até o fim da bobina: cerca de 17, no máximo"],
  [0, "O papel acaba a qualquer momento"],
])("near its end a roll tells what it is good for: %s", async (tickets_left, words) => {
  await entered(aLine({ roll: jest.fn(async () => ({ ...aRoll, paper: "near_end", tickets_left })) }));
  await userEvent.click(await screen.findByRole("button", { name: /Trocar a bobina/ }));
  expect(await found(words)).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Imprimir teste" })).toBeEnabled();
});

test("an open cover lets nothing be printed", async () => {
  const roll = jest.fn(async () => ({
    ...aRoll,
    state: "fault",
    reason: "cover_open",
    hint: "cover_open",
  }));
  await entered(aLine({ roll }));
  await userEvent.click(await screen.findByRole("button", { name: /Trocar a bobina/ }));
  expect(await found("Tampa aberta: ponha a bobina e feche")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Imprimir teste" })).toBeDisabled();
});

test("only a technician is offered the machine", async () => {
  await entered(aLine());
  await screen.findByText("Balcão · Ana");
  expect(screen.queryByRole("button", { name: /Técnico/ })).toBeNull();
  cleanup();
  await entered(aLine({ enter: jest.fn(async () => teo) }));
  await userEvent.click(await screen.findByRole("button", { name: /Técnico/ }));
  expect(await found("Tampa aberta: feche até o clique")).toBeInTheDocument();
  expect(screen.getByText("TM-T20X")).toBeInTheDocument();
  expect(screen.queryByText(/10\.0\.0\.9/)).toBeNull();
  await press("Testar");
  expect(await found("Respondeu em: 9 ms")).toBeInTheDocument();
});

test("the card reader's own display is read and answered", async () => {
  const reader = { ...aStatus.devices[0], name: "reader", driver: "abecs", hint: "" };
  const line = aLine({
    enter: jest.fn(async () => teo),
    status: jest.fn(async () => ({ ...aStatus, devices: [reader] })),
    test: jest.fn(async () => [
      { what: "answers", said: "9 ms", is_well: true },
      { what: "display", said: "nobody answered", is_well: false },
    ]),
  });
  await entered(line);
  await userEvent.click(await screen.findByRole("button", { name: /Técnico/ }));
  await userEvent.click(await screen.findByRole("button", { name: "Testar" }));
  expect(await found("Tela do leitor: ninguém respondeu")).toBeInTheDocument();
  expect(line.test).toHaveBeenCalledWith("reader");
});

test("the touch grid tells how many cells felt no finger", async () => {
  const line = aLine({ enter: jest.fn(async () => teo) });
  await entered(line);
  await userEvent.click(await screen.findByRole("button", { name: /Técnico/ }));
  await userEvent.click(await screen.findByRole("button", { name: "Testar o toque" }));
  const cells = screen.getAllByTestId("cell");
  for (const cell of cells.slice(2)) fireEvent.pointerDown(cell);
  expect(screen.getByText("Faltam 2 quadros")).toBeInTheDocument();
  await press("Concluir");
  expect(line.noted).toHaveBeenCalledWith("touch test", 2);
});

test("what was done by whom is told in the technician's words", async () => {
  const acts = jest.fn(async () => [
    { at_ms: 0, by: "teo", deed: "touch test", about: "2 cells missed" },
    { at_ms: 0, by: "teo", deed: "reader recover", about: "" },
  ]);
  await entered(aLine({ enter: jest.fn(async () => teo), acts }));
  await userEvent.click(await screen.findByRole("button", { name: /Técnico/ }));
  expect(await found("Testou o toque · 2 sem resposta")).toBeInTheDocument();
  expect(screen.getByText("reader recover")).toBeInTheDocument();
});

test("reloading the screen is noted before it happens", async () => {
  const line = aLine({ enter: jest.fn(async () => teo) });
  const { reload } = await entered(line);
  await userEvent.click(await screen.findByRole("button", { name: /Técnico/ }));
  await userEvent.click(await screen.findByRole("button", { name: "Recarregar a tela" }));
  expect(line.noted).toHaveBeenCalledWith("screen restarted");
  expect(reload).toHaveBeenCalled();
});

test("a corner that nobody touches closes by itself", async () => {
  jest.useFakeTimers();
  const leave = jest.fn();
  const line = aLine();
  render(
    <ThemeProvider theme={themeOf()}>
      <Corner line={line} onLeave={leave} reload={jest.fn()} />
    </ThemeProvider>,
  );
  await act(() => jest.advanceTimersByTimeAsync(39_000));
  expect(leave).not.toHaveBeenCalled();
  await act(() => jest.advanceTimersByTimeAsync(2_000));
  expect(leave).toHaveBeenCalled();
  jest.useRealTimers();
});
