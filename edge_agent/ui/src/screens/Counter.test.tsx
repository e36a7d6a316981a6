/** The attendant's corner, as an attendant's finger meets it. */

import { ThemeProvider } from "@mui/material/styles";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { CounterLine } from "../api/counter";
import { RefusedError } from "../api/requests";
import type { CounterView } from "../api/schemas";
import { themeOf } from "../theme/theme";
import { standardLook } from "../theme/tokens";
import { Counter } from "./Counter";

const voucher: CounterView = {
  ticket: "T1-1-9-ABCDEFGH",
  number: "CA042",
  kind: "to_pay",
  state: "ISSUED",
  currency: "BRL",
  total_minor: 4500,
  is_paid: false,
  can: ["settle"],
};

function aLine(change: Partial<Record<keyof CounterLine, unknown>> = {}): CounterLine {
  const line = {
    enter: jest.fn(async () => "Ana"),
    leave: jest.fn(async () => undefined),
    look: jest.fn(async () => voucher),
    act: jest.fn(async () => ({ ...voucher, is_paid: true, can: ["serve"] })),
    late: jest.fn(async () => []),
    makeGood: jest.fn(async () => undefined),
    scan: jest.fn(() => new Promise<string>(() => undefined)),
    ...change,
  };
  return line as unknown as CounterLine;
}

async function entered(line: CounterLine) {
  const user = userEvent.setup();
  render(
    <ThemeProvider theme={themeOf(standardLook("#0B6E4F"))}>
      <Counter line={line} onLeave={() => undefined} />
    </ThemeProvider>,
  );
  for (const digit of "2468") await user.click(screen.getByRole("button", { name: digit }));
  await user.click(screen.getByRole("button", { name: "OK" }));
  return user;
}

test("a voucher is found, its money is taken, and then the ticket can be served", async () => {
  const line = aLine();
  const user = await entered(line);
  await user.type(await screen.findByRole("textbox"), "CA042{Enter}");
  expect(await screen.findByText("A pagar")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: /Recebi R\$\s45,00 em dinheiro/ }));
  expect(await screen.findByText("Paga")).toBeInTheDocument();
  expect(screen.getByRole("button", { name: "Atender esta senha" })).toBeInTheDocument();
  expect(line.act).toHaveBeenCalledWith("settle", "CA042");
});

test("what is scanned is found without a touch", async () => {
  const scan = jest
    .fn()
    .mockResolvedValueOnce("TOTEM1:ABC")
    .mockReturnValue(new Promise<string>(() => undefined));
  const line = aLine({ scan });
  await entered(line);
  expect(await screen.findByText("CA042")).toBeInTheDocument();
  expect(line.look).toHaveBeenCalledWith("TOTEM1:ABC");
});

test("a wrong PIN says so and opens nothing", async () => {
  const enter = jest.fn(async () => {
    throw new RefusedError("bad-pin");
  });
  await entered(aLine({ enter }));
  expect(await screen.findByText("PIN incorreto")).toBeInTheDocument();
  expect(screen.queryByRole("textbox")).not.toBeInTheDocument();
});

test("a voucher that was settled before is refused in words", async () => {
  const act = jest.fn(async () => {
    throw new RefusedError("already-settled");
  });
  const user = await entered(aLine({ act }));
  await user.type(await screen.findByRole("textbox"), "CA042{Enter}");
  await user.click(await screen.findByRole("button", { name: /Recebi/ }));
  expect(await screen.findByText("Este vale já foi pago")).toBeInTheDocument();
});
