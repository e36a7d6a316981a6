/** The page before the touchscreen speaks its first words and wears its look. */

import { readFileSync } from "node:fs";
import { standardLook } from "../theme/tokens";
import { pt } from "../words/pt";

test("the start says what the first moment says, in the look of the house", () => {
  expect(readFileSync("index.html", "utf8")).toContain(`<h1>${pt["moment.title"]}</h1>`);
  const style = readFileSync("src/app/start.css", "utf8");
  const { paper, ink } = standardLook("");
  expect(style).toContain(`background: ${paper};`);
  expect(style).toContain(`color: ${ink};`);
});
