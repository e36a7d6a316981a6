"""Somebody who hears the touchscreen, has only keys, and wants nobody else to read it."""

import re
import time
from base64 import b64encode

from playwright.sync_api import Browser, Page

from tests.browser.chromium import Panel, new_context
from tests.browser.customer import FOCUSED, KEYS_MAX, PATIENCE_MS, Customer

AT_ONCE = "delete window.AudioContext"
"""Every sound is over as soon as it came."""

LAST = "Parar, botão"
"""Read at the end of every page, before what stands above its title."""

WAY_BACK = "Tela apagada. Toque duas vezes aqui para acender, botão"
RING_PX = 12
OTHERS = """async ([png, box]) => {
  const bytes = Uint8Array.from(atob(png), (it) => it.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  pen.clearRect(box.x, box.y, box.width, box.height);
  const { data } = pen.getImageData(0, 0, picture.width, picture.height);
  const colours = new Set(new Uint32Array(data.buffer));
  colours.delete(0);
  return colours.size;
}"""


class Listener(Customer):
    """``heard`` is every text the agent was asked to speak, in order."""

    def __init__(self, page: Page, address: str) -> None:
        self.heard: list[str] = []
        self._since = 0
        page.on("request", lambda it: self._hear(it.url, it.post_data_json))
        super().__init__(page, address)
        self.eye = page.context.new_page()
        page.bring_to_front()

    def begin(self) -> None:
        """Turn speech on by the help key and the picture off in the sheet of aids."""
        self.button("Toque para começar").wait_for()
        self.page.keyboard.press("F1")
        self.hears("Toque para começar", LAST)
        self.press("Acessibilidade")
        self.hears("Como fica melhor para você?", "Apagar a tela", "Pronto, botão")
        self.press("Apagar a tela")
        self.page.locator("[data-curtain]").wait_for()
        self.press("Pronto")
        self.hears_page("Toque para começar")

    def press(self, name: str) -> None:
        for _ in range(KEYS_MAX):
            if str(self.page.evaluate(FOCUSED) or "").strip().startswith(name):
                self._press("Enter")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no way to {name!r} by keys: {self.heard[self._since :]}")

    def hear_again(self) -> None:
        """What stands there by now, from its title on."""
        self._press("F1")

    def hears(self, *texts: str) -> None:
        """Each of these was said since the last key that asked, or is before patience ends."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while missing := [it for it in texts if not self._was_said(it)]:
            if time.monotonic() > end:
                raise AssertionError(f"never heard {missing}: {self.heard[self._since :]}")
            self.page.wait_for_timeout(20)

    def hears_page(self, title: str, *texts: str) -> None:
        """A page that stands is read to its end with every amount on it, and nobody sees it."""
        self.hears(title, *texts, WAY_BACK, LAST)
        self.hears(*amounts(self.page))
        assert self.others_see() == "the curtain"

    def others_see(self) -> str:
        """Everything around the one line has the same colour, and the line is small."""
        line = self.page.locator("aside button", has_text="Tela apagada").bounding_box()
        assert line is not None
        assert line["height"] < 120
        around = {
            "x": line["x"] - RING_PX,
            "y": line["y"] - RING_PX,
            "width": line["width"] + 2 * RING_PX,
            "height": line["height"] + 2 * RING_PX,
        }
        png = b64encode(self.page.screenshot()).decode()
        colours = self.eye.evaluate(OTHERS, [png, around])
        return "the curtain" if colours == 1 else f"{colours} colours"

    def _press(self, key: str) -> None:
        self._since = len(self.heard)
        self.page.keyboard.press(key)

    def _was_said(self, text: str) -> bool:
        return any(text in it for it in self.heard[self._since :])

    def _hear(self, url: str, body: object) -> None:
        if url.endswith("/v1/speak") and isinstance(body, dict):
            self.heard.append(plain(body["text"]))


def amounts(page: Page) -> list[str]:
    """What money stands on the page."""
    return re.findall(r"R\$ [\d.]+,\d\d", plain(page.locator("main").inner_text()))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def listener_at(browser: Browser, panel: Panel, address: str) -> Listener:
    """With a page of their own; close it by its context."""
    context = new_context(browser, panel)
    context.add_init_script(AT_ONCE)
    page = context.new_page()
    page.clock.install()
    return Listener(page, address)
