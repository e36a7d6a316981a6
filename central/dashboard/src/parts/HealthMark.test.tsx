import { render, screen } from "@testing-library/react";

import type { Health } from "../api/types";
import "../words/words";
import { HealthMark } from "./HealthMark";

const STATES: Health[] = ["online", "late", "silent", "never"];

test("each state of health has its own word and its own shape", () => {
  const { container } = render(STATES.map((health) => <HealthMark key={health} health={health} />));
  for (const word of ["No ar", "Atrasado", "Sem contato", "Nunca falou"]) {
    expect(screen.getByText(word)).toBeInTheDocument();
  }
  const shapes = [...container.querySelectorAll("svg")].map((svg) => svg.innerHTML);
  expect(new Set(shapes).size).toBe(STATES.length);
});
