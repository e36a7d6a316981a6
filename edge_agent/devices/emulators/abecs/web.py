"""The pinpad's face on loopback HTTP: a drawn pinpad, its state, and the few things a person can do
to it.

Three routes and no framework: it is a tool of one person on one machine. A foreign site cannot
press its keys: the Host must be loopback and an act must be JSON, which a browser does not send
across sites unasked.
"""

import asyncio
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from edge_agent.devices.emulators.abecs.customer import Customer, Outcome
from edge_agent.devices.emulators.abecs.panel import Key, Panel
from edge_agent.devices.emulators.abecs.witness import Witness

PAGE = Path(__file__).with_name("page.html")
HEAD_MAX = 8192
BODY_MAX = 1024
PATIENCE_S = 5.0
APPROVALS_SHOWN = 8
HOSTS = ("127.0.0.1", "localhost")
REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'"
)


INSERTED: dict[str, Outcome] = {"insert_ok": "approve_offline", "insert_declined": "decline"}
TAPPED: dict[str, Outcome] = {
    "tap": "tap",
    "tap_two_cards": "tap_two_cards",
    "tap_pulled_away": "tap_pulled_away",
    "tap_phone": "tap_phone",
}


class Act(Struct, forbid_unknown_fields=True):
    """What a person does to the pinpad: ``key`` says which one is pressed, ``item`` which of a
    menu, from 1."""

    do: Literal[
        "insert_ok",
        "insert_declined",
        "remove",
        "cancel",
        "tap",
        "tap_two_cards",
        "tap_pulled_away",
        "tap_phone",
        "swipe",
        "key",
        "choose",
    ]
    key: Key = "ok"
    item: int = 0


class _Request(Struct, frozen=True):
    line: str
    headers: dict[str, str]
    body: bytes


class Front:
    """Shows the panel and acts on it like a customer."""

    def __init__(self, serial: str, panel: Panel, customer: Customer, witness: Witness) -> None:
        self._serial = serial
        self._panel = panel
        self._customer = customer
        self._witness = witness

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                request = await _read(reader)
            status, kind, body = self._answer(request)
            writer.write(_head(status, kind, len(body)) + body)
            await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, ValueError):
            return
        finally:
            writer.close()

    def state(self) -> dict[str, Any]:
        inserted = self._panel.inserted
        approvals = self._witness.approvals()
        return {
            "serial": self._serial,
            "mode": self._customer.behaviour.mode,
            "display": self._panel.lines,
            "prompt": self._panel.prompt,
            "ways": sorted(self._panel.asked.ways),
            "options": self._panel.asked.options,
            "card": {"brand": inserted.card.brand, "pan": inserted.card.masked()}
            if inserted
            else None,
            "approved_count": len(approvals),
            "approved_minor": sum(approval.amount_minor for approval in approvals),
            "approvals": approvals[: -APPROVALS_SHOWN - 1 : -1],
        }

    def act(self, act: Act) -> None:
        if act.do in INSERTED:
            self._customer.insert_card(INSERTED[act.do])
        elif act.do in TAPPED:
            self._customer.present_card("antenna", TAPPED[act.do])
        match act.do:
            case "swipe":
                self._customer.present_card("stripe")
            case "remove":
                self._panel.remove()
            case "cancel":
                self._panel.cancel()
            case "key":
                self._panel.press(act.key)
            case "choose":
                self._panel.choose(act.item)

    def _answer(self, request: _Request) -> tuple[int, str, bytes]:
        json = "application/json"
        if request.headers.get("host", "").rpartition(":")[0] not in HOSTS:
            return 403, json, b'{"error":"loopback only"}'
        match request.line.split(" ")[:2]:
            case ["GET", "/"]:
                return 200, "text/html; charset=utf-8", PAGE.read_bytes()
            case ["GET", "/state.json"]:
                return 200, json, msgspec.json.encode(self.state())
            case ["POST", "/act"]:
                return self._answer_act(request)
        return 404, json, b'{"error":"no such page"}'

    def _answer_act(self, request: _Request) -> tuple[int, str, bytes]:
        json = "application/json"
        if request.headers.get("content-type", "").split(";")[0] != json:
            return 403, json, b'{"error":"JSON only"}'
        try:
            act = msgspec.json.decode(request.body, type=Act)
        except msgspec.DecodeError as error:
            return 400, json, msgspec.json.encode({"error": str(error)})
        self.act(act)
        return 200, json, msgspec.json.encode(self.state())


async def _read(reader: asyncio.StreamReader) -> _Request:
    """Raises ValueError on anything longer or odder than this page ever sends."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.LimitOverrunError as error:
        raise ValueError("head too long") from error
    line, *rows = head.rstrip().split("\r\n")
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (row.partition(":") for row in rows)
    }
    length = int(headers.get("content-length", "0"))
    if len(head) > HEAD_MAX or not 0 <= length <= BODY_MAX:
        raise ValueError("request too long")
    return _Request(line, headers, await reader.readexactly(length))


def _head(status: int, kind: str, length: int) -> bytes:
    return (
        f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {length}\r\nCache-Control: no-store\r\nConnection: close\r\n"
        f"Content-Security-Policy: {POLICY}\r\nX-Content-Type-Options: nosniff\r\n\r\n"
    ).encode("latin-1")
