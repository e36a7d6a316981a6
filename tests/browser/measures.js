/**
 * What a finger and an eye need, measured on the page as it stands. Answers with one line for each
 * thing that is wrong; nothing is right. A text that ends in an ellipsis by its own style, as the
 * owner's name may, is shortened and not cut. On a page that is to be seen whole nothing may wait
 * for somebody to scroll. With a `band` (shares of the panel's height) nothing to touch lies outside
 * it.
 */
(rules) => {
  const wrong = [];
  const panel = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const dialog = document.querySelector("[role=presentation] :is(h1, h2)")?.closest("[role=presentation]");
  const scope = dialog ?? document.body;
  const scrolls = (it) => /(auto|scroll)/.test(getComputedStyle(it).overflowY);
  const clips = (it) => getComputedStyle(it).overflow !== "visible";
  const within = (a, b) => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const wide = (r) => r.right - r.left;
  const high = (r) => r.bottom - r.top;
  const isEmpty = (r) => wide(r) < 1 || high(r) < 1;
  const isSeen = (it) =>
    it.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    it.closest("svg") === null;
  const isForEarsOnly = (it) => {
    const { width, height } = it.getBoundingClientRect();
    return getComputedStyle(it).display !== "inline" && width <= 2 && height <= 2;
  };
  const nameOf = (it) =>
    `${it.tagName.toLowerCase()} “${(it.getAttribute("aria-label") ?? it.textContent ?? "").trim().slice(0, 40)}”`;
  const px = (n) => `${Math.round(n * 10) / 10} px`;

  /** Bars that stay where they are while a page scrolls below them. */
  const bars = [...document.querySelectorAll("footer, header")].filter(
    (it) => getComputedStyle(it).position === "sticky",
  );

  /** The part of `rect` that its scrolling ancestors and the bars above it leave on the panel. */
  const shown = (it, rect) => {
    let left = within(rect, panel);
    for (const bar of bars)
      if (!bar.contains(it)) left = { ...left, bottom: Math.min(left.bottom, bar.getBoundingClientRect().top) };
    for (let at = it.parentElement; at !== null; at = at.parentElement)
      if (clips(at)) left = within(left, at.getBoundingClientRect());
    return left;
  };

  /** Where the letters of a text stand: its lines, without what the font keeps free around them. */
  const inked = (node, it) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const rect = range.getBoundingClientRect();
    const line = range.getClientRects()[0]?.height ?? 0;
    const spare = Math.max(0, line - Number.parseFloat(getComputedStyle(it).lineHeight)) / 2;
    return { left: rect.left, right: rect.right, top: rect.top + spare, bottom: rect.bottom - spare };
  };

  /** The ancestor that hides a part of `rect` which no scrolling brings back; null is none. */
  const cutter = (it, rect) => {
    const slack = Number.parseFloat(getComputedStyle(it).fontSize) * 0.2;
    let isFixed = false;
    for (let at = it; at !== null && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      const box = at.getBoundingClientRect();
      const isMasked = style.maskImage !== "none" && isFixed;
      if (isMasked || (clips(at) && !isFixed)) {
        const reach = scrolls(at) && !isFixed ? at.scrollHeight - box.height - at.scrollTop : 0;
        const above = box.top - (isFixed ? 0 : at.scrollTop) - rect.top;
        if (above > slack || rect.bottom - box.bottom - reach > slack) return at.tagName.toLowerCase();
        if (box.left - rect.left > 1 || rect.right - box.right > 1) return at.tagName.toLowerCase();
        if (scrolls(at)) return null;
      }
      isFixed ||= style.position === "fixed";
    }
    return null;
  };

  const bands = (it) => {
    for (let at = it; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (/fixed|absolute/.test(style.position) && style.pointerEvents === "none") return true;
    }
    return false;
  };

  // ---- targets
  const asked = "button, a[href], input, select, textarea, [role=button], [role=switch]";
  const targets = [...scope.querySelectorAll(asked)]
    .filter(isSeen)
    .map((it) => ({ it, rect: it.getBoundingClientRect() }))
    .map(({ it, rect }) => ({ it, rect, part: shown(it, rect) }))
    .filter(({ part }) => !isEmpty(part));
  for (const { it, rect } of targets) {
    const least = it.dataset.kind === "primary" ? rules.primary : rules.target;
    if (Math.min(rect.width, rect.height) < least - 0.5)
      wrong.push(`${nameOf(it)} is ${px(rect.width)} x ${px(rect.height)}, least ${least}`);
  }
  if (rules.band)
    for (const { it, part } of targets) {
      const above = rules.band.band_top * innerHeight - part.top;
      const below = part.bottom - rules.band.band_bottom * innerHeight;
      if (Math.max(above, below) > 0.5) wrong.push(`${nameOf(it)} is ${px(Math.max(above, below))} out of reach`);
    }
  for (const [place, one] of targets.entries())
    for (const other of targets.slice(place + 1)) {
      const across = Math.max(one.part.left, other.part.left) - Math.min(one.part.right, other.part.right);
      const down = Math.max(one.part.top, other.part.top) - Math.min(one.part.bottom, other.part.bottom);
      const gap = Math.max(across, down);
      if (Math.min(across, down) < 0 && gap < rules.gap - 0.5)
        wrong.push(`${nameOf(one.it)} and ${nameOf(other.it)}: ${px(gap)} apart`);
    }

  // ---- texts
  const texts = [];
  const walk = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    const it = node.parentElement;
    if (node.textContent.trim() === "" || it === null || !isSeen(it)) continue;
    if (it.closest("[aria-hidden=true]") !== null || isForEarsOnly(it)) continue;
    const isShortened = getComputedStyle(it).textOverflow === "ellipsis";
    const rect = isShortened ? within(inked(node, it), it.getBoundingClientRect()) : inked(node, it);
    if (!isEmpty(rect)) texts.push({ it, rect, words: `“${node.textContent.trim().slice(0, 40)}”` });
  }
  for (const { it, rect, words } of texts) {
    const size = Number.parseFloat(getComputedStyle(it).fontSize);
    if (size < rules.text - 0.01) wrong.push(`${words} is ${px(size)} tall, least ${rules.text}`);
    if (getComputedStyle(it).textOverflow === "ellipsis") continue;
    const by = cutter(it, rect);
    if (by !== null) wrong.push(`${words} is cut by its ${by}`);
    if (rect.left < -0.5 || rect.right > innerWidth + 0.5) wrong.push(`${words} leaves the panel`);
    const target = it.closest(asked)?.getBoundingClientRect();
    if (target !== undefined && (rect.left < target.left - 1 || rect.right > target.right + 1))
      wrong.push(`${words} is wider than its button`);
    const isBlock = getComputedStyle(it).display !== "inline" && it.closest(asked) === null;
    if (isBlock && it.scrollWidth > it.clientWidth + 1)
      wrong.push(`${words} takes ${it.scrollWidth} px in ${it.clientWidth}`);
  }
  for (const [place, one] of texts.entries())
    for (const other of texts.slice(place + 1)) {
      if (one.it.contains(other.it) || other.it.contains(one.it)) continue;
      if (bands(one.it) !== bands(other.it)) continue;
      const both = within(shown(one.it, one.rect), shown(other.it, other.rect));
      if (wide(both) > 4 && high(both) > 4) wrong.push(`${one.words} and ${other.words} overlap`);
    }

  // ---- the edge
  for (const { it, rect } of [...targets.map(({ it, part }) => ({ it, rect: part })), ...texts]) {
    const part = shown(it, rect);
    if (isEmpty(part) || bands(it)) continue;
    const cutHere = rect.bottom > part.bottom + 1 || rect.top < part.top - 1;
    const nearest = Math.min(part.left, part.top, innerWidth - part.right, innerHeight - part.bottom);
    if (nearest < rules.edge - 0.5 && !cutHere) wrong.push(`${nameOf(it)} is ${px(nearest)} from the edge`);
  }
  const page = document.querySelector("main");
  if (rules.whole && page !== null && page.scrollHeight > page.clientHeight + 1)
    wrong.push(`${px(page.scrollHeight - page.clientHeight)} of the page are below the fold`);
  for (const it of [document.documentElement, document.body, ...document.querySelectorAll("main")])
    if (it.scrollWidth > it.clientWidth + 1) wrong.push(`${it.tagName.toLowerCase()} scrolls sideways`);
  return [...new Set(wrong)];
}
