"""The agent as a script: it serves the built touchscreen, under the real content policy, and
whatever state it is told to.

The page cannot tell it from ``totem run``: long polls wait for a new revision, writes are answered
with a state. Every state passes through the schemas of the real agent first.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import convert, json, to_builtins

from edge_agent.api.guard import POLICY
from edge_agent.api.handlers import TYPES
from edge_agent.api.schemas import Boot, CatalogueView, ScreenState
from tests.browser.desk_answers import in_its_words

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "edge_agent" / "ui" / "dist"
WAIT_S_MAX = 20.0


class ScriptedAgent:
    """``show`` puts a state on the screen. ``moves`` names the state a write leads to, by method
    and path; ``refusals`` the problem code it is refused with; ``pictures`` the drawings (SVG) by
    path.
    """

    def __init__(
        self, states: Mapping[str, Mapping[str, Any]], catalogue: Mapping[str, Any]
    ) -> None:
        self._states = states
        self._catalogue = to_builtins(convert(catalogue, CatalogueView))
        self._changed = threading.Condition()
        self._rev, self._state = 0, dict[str, Any]()
        self._asked = -1
        self._gone = False
        self.moves: dict[str, str] = {}
        self.refusals: dict[str, str] = {}
        self._answers: dict[str, Any] = {}
        self.pictures: dict[str, bytes] = {}
        self.writes: list[str] = []

    def show(self, name: str, **change: Any) -> None:
        """The next state every poll and every write is answered with."""
        state = convert({"rev": 0, **self._states[name], **change}, ScreenState)
        with self._changed:
            self._rev += 1
            self._state = {**to_builtins(state), "rev": self._rev}
            self._changed.notify_all()

    def answer(self, answers: Mapping[str, Any]) -> None:
        """What the corner is told from now on, by method and path."""
        self._answers |= {deed: in_its_words(deed, said) for deed, said in answers.items()}

    def go_away(self) -> None:
        """Every open and every later question finds nobody, until ``come_back``."""
        with self._changed:
            self._gone = True
            self._changed.notify_all()

    def come_back(self) -> None:
        with self._changed:
            self._gone = False

    def wait_until_seen(self, limit_s: float = 30.0) -> None:
        """Return once the page has taken the newest state: it asks for what follows it."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._asked == self._rev, limit_s):
                raise TimeoutError(f"the page never took revision {self._rev}")

    def get(self, path: str, query: Mapping[str, list[str]]) -> Any:
        """Raises LookupError where there is nothing."""
        match path:
            case "/v1/boot":
                return to_builtins(Boot("secret", "scripted"))
            case "/v1/catalogue":
                return self._catalogue
            case "/v1/state":
                return self._poll(int(query.get("rev", ["-1"])[0]))
        said = self._answers[f"GET {path}"]
        if "wait" in query:
            self._nobody_comes()
        return said

    def write(self, deed: str) -> tuple[int, Any]:
        """The status and body; nothing to say is None."""
        self.writes.append(deed)
        if deed in self.refusals:
            code = self.refusals[deed]
            return 409, {"status": 409, "title": code, "code": code, "type": "about:blank"}
        asked, _, wait = deed.partition("?")
        if asked in self._answers:
            if wait:
                self._nobody_comes()
            return 200 if self._answers[asked] is not None else 204, self._answers[asked]
        if deed in self.moves:
            self.show(self.moves[deed])
        with self._changed:
            return 200, self._state

    @property
    def gone(self) -> bool:
        return self._gone

    def _nobody_comes(self) -> None:
        """No badge, no code, for as long as a page waits for one."""
        with self._changed:
            self._changed.wait_for(lambda: self._gone, WAIT_S_MAX)

    def _poll(self, rev: int) -> dict[str, Any]:
        with self._changed:
            self._asked = rev
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._rev != rev or self._gone, WAIT_S_MAX)
            return self._state


class _Answer(BaseHTTPRequestHandler):
    """One request; ``agent`` and ``screens`` are set by the server that makes it."""

    protocol_version = "HTTP/1.1"
    agent: ScriptedAgent
    screens: Path

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path in self.agent.pictures:
            self._say(200, self.agent.pictures[parts.path], TYPES[".svg"])
            return
        if not parts.path.startswith("/v1/"):
            self._file(parts.path)
            return
        try:
            found = self.agent.get(parts.path, parse_qs(parts.query))
        except LookupError:
            self._say(404, b"{}")
            return
        self._say(200, json.encode(found))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", "0")))
        status, body = self.agent.write(f"{self.command} {self.path}")
        self._say(status, b"" if body is None else json.encode(body))

    do_PUT = do_POST  # noqa: N815 # the name the server looks for

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def _file(self, path: str) -> None:
        file = (self.screens / (path.lstrip("/") or "index.html")).resolve()
        if file.is_relative_to(self.screens) and file.is_file():
            self._say(200, file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))
        else:
            self._say(404, b"")

    def _say(self, status: int, body: bytes, kind: str = "application/json") -> None:
        if self.agent.gone:
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in {**POLICY, "content-type": kind}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A page that went away in the middle of an answer is no error."""


@contextmanager
def served(agent: ScriptedAgent, screens: Path = BUILT) -> Iterator[str]:
    """The address of the page that ``screens`` holds."""
    server = _Server(
        ("127.0.0.1", 0), type("Answer", (_Answer,), {"agent": agent, "screens": screens})
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        agent.go_away()
        server.shutdown()
        server.server_close()
        thread.join(5)
