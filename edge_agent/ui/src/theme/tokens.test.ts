import { contrast, contrastLook, standardLook } from "./tokens";

test("normal text has 4.5:1, and 7:1 in high contrast", () => {
  const look = standardLook("");
  for (const [text, ground] of [
    [look.ink, look.paper],
    [look.soft, look.paper],
    [look.onPrimary, look.primary],
    [look.onPrimary, look.pressed],
    [look.primary, look.tint],
    [look.error, look.errorTint],
  ] as const) {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  }
  expect(contrast(contrastLook.ink, contrastLook.paper)).toBeGreaterThanOrEqual(7);
  expect(contrast(contrastLook.onPrimary, contrastLook.primary)).toBeGreaterThanOrEqual(7);
});

test("a light brand colour gets dark words, a broken one the colour of the house", () => {
  expect(standardLook("#FFCC00").onPrimary).toBe("#14213D");
  expect(standardLook("url(evil)").primary).toBe(standardLook("").primary);
});
