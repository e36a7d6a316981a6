/** What the pages say of the totem they stand on: how one may pay, who waits, where things are. */

import { ThemeProvider } from "@mui/material/styles";
import { act, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Deeds } from "../api/agent";
import { aCatalogue, aPayment, aState, aTicket } from "../api/samples";
import type { Locale, Method, ScreenState } from "../api/schemas";
import { themeOf } from "../theme/theme";
import { SpeechProvider, speechOf } from "../words/words";
import { fetchPieces } from "./pieces";
import { Present } from "./Present";

beforeAll(fetchPieces);

function draw(change: Partial<ScreenState>, locale: Locale = "pt") {
  const deeds = { open: jest.fn(), call: jest.fn() };
  const speech = speechOf(locale, "BRL");
  const { unmount } = render(
    <ThemeProvider theme={themeOf()}>
      <SpeechProvider value={speech}>
        <Present
          state={aState({ ...change, locale })}
          catalogue={aCatalogue}
          deeds={deeds as unknown as Deeds}
          access={{ on: false, slow: false, open: jest.fn(), listen: jest.fn() }}
        />
      </SpeechProvider>
    </ThemeProvider>,
  );
  return { ...deeds, unmount };
}

const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

describe("a reader that is out", () => {
  test.each<[Method[], string]>([
    [["pix", "counter"], "Cartão indisponível: Pix e balcão continuam"],
    [["pix"], "Cartão indisponível: pague com Pix"],
    [["counter"], "Cartão indisponível: pague no balcão"],
    [[], "Pagamento indisponível agora"],
  ])("with %j left says so before anything is chosen", (live, said) => {
    for (const step of ["attract", "services"] as const) {
      const { unmount } = draw({ step, pays: { live, card_off: true } });
      expect(screen.getByText(said)).toHaveAttribute("role", "status");
      unmount();
    }
  });

  test("is not spoken of where it works", () => {
    draw({ step: "attract" });
    expect(screen.queryByText(/indisponível/)).toBeNull();
  });
});

describe("the first screen", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test.each<[Method[], string | null]>([
    [["debit", "pix", "counter"], "Pague com cartão, Pix ou no balcão"],
    [["credit", "counter"], "Pague com cartão ou no balcão"],
    [["voucher", "pix"], "Pague com cartão ou Pix"],
    [["pix", "counter"], "Pague com Pix ou no balcão"],
    [["debit"], "Pague com cartão"],
    [["pix"], "Pague com Pix"],
    [["counter"], "Pague no balcão"],
    [[], null],
  ])("with %j names just these ways to pay", (live, said) => {
    draw({ step: "attract", pays: { live, card_off: false } });
    act(() => jest.advanceTimersByTime(7_100));
    expect(screen.queryByText(/^Pague/)?.textContent ?? null).toBe(said);
  });

  test.each([
    [0, "Sem fila agora"],
    [1, "1 pessoa na fila agora"],
    [3, "3 pessoas na fila agora"],
  ])("with %i waiting says how many", (queue, said) => {
    draw({ step: "attract", queue });
    expect(screen.getByText(said)).toBeVisible();
  });

  test("says nothing of a queue nobody knows", () => {
    draw({ step: "attract", queue: null });
    expect(screen.queryByText(/fila/)).toBeNull();
  });
});

describe("where things are is the cabinet's own", () => {
  const panel = { ...aState({}).panel, reader: "left", paper: "right" } as const;

  test("the reader", () => {
    draw({ step: "payment", payment: aPayment("insert_card"), panel });
    expect(screen.getByText("Use o leitor à esquerda da tela.")).toBeVisible();
  });

  test("the paper of a ticket and of a receipt", () => {
    const ticket = { step: "ticket" as const, ticket: aTicket("printed"), panel };
    const { unmount } = draw(ticket);
    expect(screen.getByText("Retire o papel à direita da tela.")).toBeVisible();
    unmount();
    draw({ ...ticket, aside: "receipt" });
    expect(screen.getByText("Sai agora, à direita da tela")).toBeVisible();
  });

  test("the paper after a power cut", () => {
    const left = {
      number: "CA042",
      kind: "paid" as const,
      services: [],
      total_minor: 4500,
      case: "",
      state: "printed" as const,
      at: "",
      cause: "",
      returns_in_s: 0,
    };
    draw({ step: "recovered", recovered: left, panel });
    expect(screen.getByText("Retire o papel à direita da tela.")).toBeVisible();
  });
});

test("a person can be called where the site is closed", async () => {
  const deeds = draw({ step: "closed", cart: [], reopens: "08:00" });
  await press("Chamar alguém");
  expect(deeds.call).toHaveBeenCalled();
});

describe("who paid and got no paper", () => {
  const noted = { step: "ticket" as const, ticket: aTicket("failed") };

  test("may ask for a receipt and read their rights", async () => {
    const receipt = { offers: ["qr" as const, "email" as const], paper: "" as const, asked: [] };
    const deeds = draw({ ...noted, receipt });
    await press("Quero recibo");
    await press("Seus direitos");
    expect(deeds.open.mock.calls).toEqual([["receipt"], ["rights"]]);
  });

  test("is not offered the code that is on the page already", () => {
    draw({ ...noted, receipt: { offers: ["qr"], paper: "", asked: [] } });
    expect(screen.queryByRole("button", { name: "Quero recibo" })).toBeNull();
  });
});

test.each([
  [10_000, ["À vistaTotal R$ 100,00", "2 x de R$ 50,00Sem juros", "3 x de R$ 33,331ª de R$ 33,34 · Sem juros"]],
  [10_001, ["À vistaTotal R$ 100,01", "2 x de R$ 50,001ª de R$ 50,01 · Sem juros", "3 x de R$ 33,331ª de R$ 33,35 · Sem juros"]],
])("the parts of %i are the whole of it", (total_minor, said) => {
  const credit = { method: "credit" as const, total_minor, available: true, reason: "", instalments_max: 3 };
  draw({ step: "instalments", methods: [credit] });
  const parts = screen.getAllByRole("button").map((it) => it.textContent.replace(/\u00a0/g, " "));
  expect(parts.filter((it) => /vista| x /.test(it))).toEqual(said);
});

test("a date is read as the customer's language writes it", () => {
  const closed = { step: "closed" as const, cart: [], reopens: "28/12 08:00" };
  draw(closed, "en");
  expect(screen.getByText("We open on 12/28 at 08:00.")).toBeVisible();
  expect(screen.getByText(/Abrimos no dia 28\/12 às 08:00/)).toBeVisible();
});
