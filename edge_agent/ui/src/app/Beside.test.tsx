/** What stands beside the way to the ticket: receipt, rights, help, and the owner's own look. */

import { ThemeProvider } from "@mui/material/styles";
import { act, render, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Deeds } from "../api/agent";
import { aCatalogue, aPayment, aState, aTicket } from "../api/samples";
import type {
  CatalogueView,
  EntityView,
  HelpView,
  ReceiptView,
  ScreenState,
  ServiceView,
  Step,
  Words,
} from "../api/schemas";
import { contrast, standardLook } from "../theme/tokens";
import { themeOf } from "../theme/theme";
import { SpeechProvider, speechOf } from "../words/words";
import { Present } from "./Present";
import { fetchPieces } from "./pieces";
import { aBench } from "./stageBench";

beforeAll(fetchPieces);

const words = (pt: string): Words => ({ pt, en: `${pt} en`, es: `${pt} es` });
const ticket = { step: "ticket" as const, ticket: aTicket("printed") };
const receipt = (change: Partial<ReceiptView> = {}): ReceiptView => ({
  offers: ["paper", "qr", "email", "phone"],
  paper: "",
  asked: [],
  ...change,
});

function draw(change: Partial<ScreenState>, catalogue: CatalogueView | null = null) {
  const deeds = { open: jest.fn(), call: jest.fn(), finish: jest.fn(), printReceipt: jest.fn() };
  const said = { ...deeds, leaveHelp: jest.fn(), sendReceipt: jest.fn(), cancel: jest.fn(), start: jest.fn() };
  render(
    <ThemeProvider theme={themeOf()}>
      <SpeechProvider value={speechOf("pt", "BRL")}>
        <Present
          state={aState(change)}
          catalogue={catalogue}
          deeds={said as unknown as Deeds}
          access={{ on: false, slow: false, open: jest.fn(), listen: jest.fn() }}
        />
      </SpeechProvider>
    </ThemeProvider>,
  );
  return said;
}

const button = (name: string | RegExp) => screen.findByRole("button", { name });
const press = async (name: string | RegExp) => userEvent.click(await button(name));

describe("a receipt", () => {
  test("is asked for from the ticket", async () => {
    const deeds = draw({ ...ticket, receipt: receipt() });
    await press("Quero recibo");
    expect(deeds.open).toHaveBeenCalledWith("receipt");
  });

  test("is not offered where there is none to give", () => {
    draw({ ...ticket, receipt: receipt({ offers: [] }) });
    expect(screen.queryByRole("button", { name: "Quero recibo" })).toBeNull();
  });

  test("offers only the ways there are, each one touch away", async () => {
    const deeds = draw({ ...ticket, aside: "receipt", receipt: receipt({ offers: ["paper", "qr"] }) });
    await press(/No papel/);
    await press(/Na tela/);
    expect(deeds.printReceipt).toHaveBeenCalledTimes(1);
    expect(deeds.open).toHaveBeenCalledWith("receipt_qr");
    expect(screen.queryByRole("button", { name: /e-mail/ })).toBeNull();
  });

  test.each([
    ["printing", /Imprimindo/],
    ["printed", /Retire o papel/],
    ["failed", /tentar de novo/],
  ] as const)("on paper that is %s says so", async (paper, said) => {
    const offers = paper === "failed" ? (["paper", "qr"] as const) : (["qr"] as const);
    draw({ ...ticket, aside: "receipt", receipt: receipt({ offers, paper }) });
    expect(await button(said)).toHaveProperty("disabled", paper !== "failed");
  });

  test.each([
    [true, /Vamos enviar em seguida/],
    [false, /quando a internet voltar/],
  ])("to be sent is queued, online or not (%s), and the page says so", async (online, said) => {
    const queued = receipt({ offers: ["paper", "qr", "phone"], asked: ["email"] });
    draw({ ...ticket, aside: "receipt", receipt: queued, online });
    expect(await screen.findByText(said)).toBeVisible();
    expect(await button(/Por e-mail/)).toBeDisabled();
  });

  test("by e-mail is typed key by key and sent once it looks whole", async () => {
    const deeds = draw({ ...ticket, aside: "receipt_email", receipt: receipt() });
    expect(await button("Enviar")).toBeDisabled();
    for (const key of ["a", "n", "x", "Apagar", "a", "@gmail.com"]) await press(key);
    expect(screen.getByRole("status", { name: "Qual é o seu e-mail?" })).toHaveTextContent(
      "ana@gmail.com",
    );
    await press("Enviar");
    expect(deeds.sendReceipt).toHaveBeenCalledWith("email", "ana@gmail.com");
  });

  test("by phone has digits only", async () => {
    const deeds = draw({ ...ticket, aside: "receipt_phone", receipt: receipt() });
    for (const key of "11987654321") await press(key);
    await press("Enviar");
    expect(deeds.sendReceipt).toHaveBeenCalledWith("phone", "11987654321");
    expect(screen.queryByRole("button", { name: "a" })).toBeNull();
  });

  test("on the screen is the ticket's own code", async () => {
    draw({ ...ticket, aside: "receipt_qr", receipt: receipt() });
    expect(await screen.findByRole("img", { name: "Fotografe este código" })).toBeVisible();
  });
});

test("rights name everybody who sells, their phone and how money comes back", async () => {
  const entity: EntityView = {
    name: "Clínica Ltda",
    cnpj: "11.222.333/0001-81",
    address: "Rua A, 1",
    phone: "",
    refund: words("Em 7 dias"),
  };
  const other = { ...entity, name: "Imagem Ltda", cnpj: "44", phone: "0800 1", refund: null };
  draw({ ...ticket, aside: "rights", rights: [entity, other], phone: "0800 9" });
  const [first, second] = await screen.findAllByRole("heading", { level: 2 });
  const card = (of: HTMLElement | undefined) => within(of?.parentElement as HTMLElement);
  expect(card(first).getByText("CNPJ 11.222.333/0001-81")).toBeVisible();
  expect(card(first).getByText("0800 9")).toBeVisible();
  expect(card(first).getByText("Em 7 dias")).toBeVisible();
  expect(card(second).getByText("0800 1")).toBeVisible();
  expect(card(second).getByText(/fale com a empresa/)).toBeVisible();
});

describe("a person", () => {
  const steps: [Step, Partial<ScreenState>][] = [
    ["attract", { cart: [] }],
    ["services", {}],
    ["review", {}],
    ["method", {}],
    ["payment", { payment: aPayment("insert_card") }],
    ["payment", { payment: aPayment("checking") }],
    ["payment", { payment: aPayment("declined", "card_declined") }],
    ["ticket", { ticket: aTicket("printed") }],
    ["ticket", { ticket: aTicket("failed") }],
    ["out_of_order", { reason: "no_paper" }],
  ];
  test.each(steps)("is one touch away at %s", async (step, change) => {
    const deeds = draw({ step, ...change });
    await press("Chamar alguém");
    expect(deeds.call).toHaveBeenCalledTimes(1);
  });

  const help = (change: Partial<HelpView>): HelpView => ({
    is_told: false,
    phone: "(11) 4002-0100",
    tel: "tel:1140020100",
    shown_s: 600,
    ...change,
  });

  test("is said to have been called only where somebody was told", () => {
    draw({ step: "services", help: help({ is_told: true }) });
    expect(screen.getByText(/Um atendente foi chamado/)).toBeVisible();
  });

  test("is to be rung where nobody was told, by number or by camera", async () => {
    const deeds = draw({ step: "services", help: help({}) });
    expect(screen.queryByText(/Um atendente foi chamado/)).toBeNull();
    expect(screen.getByText("(11) 4002-0100")).toBeVisible();
    expect(screen.getByRole("img", { name: /ligar/ })).toBeVisible();
    await press("Entendi");
    expect(deeds.leaveHelp).toHaveBeenCalledTimes(1);
  });

  test("without any phone the customer is sent to the team, with no code to scan", () => {
    draw({ step: "services", help: help({ phone: "", tel: "" }) });
    expect(screen.getByText(/Procure alguém da equipe/)).toBeVisible();
    expect(screen.queryByRole("img", { name: /ligar/ })).toBeNull();
  });
});

describe("the claim code", () => {
  const claim = { code: "7K39QX", kind: "ticket_not_printed", at: "14:32" };

  test("is large where a paid ticket did not come on paper", () => {
    draw({ step: "ticket", ticket: aTicket("failed"), case: claim });
    expect(screen.getByText("7K39QX")).toBeVisible();
    expect(screen.getByText(/a equipe acha seu pagamento/)).toBeVisible();
  });

  test("is at hand while calling a person", () => {
    const help = { is_told: false, phone: "", tel: "", shown_s: 600 };
    draw({ step: "ticket", ticket: aTicket("failed"), case: claim, help });
    const sheet = screen.getByRole("heading", { name: "Fale com uma pessoa" }).parentElement;
    expect(within(sheet as HTMLElement).getByText("7K39QX")).toBeVisible();
  });
});

test("what was typed is still there after somebody was called", async () => {
  const asking = { ...ticket, aside: "receipt_email" as const, receipt: receipt() };
  const help = { is_told: true, phone: "", tel: "", shown_s: 600 };
  const bench = await aBench(aState(asking));
  for (const key of ["a", "n", "a"]) await press(key);
  await bench.show(aState({ ...asking, help }));
  expect(await screen.findByText("Fale com uma pessoa")).toBeVisible();
  await bench.show(aState(asking));
  expect(screen.getByRole("status", { name: "Qual é o seu e-mail?" })).toHaveTextContent("ana");
});

describe("the ticket waits", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("for whoever reads how to reach a person", () => {
    const help = { is_told: false, phone: "", tel: "", shown_s: 600 };
    const deeds = draw({ ...ticket, help });
    act(() => jest.advanceTimersByTime(60_000));
    expect(deeds.finish).not.toHaveBeenCalled();
  });
});

describe("the owner's look", () => {
  const { brand } = aState({});
  const slides = [
    { picture: "/v1/pictures/a?v=1", caption: words("Exames hoje") },
    { picture: "/v1/pictures/b?v=1", caption: words("Vacinas") },
  ];
  const attract = (change: Partial<typeof brand>) =>
    draw({ step: "attract", cart: [], brand: { ...brand, ...change } });

  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test("logo, welcome and slides take the place of ours", () => {
    const welcome = { title: words("Bem-vindo"), sub: words("Sua saúde aqui") };
    attract({ logo: "/v1/pictures/logo?v=1", welcome, slides });
    expect(document.querySelector("img[src='/v1/pictures/logo?v=1']")).toBeVisible();
    expect(screen.getByRole("heading")).toHaveTextContent("Bem-vindo");
    expect(screen.getByText("Sua saúde aqui")).toBeVisible();
    expect(screen.getByText("Exames hoje")).toBeVisible();
  });

  test("slides turn slowly and stop for whoever wants them to", () => {
    attract({ slides });
    act(() => jest.advanceTimersByTime(7_100));
    expect(screen.getByText("Vacinas")).toBeVisible();
    act(() => screen.getByRole("button", { name: "Parar imagens" }).click());
    act(() => jest.advanceTimersByTime(60_000));
    expect(screen.getByText("Vacinas")).toBeVisible();
    expect(screen.getByRole("button", { name: "Passar imagens" })).toBeVisible();
  });

  test("nothing moves by itself where less motion is asked for", () => {
    const still = { matches: true } as MediaQueryList;
    const asked = jest.fn(() => still);
    Object.defineProperty(window, "matchMedia", { value: asked, configurable: true });
    try {
      attract({ slides });
      act(() => jest.advanceTimersByTime(60_000));
      expect(screen.getByText("Exames hoje")).toBeVisible();
    } finally {
      Reflect.deleteProperty(window, "matchMedia");
    }
  });

  test("the clock is the site's, not the machine's", () => {
    jest.setSystemTime(new Date("2026-11-24T12:00:00Z"));
    draw({ step: "attract", cart: [], timezone: "America/Manaus" });
    act(() => jest.advanceTimersByTime(1));
    expect(screen.getByText("08:00")).toBeVisible();
  });

  test("a service shows the owner's picture instead of its icon", () => {
    const [blood] = aCatalogue.services;
    const services = [{ ...(blood as ServiceView), picture: "/v1/pictures/blood?v=1" }];
    draw({ step: "services" }, { ...aCatalogue, services });
    expect(document.querySelector("img[src='/v1/pictures/blood?v=1']")).toBeInTheDocument();
  });

  test("an accent on which dark text cannot be read is not taken", () => {
    expect(standardLook("", "#102030").accent).toBe(standardLook("").accent);
    expect(standardLook("", "#FFB000").accent).toBe("#FFB000");
    const { accentTint, ink } = standardLook("", "#FFB000");
    expect(contrast(accentTint, ink)).toBeGreaterThan(7);
  });
});
