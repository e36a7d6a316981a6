/** Who is served first, and what customers may say of themselves: as a finger meets it. */

import { ThemeProvider } from "@mui/material/styles";
import { fireEvent, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Deeds } from "../api/agent";
import type { Asks, Locale, Question, ScreenState } from "../api/schemas";
import { aCatalogue, aState } from "../api/samples";
import { kept, shown } from "../parts/masks";
import type { Refused } from "../parts/screen";
import { themeOf } from "../theme/theme";
import { SpeechProvider, speechOf } from "../words/words";
import { Present } from "./Present";
import { fetchPieces } from "./pieces";

beforeAll(fetchPieces);

function draw(change: Partial<ScreenState>, locale: Locale = "pt") {
  const deeds = {
    go: jest.fn(),
    pay: jest.fn(),
    prefer: jest.fn(),
    answer: jest.fn(),
    cancel: jest.fn(),
    speak: jest.fn(),
  };
  const page = (next: Partial<ScreenState>, refused: Refused | null = null) => (
    <ThemeProvider theme={themeOf()}>
      <SpeechProvider value={speechOf(locale, "BRL")}>
        <Present
          state={aState({ ...next, locale })}
          catalogue={aCatalogue}
          deeds={deeds as unknown as Deeds}
          access={{ on: false, slow: false, open: jest.fn(), listen: jest.fn() }}
          refused={refused}
        />
      </SpeechProvider>
    </ThemeProvider>
  );
  const { rerender } = render(page(change));
  return { ...deeds, now: (...next: Parameters<typeof page>) => rerender(page(...next)) };
}

const asks = (change: Partial<Asks>): Asks => ({
  priority: "off",
  identify: [],
  question: "",
  ...change,
});

const asking = (question: Question, identify: readonly Question[] = [question]) => ({
  step: "identify" as const,
  asks: asks({ identify, question }),
});

const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
/** By their text: to look for a key by its role costs more than all that it does. */
const type = (keys: string) => {
  for (const key of keys) fireEvent.click(screen.getByText(key, { selector: "button" }));
};

describe("who is served first", () => {
  test("four answers, none of them a reason, each told to the agent", async () => {
    const deeds = draw({ step: "priority", cart: [], asks: asks({ priority: "ask" }) });
    await press(/80 anos ou mais/);
    await press(/^Preferencial/);
    await press(/Doador de sangue/);
    await press(/Atendimento comum/);
    expect(deeds.prefer.mock.calls).toEqual([["80"], ["priority"], ["donor"], [""]]);
    expect(screen.getByText(/não precisa dizer o motivo/)).toBeVisible();
  });

  test("asked first it is left by ending, offered it is left to the services", async () => {
    const first = draw({ step: "priority", cart: [], asks: asks({ priority: "ask" }) });
    await press("Sair");
    expect(first.cancel).toHaveBeenCalled();
    first.now({ step: "priority", asks: asks({ priority: "offer" }) });
    await press("Voltar");
    expect(first.go).toHaveBeenCalledWith("services");
  });

  test("the services offer it and say what was chosen", async () => {
    const deeds = draw({ asks: asks({ priority: "offer" }) });
    await press("Atendimento preferencial");
    expect(deeds.go).toHaveBeenCalledWith("priority");
    deeds.now({ asks: asks({ priority: "offer" }), priority: "80" });
    expect(screen.getByRole("button", { name: "Preferencial: 80 anos ou mais" })).toBeVisible();
    deeds.now({ asks: asks({}) });
    expect(screen.queryByRole("button", { name: /preferencial/i })).toBeNull();
  });
});

describe("what customers may say of themselves", () => {
  test("a CPF is typed on our own keys, masked, corrected, and sent once", async () => {
    const deeds = draw(asking("cpf"));
    const field = await screen.findByRole("textbox", { name: "CPF" });
    expect(field).toHaveAttribute("inputmode", "none");
    type("5299822472");
    expect(field).toHaveValue("529.982.247-2_");
    expect(screen.getByRole("button", { name: "Confirmar" })).toBeDisabled();
    await press("Apagar");
    type("255");
    expect(field).toHaveValue("529.982.247-25");
    expect(deeds.answer).not.toHaveBeenCalled();
    await press("Confirmar");
    expect(deeds.answer.mock.calls).toEqual([["cpf", "52998224725"]]);
  });

  test("a refusal stands where the answer is, until it is changed or another is asked", async () => {
    const deeds = draw(asking("cpf"));
    await screen.findByRole("textbox");
    deeds.now(asking("cpf"), { code: "bad-cpf", count: 1 });
    expect(screen.getByRole("alert")).toHaveTextContent("Confira o CPF");
    type("5");
    expect(screen.queryByRole("alert")).toBeNull();
    deeds.now(asking("cpf"), { code: "bad-cpf", count: 2 });
    expect(screen.getByRole("alert")).toBeVisible();
    deeds.now(asking("phone"), { code: "bad-cpf", count: 2 });
    expect(screen.queryByRole("alert")).toBeNull();
  });

  test("passing it over is there from the first moment", async () => {
    const deeds = draw(asking("cpf"));
    await screen.findByRole("textbox");
    await press("Pular");
    expect(deeds.answer).toHaveBeenCalledWith("cpf", "");
  });

  test("a name has accents, and nothing of it stays for the next question", async () => {
    const deeds = draw(asking("name", ["name", "phone"]));
    const field = await screen.findByRole("textbox", { name: "Nome" });
    expect(screen.getByText("1 de 2")).toBeVisible();
    type("JOÃO");
    await press("Espaço");
    type("SÁ");
    expect(field).toHaveValue("JOÃO SÁ");
    await press("Confirmar");
    expect(deeds.answer).toHaveBeenCalledWith("name", "JOÃO SÁ");
    deeds.now(asking("phone", ["name", "phone"]));
    expect(await screen.findByRole("textbox", { name: /Celular/ })).toHaveValue("(__) _____-____");
    expect(document.body).not.toHaveTextContent("JOÃO");
  });

  test("a keyboard that is plugged in types too", async () => {
    const deeds = draw(asking("phone"));
    await userEvent.click(await screen.findByRole("textbox"));
    await userEvent.keyboard("11x987654321{Backspace}1{Enter}");
    expect(deeds.answer).toHaveBeenCalledWith("phone", "11987654321");
  });

  test.each(["name", "cpf", "phone"] as const)("%s says why it is asked", async (question) => {
    draw(asking(question));
    expect(await screen.findByText(/^Só para/)).toBeVisible();
  });

  test("what is typed is cut to what an answer can be", () => {
    expect(kept("cpf", "529.982.247-25999")).toBe("52998224725");
    expect(kept("name", "  ana  1 maria")).toBe("ANA MARIA");
    expect(shown("phone", "119")).toBe("(11) 9____-____");
  });
});

describe("the way to pay", () => {
  const sole = [
    { method: "counter" as const, total_minor: 1, available: true, reason: "", instalments_max: 1 },
  ];

  test("review leads to what is asked, also where one way to pay is left", async () => {
    const deeds = draw({ step: "review", methods: sole, asks: asks({ question: "cpf" }) });
    await press("Pagar no balcão");
    expect(deeds.go).toHaveBeenCalledWith("method");
    expect(deeds.pay).not.toHaveBeenCalled();
  });

  test("what was said can be corrected from review", async () => {
    const deeds = draw({ step: "review", identified: ["cpf"] });
    await press("Corrigir meus dados");
    expect(deeds.go).toHaveBeenCalledWith("identify");
  });

  test("a free ticket is taken from the services at once, unless something is asked", async () => {
    const free = [
      { method: "free" as const, total_minor: 0, available: true, reason: "", instalments_max: 1 },
    ];
    const deeds = draw({ methods: free, total_minor: 0 });
    await press("Pegar senha");
    expect(deeds.pay).toHaveBeenCalledWith("free");
    deeds.now({ methods: free, total_minor: 0, asks: asks({ question: "name" }) });
    await press("Continuar");
    expect(deeds.go).toHaveBeenCalledWith("review");
  });
});
