/** The catalogue as customers see it: options, what cannot be had now, closed hours, the queue. */

import { ThemeProvider } from "@mui/material/styles";
import { render, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import type { Deeds, Picks } from "../api/agent";
import { choiceOf, isSame } from "../api/cart";
import { aCatalogue, aChoosing, aKit, aState, aTicket } from "../api/samples";
import type { CartChoice, CartLine, ChoosingView, Locale, ServiceView } from "../api/schemas";
import { themeOf } from "../theme/theme";
import { SpeechProvider, speechOf } from "../words/words";
import { Closed } from "./Closed";
import { Options } from "./Options";
import { Review } from "./Review";
import { Services } from "./Services";
import { Ticket } from "./Ticket";
import { fetchPieces } from "../app/pieces";

beforeAll(fetchPieces);

function draw(page: ReactNode, locale: Locale = "pt") {
  render(
    <ThemeProvider theme={themeOf()}>
      <SpeechProvider value={speechOf(locale, "BRL")}>{page}</SpeechProvider>
    </ThemeProvider>,
  );
}

function props(services: readonly ServiceView[] = aCatalogue.services) {
  const deeds = { go: jest.fn(), choose: jest.fn(), pick: jest.fn(), add: jest.fn() };
  return {
    said: deeds,
    given: {
      state: aState({ cart: [] }),
      catalogue: { ...aCatalogue, services },
      deeds: deeds as unknown as Deeds,
      access: { on: false, slow: false, open: jest.fn(), listen: jest.fn() },
    },
  };
}

const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));

describe("options", () => {
  function ask(change: Partial<ChoosingView>) {
    const { said, given } = props();
    draw(<Options {...given} choosing={aChoosing(change)} />);
    return said;
  }

  const told = (said: ReturnType<typeof ask>, choosing: ChoosingView): Picks =>
    (said.pick.mock.calls[0]?.[0] as (now: ChoosingView) => Picks)(choosing);

  test("each question says how many answers it takes, and what each one adds", () => {
    ask({});
    const drink = within(screen.getByRole("region", { name: "O que você quer beber?" }));
    expect(drink.getByText("Escolha 1")).toBeVisible();
    expect(drink.getByRole("button", { name: /Café/ })).toHaveTextContent("Incluso");
    expect(drink.getByRole("button", { name: /Suco/ })).toHaveTextContent("+ R$ 3,50");
    const more = within(screen.getByRole("region", { name: "Quer algo a mais?" }));
    expect(more.getByText("Até 2, se quiser")).toBeVisible();
  });

  test("what is picked is marked, and the total is the agent's", () => {
    ask({ options: ["juice", "cake"], missing: [], quantity: 2, total_minor: 4880 });
    expect(screen.getByRole("button", { name: /Suco/ })).toHaveAttribute("aria-pressed", "true");
    expect(screen.getByRole("button", { name: /Café/ })).toHaveAttribute("aria-pressed", "false");
    expect(screen.getByText("R$ 48,80")).toBeVisible();
    expect(screen.getByText("Total")).toBeVisible();
  });

  test("a total that differs by method says from", () => {
    ask({ is_from: true });
    expect(screen.getByText("A partir de")).toBeVisible();
  });

  test("a touch is the newest pick, a second touch puts it back", async () => {
    const said = ask({ options: ["juice"] });
    await press(/Café/);
    expect(told(said, aChoosing({ options: ["juice"] }))).toEqual({
      options: ["juice", "coffee"],
      quantity: 1,
    });
    expect(told(said, aChoosing({ options: ["coffee", "cake"] })).options).toEqual(["cake"]);
  });

  test("the quantity grows from the newest one and never below one", async () => {
    const said = ask({});
    expect(screen.getByRole("button", { name: /Menos um/ })).toBeDisabled();
    await press(/Mais um/);
    expect(told(said, aChoosing({ quantity: 4 })).quantity).toBe(5);
  });

  test("the one primary action adds; whether it may is the agent's to say", async () => {
    const said = ask({ missing: ["drink"] });
    expect(document.querySelectorAll("button[data-kind=primary]:not(:disabled)")).toHaveLength(1);
    await press("Adicionar");
    expect(said.add).toHaveBeenCalledTimes(1);
    await press("Voltar");
    expect(said.go).toHaveBeenCalledWith("services");
  });
});

describe("services", () => {
  const [blood, flu] = aCatalogue.services as [ServiceView, ServiceView];

  test("one with questions opens them, one without goes into the cart by one touch", async () => {
    const { said, given } = props([aKit, blood]);
    draw(<Services {...given} />);
    await press(/Kit desjejum/);
    expect(said.go).toHaveBeenCalledWith("options", "kit");
    expect(said.choose).not.toHaveBeenCalled();
    await press(/Exame de sangue/);
    expect(said.choose).toHaveBeenCalledTimes(1);
  });

  test.each([
    ["sold_out", "Esgotado"],
    ["closed_now", "Fora do horário"],
    ["reason_from_the_future", "Indisponível agora"],
  ])("%s cannot be touched and says so", (off, word) => {
    draw(<Services {...props([{ ...flu, off }]).given} />);
    const card = screen.getByRole("button", { name: `Vacina da gripe, ${word}` });
    expect(card).toBeDisabled();
    expect(card).toHaveTextContent(word);
    expect(card).not.toHaveTextContent("R$");
  });

  test("the queue is told only where there is one, also on dense cards", () => {
    const many = Array.from({ length: 8 }, (_, place) => ({ ...blood, id: `b${place}` }));
    draw(<Services {...props([{ ...flu, estimate_minutes: 15 }, ...many]).given} />);
    const card = screen.getByRole("button", { name: /Vacina da gripe/ });
    expect(card).toHaveTextContent("fila de cerca de 15 min");
    expect(card).toHaveAccessibleName(/R\$\u00a089,00, fila de cerca de 15 min$/);
    expect(screen.getAllByText(/fila/)).toHaveLength(1);
  });
});

describe("the cart", () => {
  const line: CartLine = {
    service: "kit",
    name: aKit.name,
    quantity: 1,
    unit_minor: 1840,
    total_minor: 1840,
    options: [{ id: "juice", name: { pt: "Suco", en: "Juice", es: "Jugo" }, from_minor: 350 }],
    off: "",
  };

  test("a line shows its options and changes only itself", async () => {
    const { said, given } = props();
    const state = aState({ cart: [{ ...line, off: "sold_out" }, { ...line, options: [] }] });
    draw(<Review {...given} state={state} />);
    expect(screen.getByText("Suco")).toBeVisible();
    expect(screen.getByText("Esgotado. Remova para continuar.")).toBeVisible();
    await userEvent.click(screen.getAllByRole("button", { name: /Remover/ })[0] as HTMLElement);
    const change = said.choose.mock.calls[0]?.[0] as (
      cart: readonly CartChoice[],
    ) => readonly CartChoice[];
    const bare = { service: "kit", quantity: 3 };
    expect(change([choiceOf(line), bare])).toEqual([bare]);
  });

  test("the same service with other options is another line", () => {
    expect(choiceOf(line)).toEqual({ service: "kit", quantity: 1, options: ["juice"] });
    expect(isSame(line, choiceOf(line))).toBe(true);
    expect(isSame(line, { service: "kit", quantity: 1 })).toBe(false);
    expect(isSame(line, { service: "kit", quantity: 1, options: ["coffee"] })).toBe(false);
  });
});

describe("closed", () => {
  test.each([
    ["08:00", "Abrimos hoje às 08:00.", "We open today at 08:00."],
    ["mon 08:00", "Abrimos na segunda-feira às 08:00.", "We open on Monday at 08:00."],
    ["28/12 09:30", "Abrimos no dia 28/12 às 09:30.", "We open on 12/28 at 09:30."],
    ["", "Volte em outro horário.", "Please come back at another time."],
  ])("%p is said in all three languages and nothing is offered", (reopens, pt, en) => {
    const { given } = props();
    draw(<Closed {...given} state={aState({ step: "closed", cart: [], reopens })} />);
    expect(screen.getByText("Estamos fechados agora")).toBeVisible();
    expect(screen.getByText(pt)).toBeVisible();
    expect(screen.getByText(`We are closed now. ${en}`)).toBeVisible();
    expect(screen.getByText(/Ahora estamos cerrados\./)).toHaveAttribute("lang", "es-UY");
    expect(screen.queryByRole("button")).toBeNull();
  });
});

test.each([
  [15, 1],
  [0, 0],
])("a wait of %d minutes is told with the ticket %d times", (estimate_minutes, times) => {
  const { given } = props();
  draw(<Ticket {...given} ticket={{ ...aTicket("printing"), estimate_minutes }} />);
  expect(screen.queryAllByText("Cerca de 15 min de espera.")).toHaveLength(times);
});
