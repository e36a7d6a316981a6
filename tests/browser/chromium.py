"""The kiosk's browser, headless: panels, pages, and a process of its own that may be killed."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    Error as PlaywrightError,
    Page,
    sync_playwright,
)

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
NO_OMNIBOX = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup"
"""A kiosk has no address bar; two pages of the browser's own stand ready for it, and starting them
costs as much as the rest of the start."""

UP_S = 30.0
CONNECT_MS = 10_000
STARTS = 3


class Panel(NamedTuple):
    """A touchscreen as it hangs in a shop."""

    name: str
    width: int
    height: int


PANELS = {it.name: it for it in (Panel("portrait", 1080, 1920), Panel("landscape", 1366, 768))}


class NoBrowserError(Exception):
    """There is no chromium on this machine."""


def executable() -> str:
    """Where chromium is. Raises NoBrowserError."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise NoBrowserError("no chromium on this machine (apt-get install chromium)")
    return found


@contextmanager
def browsing(*flags: str) -> Iterator[Browser]:
    """One headless browser, with a Playwright of its own; ``flags`` are added to ours."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser, panel: Panel, *, calm: bool = True) -> BrowserContext:
    """A panel that is touched; ``calm`` is one whose owner wants no motion."""
    return browser.new_context(
        viewport={"width": panel.width, "height": panel.height},
        has_touch=True,
        locale="pt-BR",
        reduced_motion="reduce" if calm else "no-preference",
    )


class Kiosk:
    """Chromium as a process of ours, as the kiosk's unit starts it: it can be killed."""

    def __init__(self, kind: BrowserType, panel: Panel, url: str) -> None:
        self._folder = TemporaryDirectory(prefix="totem-kiosk-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [
                executable(),
                *FLAGS,
                NO_OMNIBOX,
                "--headless=new",
                "--no-first-run",
                "--remote-debugging-port=0",
                f"--user-data-dir={self._folder.name}",
                f"--window-size={panel.width},{panel.height}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": self._folder.name},
            start_new_session=True,
        )
        try:
            port = self._debugging_port()
            self._browser = kind.connect_over_cdp(f"http://127.0.0.1:{port}", timeout=CONNECT_MS)
            self.page.goto(url)
        except (TimeoutError, PlaywrightError):
            self._end()
            raise

    @property
    def page(self) -> Page:
        context = self._browser.contexts[0]
        return context.pages[0] if context.pages else context.wait_for_event("page")

    def kill(self) -> None:
        """SIGKILL to all of it, as when the machine runs out of memory."""
        self._end()
        self._browser.close()

    def _end(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._folder.cleanup()

    def _debugging_port(self) -> int:
        file = Path(self._folder.name) / "DevToolsActivePort"
        end = time.monotonic() + UP_S
        while time.monotonic() < end:
            lines = file.read_text().splitlines() if file.exists() else []
            if len(lines) > 1:
                return int(lines[0])
            time.sleep(0.05)
        raise TimeoutError("chromium did not open its port")


def start_kiosk(kind: BrowserType, panel: Panel, url: str) -> Kiosk:
    """A kiosk that can be seen. One that does not let itself be watched is started again."""
    for _ in range(STARTS - 1):
        try:
            return Kiosk(kind, panel, url)
        except (TimeoutError, PlaywrightError):
            continue
    return Kiosk(kind, panel, url)
