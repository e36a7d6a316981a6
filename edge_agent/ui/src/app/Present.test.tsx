/**
 * Every state the agent can show has its screen, with one primary action and nothing else claiming
 * to be it.
 */

import { ThemeProvider } from "@mui/material/styles";
import { act, cleanup, render, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Deeds } from "../api/agent";
import type { CartChoice, Locale, PaymentStep, ScreenState } from "../api/schemas";
import { Present } from "./Present";
import { aCatalogue, aPayment, aState, aTicket } from "../api/samples";
import { themeOf } from "../theme/theme";
import { SpeechProvider, speechOf } from "../words/words";
import { fetchPieces } from "./pieces";

beforeAll(fetchPieces);

type Said = jest.Mocked<Deeds>;

function draw(change: Partial<ScreenState>, locale: Locale = "pt"): Said {
  const deeds: Said = {
    start: jest.fn(),
    speak: jest.fn(),
    choose: jest.fn(),
    go: jest.fn(),
    pick: jest.fn(),
    add: jest.fn(),
    pay: jest.fn(),
    prefer: jest.fn(),
    answer: jest.fn(),
    cancel: jest.fn(),
    finish: jest.fn(),
    reprint: jest.fn(),
    touch: jest.fn(),
    printRecovered: jest.fn(),
    leaveRecovered: jest.fn(),
    open: jest.fn(),
    call: jest.fn(),
    leaveHelp: jest.fn(),
    printReceipt: jest.fn(),
    sendReceipt: jest.fn(),
    checkPix: jest.fn(),
    claimPix: jest.fn(),
    refundPix: jest.fn(),
  };
  render(
    <ThemeProvider theme={themeOf()}>
      <SpeechProvider value={speechOf(locale, "BRL")}>
        <Present
          state={aState({ ...change, locale })}
          catalogue={aCatalogue}
          deeds={deeds}
          access={{ on: false, slow: false, open: jest.fn(), listen: jest.fn() }}
        />
      </SpeechProvider>
    </ThemeProvider>,
  );
  return deeds;
}

const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
/** Every button by name but the one that is on every screen. */
const buttons = () =>
  screen
    .queryAllByRole("button")
    .map((button) => button.textContent)
    .filter((name) => name !== "Chamar alguém");
const primaries = () => document.querySelectorAll("button[data-kind=primary]:not(:disabled)");

describe("each step draws its one primary action", () => {
  const line = aState({}).cart;
  const ticket = { step: "ticket" as const, cart: line };
  const cases: [string, Partial<ScreenState>, string][] = [
    ["attract", { step: "attract", cart: [] }, "Toque para começar"],
    ["services", { step: "services" }, "Continuar"],
    ["review", { step: "review" }, "Pagar"],
    [
      "declined",
      { step: "payment", payment: aPayment("declined", "card_declined") },
      "Tentar de novo",
    ],
    ["cancelled", { step: "payment", payment: aPayment("cancelled", "timeout") }, "Tentar de novo"],
    [
      "checking",
      {
        step: "payment",
        payment: aPayment("checking"),
        case: { code: "7K3-9QX", kind: "unknown", at: "14:32" },
      },
      "Já anotei",
    ],
    ["printed", { ...ticket, ticket: aTicket("printed") }, "Concluir"],
    ["likely", { ...ticket, ticket: aTicket("likely") }, "Concluir"],
    ["failed", { ...ticket, ticket: aTicket("failed") }, "Já anotei"],
    ["unknown", { ...ticket, ticket: aTicket("unknown") }, "Já anotei"],
    ["shown", { ...ticket, ticket: aTicket("shown") }, "Já anotei"],
  ];

  test.each(cases)("%s", (_name, state, words) => {
    draw(state);
    expect(primaries()).toHaveLength(1);
    expect(primaries()[0]).toHaveTextContent(words);
  });

  const waiting: PaymentStep[] = ["starting", "insert_card", "reading", "enter_pin", "authorising"];
  test.each(waiting)("%s asks for the card, not for a touch: only the way out", (step) => {
    draw({ step: "payment", payment: aPayment(step) });
    expect(primaries()).toHaveLength(0);
    expect(screen.getByRole("button", { name: "Cancelar pagamento" })).toBeEnabled();
    expect(screen.getByText("R$ 45,00")).toBeVisible();
  });

  test.each(["approved", "authorising"] as const)("%s cannot be cancelled when final", (step) => {
    draw({ step: "payment", payment: { ...aPayment(step), cancellable: false } });
    expect(buttons()).toEqual([]);
  });

  test("out_of_order speaks all three languages and offers nothing but a person", () => {
    draw({ step: "out_of_order", reason: "no_paper" });
    for (const words of [/em pausa/, /taking a break/, /en pausa/]) {
      expect(screen.getByText(words)).toBeVisible();
    }
    expect(buttons()).toEqual([]);
  });

  test("printing waits for the paper", () => {
    draw({ ...ticket, ticket: aTicket("printing") });
    expect(screen.getByText("Imprimindo…")).toBeVisible();
    expect(primaries()).toHaveLength(0);
  });
});

describe("choosing", () => {
  test("a touched card joins the cart, a second touch takes it out", async () => {
    const deeds = draw({ step: "services", cart: [] });
    expect(primaries()).toHaveLength(0);
    await press(/Exame de sangue/);
    const change = deeds.choose.mock.calls[0]?.[0] as (cart: readonly CartChoice[]) => CartChoice[];
    expect(change([])).toEqual([{ service: "blood", quantity: 1 }]);
    expect(change([{ service: "blood", quantity: 2 }])).toEqual([]);
  });

  test("a category shows its own services only", async () => {
    draw({ step: "services" });
    await press("Vacinas");
    expect(screen.queryByRole("button", { name: /Exame de sangue/ })).toBeNull();
    expect(screen.getByRole("button", { name: /Vacina da gripe/ })).toBeVisible();
  });

  test("a price that differs by method says from, one that does not only its price", () => {
    draw({ step: "services" });
    const blood = screen.getByRole("button", { name: /Exame de sangue/ });
    const flu = screen.getByRole("button", { name: /Vacina da gripe/ });
    expect(blood).toHaveAccessibleName("Exame de sangue, a partir de R$\u00a045,00");
    expect(flu).toHaveTextContent("R$ 89,00");
    expect(flu).not.toHaveTextContent("a partir de");
    expect(screen.getByRole("button", { name: /Informações/ })).toHaveTextContent("Grátis");
  });

  test("review changes quantities from the newest cart and never below one", async () => {
    const deeds = draw({ step: "review" });
    expect(screen.getByRole("button", { name: /Menos um/ })).toBeDisabled();
    await press(/Mais um/);
    const change = deeds.choose.mock.calls[0]?.[0] as (cart: readonly CartChoice[]) => CartChoice[];
    expect(change([{ service: "blood", quantity: 4 }])).toEqual([
      { service: "blood", quantity: 5 },
    ]);
  });
});

describe("paying", () => {
  test("each method shows its own total, and why when it is off", async () => {
    const deeds = draw({ step: "method" });
    const [, credit] = screen.getAllByRole("button", { name: /Cartão/ });
    expect(credit).toBeDisabled();
    expect(within(credit as HTMLElement).getByText("Leitor de cartão em manutenção")).toBeVisible();
    await press(/Cartão de débito/);
    expect(deeds.pay).toHaveBeenCalledWith("debit");
  });

  test("review says where the totals of the methods start", () => {
    draw({ step: "review" });
    expect(screen.getByText("A partir de").nextSibling).toHaveTextContent("R$ 45,00");
  });

  test("with one method left, review pays by it at once", async () => {
    const methods = aState({}).methods.map((one) => ({
      ...one,
      available: one.method === "counter",
    }));
    const deeds = draw({ step: "review", methods });
    await press("Pagar no balcão");
    expect(deeds.pay).toHaveBeenCalledWith("counter");
  });

  test("the review of a free cart goes straight to the ticket", async () => {
    const methods = [{ method: "free" as const, total_minor: 0, available: true, reason: "", instalments_max: 1 }];
    const deeds = draw({ step: "review", methods, total_minor: 0 });
    await press("Pegar senha");
    expect(deeds.pay).toHaveBeenCalledWith("free");
  });

  test("a free choice goes from the services to the ticket with one touch", async () => {
    const free = { method: "free", total_minor: 0, available: true, reason: "" } as const;
    const methods = [{ ...free, instalments_max: 1 }];
    const deeds = draw({ step: "services", methods, total_minor: 0 });
    await press("Pegar senha");
    expect(deeds.pay).toHaveBeenCalledWith("free");
    expect(deeds.go).not.toHaveBeenCalled();
  });
});

describe("a payment that was not made", () => {
  test("a refusal says that nothing was charged and offers three ways on", async () => {
    const deeds = draw({ step: "payment", payment: aPayment("declined", "card_declined") });
    expect(screen.getByText("Nada foi cobrado.")).toBeVisible();
    await press("Tentar de novo");
    await press("Outra forma");
    await press("Encerrar");
    expect(deeds.pay).toHaveBeenCalledWith("debit", 1);
    expect(deeds.go).toHaveBeenCalledWith("method");
    expect(deeds.cancel).toHaveBeenCalled();
  });

  test("a reader that is gone is not offered again", () => {
    const methods = aState({}).methods.map((one) => ({
      ...one,
      available: one.method === "counter",
    }));
    draw({ step: "payment", methods, payment: aPayment("declined", "reader_gone") });
    expect(screen.queryByText("Tentar de novo")).toBeNull();
    expect(primaries()[0]).toHaveTextContent("Outra forma");
  });

  test("an unknown outcome never claims a refusal and never offers to pay", () => {
    const payment = aPayment("checking");
    draw({ step: "payment", payment, case: { code: "7K3-9QX", kind: "unknown", at: "14:32" } });
    expect(screen.getByText("Não pague de novo")).toBeVisible();
    expect(screen.getByText("7K3-9QX")).toBeVisible();
    expect(screen.queryByText("Nada foi cobrado.")).toBeNull();
    expect(screen.queryByText("Tentar de novo")).toBeNull();
  });

  test("a reason of a newer agent still gets a true sentence", () => {
    draw({ step: "payment", payment: aPayment("declined", "reason_from_the_future") });
    expect(screen.getByText("O pagamento não foi concluído")).toBeVisible();
  });
});

describe("the ticket", () => {
  const pass = (duration_ms: number) => act(() => jest.advanceTimersByTime(duration_ms));

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("proven paper lets go after 8 s, likely paper not before 20 s", () => {
    const proven = draw({ step: "ticket", ticket: aTicket("printed") });
    pass(8_500);
    expect(proven.finish).toHaveBeenCalledTimes(1);
    const likely = draw({ step: "ticket", ticket: aTicket("likely") });
    pass(19_000);
    expect(likely.finish).not.toHaveBeenCalled();
    pass(1_500);
    expect(likely.finish).toHaveBeenCalledTimes(1);
  });

  test("without paper the number and its QR stay until noted, or 120 s", () => {
    const deeds = draw({ step: "ticket", ticket: aTicket("failed") });
    expect(screen.getByText("CA042")).toBeVisible();
    expect(screen.getByRole("img", { name: /fotografe/ })).toBeVisible();
    expect(screen.getByRole("button", { name: "Imprimir 2ª via" })).toBeVisible();
    pass(119_000);
    expect(deeds.finish).not.toHaveBeenCalled();
    pass(2_000);
    expect(deeds.finish).toHaveBeenCalledTimes(1);
  });

  test("to be paid at the counter it says so with the amount", () => {
    draw({ step: "ticket", ticket: { ...aTicket("printed"), kind: "to_pay" } });
    expect(screen.getByRole("heading", { name: "Pague no balcão" })).toBeVisible();
    expect(screen.getByText("R$ 45,00")).toBeVisible();
  });
});

test("money follows the site and language the customer", () => {
  draw({ step: "method" }, "en");
  expect(screen.getByRole("heading", { name: "How would you like to pay?" })).toBeVisible();
  expect(screen.getAllByText("R$45.00")).not.toHaveLength(0);
});

describe("instalments", () => {
  test("credit in parts is asked for before the card", async () => {
    const credit = { method: "credit" as const, total_minor: 4500, available: true, reason: "" };
    const methods = [{ ...credit, instalments_max: 3 }];
    const walk = draw({ step: "method", methods });
    await press(/Cartão de crédito/);
    expect(walk.go).toHaveBeenCalledWith("instalments");
    expect(walk.pay).not.toHaveBeenCalled();
    cleanup();
    const deeds = draw({ step: "instalments", methods });
    await press(/3 x .*15,00/);
    expect(deeds.pay).toHaveBeenCalledWith("credit", 3);
  });
});

test("what a power cut left has a screen of its own", async () => {
  const left = {
    number: "CA042",
    kind: "paid" as const,
    services: [],
    total_minor: 4500,
    case: "7K39QXAB",
    state: "to_print" as const,
    at: "14:32",
    cause: "power_cut",
    returns_in_s: 0,
  };
  const deeds = draw({ step: "recovered", recovered: left });
  expect(await screen.findByText("Seu pedido está pago")).toBeVisible();
  await press(/Imprimir senha/);
  expect(deeds.printRecovered).toHaveBeenCalled();
});
