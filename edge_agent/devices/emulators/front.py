"""A plain page for an emulated device: what it shows, what a person can do, what it charged.

Loopback only, three routes, no framework. A foreign site cannot press its keys: the Host must be
loopback and an act must be JSON, which a browser does not send across sites unasked.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

PAGE = Path(__file__).with_name("front.html")
HEAD_MAX = 8192
BODY_MAX = 4096
PATIENCE_S = 5.0
HOSTS = ("127.0.0.1", "localhost")
REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
JSON = "application/json"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"
)


class Act(Struct, forbid_unknown_fields=True):
    """What a person does; ``text`` where the act needs one."""

    do: str
    text: str = ""


class Key(Struct, frozen=True):
    """One button of the page. ``asks`` is the label of its text field, empty for none."""

    do: str
    label: str
    asks: str = ""


class Face(Struct, frozen=True):
    """The page: a title, what the device shows, its buttons, and rows of what happened."""

    title: str
    lines: list[str]
    keys: list[Key]
    rows: list[list[str]]


class Front:
    """Serves one device. ``act`` raises ValueError for what the device does not know."""

    def __init__(self, face: Callable[[], Face], act: Callable[[str, str], None]) -> None:
        self._face = face
        self._act = act

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                line, headers, body = await _read(reader)
            status, kind, content = self._answer(line, headers, body)
            writer.write(_head(status, kind, len(content)) + content)
            await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, ValueError):
            return
        finally:
            writer.close()

    def _answer(self, line: str, headers: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        if headers.get("host", "").rpartition(":")[0] not in HOSTS:
            return 403, JSON, b'{"error":"loopback only"}'
        match line.split(" ")[:2]:
            case ["GET", "/"]:
                return 200, "text/html; charset=utf-8", PAGE.read_bytes()
            case ["GET", "/state.json"]:
                return self._state()
            case ["POST", "/act"] if headers.get("content-type", "").split(";")[0] == JSON:
                return self._do(body)
        return 404, JSON, b'{"error":"no such page"}'

    def _do(self, body: bytes) -> tuple[int, str, bytes]:
        try:
            act = msgspec.json.decode(body, type=Act)
            self._act(act.do, act.text)
        except (msgspec.DecodeError, ValueError) as error:
            return 400, JSON, msgspec.json.encode({"error": str(error)})
        return self._state()

    def _state(self) -> tuple[int, str, bytes]:
        return 200, JSON, msgspec.json.encode(self._face())


async def _read(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    """Raises ValueError on anything longer or odder than this page ever sends."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rows = head.rstrip().split("\r\n")
    pairs: list[Any] = [row.partition(":") for row in rows]
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", "0"))
    if len(head) > HEAD_MAX or not 0 <= length <= BODY_MAX:
        raise ValueError("request too long")
    return line, headers, await reader.readexactly(length)


def _head(status: int, kind: str, length: int) -> bytes:
    return (
        f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {length}\r\nCache-Control: no-store\r\nConnection: close\r\n"
        f"Content-Security-Policy: {POLICY}\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    ).encode("latin-1")
