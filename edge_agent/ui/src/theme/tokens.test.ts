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

test("in high contrast every text has 7:1 to every ground, and the ring 3:1", () => {
  const { ink, soft, error, accent, primary, focus } = contrastLook;
  const { paper, surface, tint, accentTint, errorTint } = contrastLook;
  for (const ground of [paper, surface, tint, accentTint, errorTint]) {
    for (const text of [ink, soft, error, accent, primary]) {
      expect(contrast(text, ground)).toBeGreaterThanOrEqual(7);
    }
    expect(contrast(focus, ground)).toBeGreaterThanOrEqual(3);
  }
  expect(contrast(contrastLook.onPrimary, contrastLook.pressed)).toBeGreaterThanOrEqual(7);
  const { focus: ring, paper: page, surface: card } = standardLook("");
  for (const ground of [page, card]) expect(contrast(ring, ground)).toBeGreaterThanOrEqual(3);
});

test("a light brand colour gets dark words, a broken one the colour of the house", () => {
  expect(standardLook("#FFCC00").onPrimary).toBe("#14213D");
  expect(standardLook("url(evil)").primary).toBe(standardLook("").primary);
});
