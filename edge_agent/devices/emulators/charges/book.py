"""The charges and the money under them, as the PSP would have them; on disk before it is told.

A charge is made once under its txid. A removed or expired one takes no money by the rules, and all
the same it sometimes does: ``pay`` knows no rules.
"""

import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from msgspec import Struct, field, structs

from edge_agent.devices.emulators.charges.qr_text import dynamic_code
from edge_agent.devices.emulators.ledger import Ledger

FILE_NAME = "charges-ledger.jsonl"
GRACE_S = 30
"""Longer than asked for, so that the one who asked is the one who judges the time."""

Outcome = Literal["paid", "expires", "paid_late", "paid_twice", "silent", "slow", "unpaid"]
OUTCOMES: tuple[Outcome, ...] = (
    "paid", "expires", "paid_late", "paid_twice", "silent", "slow", "unpaid",
)  # fmt: skip


class Behaviour(Struct, frozen=True):
    """What customers do in ``auto``: one outcome a charge, then ``paid`` for ever. Each acts after
    ``delay_s``; what comes afterwards (late, twice) another ``after_s`` later.
    """

    mode: Literal["auto", "manual"] = "manual"
    script: tuple[Outcome, ...] = ()
    delay_s: float = 0.5
    after_s: float = 1.0


class Received(Struct, frozen=True):
    """One settled PIX."""

    end_to_end_id: str
    amount_minor: int
    paid_at_ms: int


class Charge(Struct, frozen=True):
    """One charge as it stands."""

    txid: str
    sale: str
    amount_minor: int
    currency: str
    expires_s: int
    made_ms: int
    br_code: str
    state: Literal["active", "expired", "removed"] = "active"
    received: list[Received] = field(default_factory=list)


class Book:
    """One PSP's charges; without a folder they last as long as the process."""

    def __init__(self, folder: Path | None) -> None:
        self._ledger = Ledger(Charge, folder / FILE_NAME if folder else None)

    def charges(self) -> list[Charge]:
        return self._ledger.entries()

    def find(self, txid: str) -> Charge | None:
        return self._ledger.get(txid)

    def make(
        self, txid: str, sale: str, amount_minor: int, currency: str, expires_s: int
    ) -> Charge:
        """A new charge under this txid."""
        url = f"pix.example.com/qr/v2/{txid}"
        code = dynamic_code(url, "LOJA TOTEM", "SAO PAULO", amount_minor)
        charge = Charge(txid, sale, amount_minor, currency, expires_s, now_ms(), code)
        return self._put(charge)

    def expire(self, txid: str) -> None:
        charge = self.find(txid)
        if charge is not None and charge.state == "active" and not charge.received:
            self._put(structs.replace(charge, state="expired"))

    def remove(self, charge: Charge) -> Charge:
        """Unless it is paid or over."""
        if charge.received or charge.state != "active":
            return charge
        return self._put(structs.replace(charge, state="removed"))

    def pay(self, txid: str, amount_minor: int | None = None) -> None:
        """A bank settles a PIX under this charge, whatever its state. Raises ValueError."""
        charge = self.find(txid)
        if charge is None:
            raise ValueError(f"no charge {txid}")
        amount = charge.amount_minor if amount_minor is None else amount_minor
        paid = Received(_end_to_end_id(), amount, now_ms())
        self._put(structs.replace(charge, received=[*charge.received, paid]))

    def answer(self, charge: Charge) -> dict[str, object]:
        """The ChargeState of the contract."""
        state = charge.state
        if state == "active" and now_ms() > charge.made_ms + 1000 * (charge.expires_s + GRACE_S):
            state = "expired"
        told: dict[str, object] = {
            "txid": charge.txid,
            "state": "paid" if charge.received else state,
            "br_code": charge.br_code,
        }
        if charge.received:
            first, *extras = charge.received
            told |= {
                "end_to_end_id": first.end_to_end_id,
                "paid_minor": first.amount_minor,
                "paid_at_ms": first.paid_at_ms,
                "extras": [structs.asdict(it) for it in extras],
            }
        return told

    def _put(self, charge: Charge) -> Charge:
        self._ledger.put(charge.txid, charge)
        return charge


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def _end_to_end_id() -> str:
    return f"E99999004{datetime.now(UTC):%Y%m%d%H%M}{secrets.token_hex(6)[:11]}"
