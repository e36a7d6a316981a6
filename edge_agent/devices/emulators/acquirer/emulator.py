"""The far end of stored card payments: takes or refuses each once, whatever is repeated.

A payment is known by its idempotency key; the verdict is on disk before it is answered. The same
key with another amount is refused as a conflict and noted.
"""

import asyncio
import json
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NamedTuple

FILE_NAME = "acquirer-ledger.jsonl"
FAULTS = ("down", "mute", "drop_answer", "slow", "garbage")
HEAD_MAX, BODY_MAX = 8192, 65536
PATIENCE_S = 5.0
SLOW_S = 1.0
REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 409: "Conflict", 503: "Unavailable"}


class Entry(NamedTuple):
    """One payment as this gateway holds it."""

    key: str
    amount_minor: int
    currency: str
    outcome: str
    reason: str
    asked: int


class AcquirerEmulator:
    """``decide(key, amount_minor)`` returns an empty string to accept, else the reason to decline.
    ``faults`` may be changed while it runs.
    """

    def __init__(
        self,
        folder: Path | None = None,
        decide: Callable[[str, int], str] = lambda key, amount_minor: "",
        faults: Collection[str] = frozenset(),
    ) -> None:
        unknown = set(faults) - set(FAULTS)
        if unknown:
            raise ValueError(f"unknown faults {sorted(unknown)}; known: {', '.join(FAULTS)}")
        self.faults = set(faults)
        self.conflicts: list[str] = []
        self._decide = decide
        self._path = folder / FILE_NAME if folder else None
        self._entries: dict[str, Entry] = {}
        self._server: asyncio.Server | None = None
        self._load()

    def ledger(self) -> list[Entry]:
        return list(self._entries.values())

    def taken_minor(self) -> int:
        return sum(it.amount_minor for it in self._entries.values() if it.outcome == "accepted")

    async def start_tcp(self, port: int = 0) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Idempotent."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                line, headers, body = await _read(reader)
                status, answer = await self._answer(line, headers, body)
                if answer is not None:
                    writer.write(_response(status, answer))
                    await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, ValueError):
            return
        finally:
            writer.close()

    async def _answer(
        self, line: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, bytes | None]:
        if "down" in self.faults:
            return 503, b'{"error":"down"}'
        if "mute" in self.faults:
            return 0, None
        if "slow" in self.faults:
            await asyncio.sleep(SLOW_S)
        if not line.startswith("POST /v1/stored-payments "):
            return 404, b'{"error":"no such path"}'
        status, answer = self._take(headers.get("idempotency-key", ""), body)
        if "drop_answer" in self.faults:
            return 0, None
        return (200, b"<html>") if "garbage" in self.faults else (status, answer)

    def _take(self, key: str, body: bytes) -> tuple[int, bytes]:
        try:
            asked = json.loads(body)
            amount_minor, currency = int(asked["amount_minor"]), str(asked["currency"])
        except (ValueError, KeyError, TypeError):
            return 400, b'{"error":"malformed"}'
        if not key or asked.get("payment") != key:
            return 400, b'{"error":"the key is not the payment"}'
        known = self._entries.get(key)
        if known is not None and known.amount_minor != amount_minor:
            self.conflicts.append(key)
            return 409, b'{"error":"the key is another payment"}'
        if known is None:
            reason = self._decide(key, amount_minor)
            outcome = "declined" if reason else "accepted"
            known = Entry(key, amount_minor, currency, outcome, reason, 0)
        known = known._replace(asked=known.asked + 1)
        self._keep(known)
        reference = f"E{len(self._entries):08d}"
        verdict = {"outcome": known.outcome, "reference": reference, "reason": known.reason}
        return 200, json.dumps(verdict).encode()

    def _keep(self, entry: Entry) -> None:
        self._entries[entry.key] = entry
        if self._path is None:
            return
        with self._path.open("ab") as file:
            file.write(json.dumps(entry._asdict()).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _load(self) -> None:
        if self._path is None or not self._path.exists():
            return
        for line in self._path.read_bytes().split(b"\n"):
            try:
                entry = Entry(**json.loads(line))
            except (ValueError, TypeError):
                continue
            self._entries[entry.key] = entry


async def _read(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    """Request line, headers, body. Raises ValueError on anything too long."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rows = head.rstrip().split("\r\n")
    pairs = (row.partition(":") for row in rows)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    length = int(headers.get("content-length", "0"))
    if len(head) > HEAD_MAX or not 0 <= length <= BODY_MAX:
        raise ValueError("request too long")
    return line, headers, await reader.readexactly(length)


def _response(status: int, body: bytes) -> bytes:
    return (
        f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode() + body
