"""The printer on a web page: its papers as pictures, its knobs as buttons. On 127.0.0.1 only.

Promise: one request a connection, small and bounded; deeds only as JSON by POST, so that no other
site's page can press a button.
"""

import asyncio
from importlib.resources import files
from typing import Any, Protocol

import msgspec
from msgspec import Struct

HEAD_MAX = 8_192
BODY_MAX = 4_096
REQUEST_S = 5.0
PAGE = files(__package__).joinpath("page.html").read_bytes()
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 415: "Unsupported Media Type"}


class Shown(Protocol):
    """What the page needs of the emulator."""

    def state(self) -> Any: ...

    def render(self, number: int) -> bytes: ...

    def act(self, deed: str) -> None: ...


class Deed(Struct, forbid_unknown_fields=True):
    do: str


class Reply(Struct, frozen=True):
    status: int
    kind: str
    body: bytes


class Request(Struct, frozen=True):
    method: str
    path: str
    kind: str
    body: bytes


def respond(shown: Shown, request: Request) -> Reply:
    """The reply to one request; never raises for what a browser can send."""
    if (request.method, request.path) == ("GET", "/"):
        return Reply(200, "text/html; charset=utf-8", PAGE)
    if (request.method, request.path) == ("GET", "/state.json"):
        return _json(shown)
    if (request.method, request.path) == ("POST", "/act"):
        return _act(shown, request)
    if request.method == "GET" and request.path.startswith("/papers/"):
        return _paper(shown, request.path)
    return _refusal(404, "não existe")


def _paper(shown: Shown, path: str) -> Reply:
    number = path.removeprefix("/papers/").removesuffix(".png")
    if not (number.isascii() and number.isdecimal()):
        return _refusal(404, "não existe")
    try:
        return Reply(200, "image/png", shown.render(int(number)))
    except KeyError:
        return _refusal(404, f"não há papel {number}")


def _act(shown: Shown, request: Request) -> Reply:
    if request.kind.split(";")[0].strip() != "application/json":
        return _refusal(415, "mande JSON")
    try:
        shown.act(msgspec.json.decode(request.body, type=Deed).do)
    except (msgspec.DecodeError, ValueError) as error:
        return _refusal(400, str(error))
    return _json(shown)


def _json(shown: Shown) -> Reply:
    return Reply(200, "application/json", msgspec.json.encode(shown.state()))


def _refusal(status: int, why: str) -> Reply:
    return Reply(status, "application/json", msgspec.json.encode({"error": why}))


async def answer(shown: Shown, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection: one request, one reply, closed."""
    try:
        async with asyncio.timeout(REQUEST_S):
            reply = respond(shown, await _request(reader))
            writer.write(_head(reply) + reply.body)
            await writer.drain()
    except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError):
        return
    finally:
        writer.close()


async def _request(reader: asyncio.StreamReader) -> Request:
    head = (await _upto_blank_line(reader)).decode("latin-1").split("\r\n")
    method, _, rest = head[0].partition(" ")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in head[1:])
    }
    size = int(headers.get("content-length", "0"))
    if not 0 <= size <= BODY_MAX:
        raise ValueError("body too large")
    path = rest.split(" ")[0].split("?")[0]
    body = await reader.readexactly(size)
    return Request(method, path, headers.get("content-type", ""), body)


async def _upto_blank_line(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise ValueError("head too large") from error
    if len(head) > HEAD_MAX:
        raise ValueError("head too large")
    return head


def _head(reply: Reply) -> bytes:
    lines = (
        f"HTTP/1.1 {reply.status} {REASONS[reply.status]}",
        f"Content-Type: {reply.kind}",
        f"Content-Length: {len(reply.body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
