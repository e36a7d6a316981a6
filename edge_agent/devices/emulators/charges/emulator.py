"""Central's charge port on loopback, and the bank apps of the customers who pay its QR codes.

A person pays on the page, or customers do by themselves (``Behaviour``). Nothing here is money.
"""

import asyncio
import json
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from edge_agent.devices.emulators.charges.book import Behaviour, Book, Charge, Outcome, Received
from edge_agent.devices.emulators.charges.qr_text import static_code
from edge_agent.devices.emulators.front import Face, Front, Key

FAULTS = (
    "cut",
    "down",
    "mute",
    "drop_answer",
    "slow",
    "garbage",
    "refuse",
    "bad_checksum",
    "static_code",
)
PATH = "/v1/charges"
HEAD_MAX, BODY_MAX = 8192, 65536
PATIENCE_S = 30.0
SLOW_S = 2.0
SILENT_S = 20.0
ROWS_SHOWN = 12
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 409: "Conflict", 503: "Unavailable"}
KEYS = (
    Key("pay", "Pagar o último QR"),
    Key("pay_again", "Pagar outra vez"),
    Key("pay_code", "Pagar este código", "txid ou copia e cola"),
    Key("pay_other", "Pagar outro valor", "centavos"),
    Key("expire", "Vencer o último QR"),
)
Answer = tuple[int, bytes | None]


class ChargesEmulator:
    """``faults`` may be changed while it runs. Everything but the constructor runs on one loop."""

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        folder: Path | None = None,
        faults: Collection[str] = frozenset(),
    ) -> None:
        unknown = set(faults) - set(FAULTS)
        if unknown:
            raise ValueError(f"unknown faults {sorted(unknown)}; known: {', '.join(FAULTS)}")
        self.faults = set(faults)
        self._behaviour = behaviour or Behaviour()
        self._script = list(self._behaviour.script)
        self._book = Book(folder)
        self._servers: list[asyncio.Server] = []
        self._acts: set[asyncio.Task[None]] = set()
        self._quiet_until_s = 0.0
        self._is_slow = False

    def charges(self) -> list[Charge]:
        return self._book.charges()

    def received(self) -> list[Received]:
        """Every PIX that ever came: the witness."""
        return [paid for charge in self._book.charges() for paid in charge.received]

    def taken_minor(self) -> int:
        return sum(paid.amount_minor for paid in self.received())

    def pay(self, txid: str = "", amount_minor: int | None = None) -> None:
        """Somebody pays this charge, or the newest. Raises ValueError when there is none."""
        self._book.pay(txid or self._newest().txid, amount_minor)

    def expire(self) -> None:
        """The PSP closes the newest charge."""
        self._book.expire(self._newest().txid)

    async def start_tcp(self, port: int = 0) -> int:
        return await self._listen(self._serve, port)

    async def start_http(self, port: int = 0) -> int:
        """The page."""
        return await self._listen(Front(self._face, self._act).serve, port)

    async def stop(self) -> None:
        """Idempotent."""
        for server in self._servers:
            server.close()
        acts = tuple(self._acts)
        for act in acts:
            act.cancel()
        await asyncio.gather(*acts, return_exceptions=True)
        for server in self._servers:
            await server.wait_closed()
        self._servers.clear()

    async def _listen(self, serve: object, port: int) -> int:
        server = await asyncio.start_server(serve, "127.0.0.1", port)  # type: ignore[arg-type] # one of our two
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None, "a connection is served by a task"
        self._acts.add(talk)
        if "cut" in self.faults:
            writer.transport.abort()
        try:
            async with asyncio.timeout(PATIENCE_S):
                line, body = await _read(reader)
                status, answer = await self._answer(line, body)
                if answer is not None:
                    writer.write(_response(status, answer))
                    await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, ValueError):
            return
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._acts.discard(talk)
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, line: str, body: bytes) -> Answer:
        if "down" in self.faults:
            return 503, b'{"error":"down"}'
        if "mute" in self.faults or self._now_s() < self._quiet_until_s:
            return 0, None
        if "slow" in self.faults or self._is_slow:
            await asyncio.sleep(SLOW_S)
        method, path, _ = line.split(" ")
        status, answer = self._do(method, path, body)
        if "drop_answer" in self.faults:
            return 0, None
        return (200, b"<html>") if "garbage" in self.faults and status == 200 else (status, answer)

    def _do(self, method: str, path: str, body: bytes) -> Answer:
        txid = path.removeprefix(f"{PATH}/")
        if method == "GET" and path == PATH:
            return 200, b"{}"
        if txid == path or "/" in txid:
            return 404, b'{"error":"no such path"}'
        if method == "PUT":
            return self._make(txid, body)
        charge = self._book.find(txid)
        if charge is None:
            return 404, b'{"error":"no such charge"}'
        if method == "DELETE":
            charge = self._book.remove(charge)
        return 200, json.dumps(self._book.answer(charge)).encode()

    def _make(self, txid: str, body: bytes) -> Answer:
        try:
            asked = json.loads(body)
            amount_minor, expires_s = int(asked["amount_minor"]), int(asked["expires_s"])
            sale, currency = str(asked["sale"]), str(asked["currency"])
        except (ValueError, KeyError, TypeError):
            return 400, b'{"error":"malformed"}'
        if "refuse" in self.faults or asked.get("txid") != txid or not 26 <= len(txid) <= 35:
            return 400, b'{"error":"refused"}'
        known = self._book.find(txid)
        if known is not None and known.amount_minor != amount_minor:
            return 409, b'{"error":"the txid is another charge"}'
        if known is None:
            known = self._book.make(txid, sale, amount_minor, currency, expires_s)
            self._send_customer(txid)
        answer = self._book.answer(known)
        return 200, json.dumps(answer | {"br_code": self._code(known)}).encode()

    def _code(self, charge: Charge) -> str:
        if "static_code" in self.faults:
            key = "7d9f0335-8dcc-4054-9bf9-0dbd61d36906"
            return static_code(key, "LOJA TOTEM", "SAO PAULO", charge.amount_minor, "***")
        if "bad_checksum" in self.faults:
            return charge.br_code[:-4] + ("0000" if charge.br_code[-4:] != "0000" else "1111")
        return charge.br_code

    def _send_customer(self, txid: str) -> None:
        if self._behaviour.mode != "auto":
            return
        outcome: Outcome = self._script.pop(0) if self._script else "paid"
        act = asyncio.create_task(self._customer(txid, outcome))
        self._acts.add(act)
        act.add_done_callback(self._acts.discard)

    async def _customer(self, txid: str, outcome: Outcome) -> None:
        behaviour = self._behaviour
        self._is_slow = outcome == "slow"
        await asyncio.sleep(behaviour.delay_s)
        match outcome:
            case "paid" | "slow" | "paid_twice":
                self._book.pay(txid)
            case "expires" | "paid_late":
                self._book.expire(txid)
            case "silent":
                self._quiet_until_s = self._now_s() + SILENT_S
                self._book.pay(txid)
            case "unpaid":
                return
        if outcome in ("paid_twice", "paid_late"):
            await asyncio.sleep(behaviour.after_s)
            self._book.pay(txid)

    def _newest(self) -> Charge:
        charges = self._book.charges()
        if not charges:
            raise ValueError("no charge yet")
        return charges[-1]

    def _act(self, do: str, text: str) -> None:
        match do:
            case "pay" | "pay_again":
                self.pay()
            case "pay_code":
                found = [it for it in self._book.charges() if text in (it.txid, it.br_code)]
                if not found:
                    raise ValueError("no charge has this code")
                self.pay(found[0].txid)
            case "pay_other":
                self.pay(amount_minor=int(text))
            case "expire":
                self.expire()
            case _:
                raise ValueError(f"unknown act {do}")

    def _face(self) -> Face:
        charges = self._book.charges()
        shown = charges[-1] if charges else None
        lines = ["Nenhuma cobrança ainda"]
        if shown is not None:
            lines = [_amount(shown.amount_minor), _state(shown), shown.br_code]
        rows = [
            [it.txid[:8], _amount(it.amount_minor), _state(it), it.sale]
            for it in charges[: -ROWS_SHOWN - 1 : -1]
        ]
        return Face("App do banco (PIX)", lines, list(KEYS), rows)

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()


def _amount(minor: int) -> str:
    return f"R$ {minor // 100},{minor % 100:02d}"


def _state(charge: Charge) -> str:
    words = {"active": "aguardando", "expired": "vencida", "removed": "removida"}
    times = len(charge.received)
    return words[charge.state] if not times else "paga" if times == 1 else f"paga {times} vezes"


async def _read(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """Request line and body. Raises ValueError on anything too long."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rows = head.rstrip().split("\r\n")
    pairs = (row.partition(":") for row in rows)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", "0"))
    if len(head) > HEAD_MAX or not 0 <= length <= BODY_MAX or len(line.split(" ")) != 3:
        raise ValueError("request too long or odd")
    return line, await reader.readexactly(length)


def _response(status: int, body: bytes) -> bytes:
    return (
        f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode() + body
