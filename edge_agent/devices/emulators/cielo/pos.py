"""What the POS says and keeps: messages, sequence numbers, and payments that wait for the kiosk's
word. No sockets here.

A payment is kept when the kiosk answers status 0, undone when it answers anything else or when the
kiosk cannot be reached to be told. One that was told and not answered stays pending until the next
session, where the kiosk says what it answered last: its own numbers with status 0 keep it, anything
else undoes it.
"""

import json
from typing import Any, Literal

from msgspec import Struct, structs

from edge_agent.devices.emulators.ledger import Ledger

State = Literal["pending", "kept", "undone"]
Decision = Literal["approve", "decline", "cancel"]
Message = dict[str, Any]
STATUS = {"approve": 0, "cancel": 3, "decline": 21}

FAULTS = (
    "split_bytes",
    "fragment_gap",
    "curly_quotes",
    "wrong_length",
    "garbage",
    "drop_after_init",
    "drop_before_end",
    "drop_after_end",
    "no_end",
    "late_end",
    "duplicate_end",
    "unknown_seq_ac",
    "partial_amount",
    "decline",
    "customer_cancel",
    "comm_error",
    "other_pos",
    "not_allowed_pos",
    "never_closes",
    "power_cycle",
    "forget_on_restart",
    "sequence_wrap",
    "clock_skew",
)
"""Names of what can go wrong; set them live."""


class Behaviour(Struct, frozen=True):
    """``auto``: somebody starts a payment at the POS again and again, and the customer does by
    ``script`` (the last one for ever); ``manual``: a person presses the keys on the page.
    """

    mode: Literal["auto", "manual"] = "auto"
    script: tuple[Decision, ...] = ("approve",)


class Timing(Struct, frozen=True):
    """Seconds: between sessions, the card, answers to init and end, between reconnections, and the
    gap that breaks a message.
    """

    knock_s: float = 1.0
    card_s: float = 2.0
    init_s: float = 3.0
    end_s: float = 60.0
    again_s: float = 5.0
    gap_s: float = 1.5
    late_s: float = 30.0

    def scaled(self, factor: float) -> "Timing":
        return Timing(*(max(0.01, value * factor) for value in structs.astuple(self)))


class Payment(Struct, frozen=True):
    """One authorisation of this POS; ``told``: the kiosk was sent its end."""

    pos_id: str
    seq_pos: str
    seq_ac: str
    amount_minor: int
    nsu: str
    state: State
    told: bool = False


class Pos:
    """The memory of one POS, durable in its ledger."""

    def __init__(self, pos_id: str, ledger: Ledger[Payment]) -> None:
        self.pos_id = pos_id
        self.ledger = ledger
        self.errors: list[str] = []
        self._seq = max([int(it.seq_pos) for it in ledger.entries()], default=18_724)

    def start(self) -> None:
        """After power-on: what the kiosk never heard of is undone."""
        for it in self.ledger.entries():
            if it.state == "pending" and not it.told:
                self.move(it, "undone")

    def pending(self) -> Payment | None:
        return next((it for it in self.ledger.entries() if it.state == "pending"), None)

    def wrap(self) -> None:
        """The next session is number 1 again."""
        self._seq = 0

    def init(self) -> Message:
        """A new session."""
        self._seq += 1
        return {
            "msg_id": "CmdInitSession",
            "pos_id": self.pos_id,
            "seq_pos": f"{self._seq:08d}",
        }

    def hear_last(self, answer: Message) -> None:
        """What the kiosk answered last decides what is still pending."""
        one, last = self.pending(), answer.get("last_endsession")
        is_new_session = str(answer.get("status")) == "0"
        if one is None or not (last or is_new_session):
            return
        last = last or {}
        is_same = (last.get("seq_pos"), last.get("seq_ac")) == (one.seq_pos, one.seq_ac)
        is_kept = is_same and str(last.get("status")) == "0"
        self.move(one, "kept" if is_kept else "undone")

    def check_init(self, asked: Message, answer: Message) -> None:
        """Notes what a POS would object to."""
        for name in ("pos_id", "seq_pos"):
            if answer.get(name) != asked[name]:
                self.errors.append(f"RspInitSession says {name} {answer.get(name)!r}")
        if str(answer.get("status")) != "0":
            return
        amount = (answer.get("transaction") or {}).get("amount")
        if not isinstance(amount, str) or not amount.isdecimal():
            self.errors.append(f"RspInitSession says amount {amount!r}")
        if not str(answer.get("seq_ac", "")).isdecimal():
            self.errors.append(f"RspInitSession says seq_ac {answer.get('seq_ac')!r}")

    def authorise(self, asked: Message, answer: Message, *, partial: bool) -> Payment:
        """The acquirer said yes: on disk before the kiosk hears of it."""
        amount = int(answer["transaction"]["amount"]) - (100 if partial else 0)
        nsu = f"{len(self.ledger.entries()) + 1:06d}"
        one = Payment(self.pos_id, asked["seq_pos"], str(answer["seq_ac"]), amount, nsu, "pending")
        self.ledger.put(one.seq_pos, one)
        return one

    def end(self, asked: Message, answer: Message, one: Payment | None, status: int) -> Message:
        """How the session ended, for the kiosk."""
        message: Message = {
            "msg_id": "CmdEndSession",
            "pos_id": self.pos_id,
            "seq_pos": asked["seq_pos"],
            "seq_ac": str(answer["seq_ac"]),
            "status": status,
            "pos_sn": f"SN{self.pos_id}",
        }
        if one is not None:
            message["transaction"] = {
                "amount": str(one.amount_minor),
                "prod_pri": "DEBITO",
                "prod_sec": "VISA ELECTRON",
                "nsu": one.nsu,
                "aut": "A1B2C3",
                "timestamp": "20261124101532",
                "receipt_cli": ["CIELO - VIA CLIENTE", f"VALOR {one.amount_minor / 100:.2f}"],
            }
        return message

    def move(self, one: Payment, state: State) -> None:
        self.ledger.put(one.seq_pos, structs.replace(one, state=state))

    def tell(self, one: Payment) -> Payment:
        told = structs.replace(one, told=True)
        self.ledger.put(one.seq_pos, told)
        return told


def packed(message: Message) -> bytes:
    """Two bytes of length, high first, and the JSON."""
    body = json.dumps(message, ensure_ascii=False).encode()
    return len(body).to_bytes(2, "big") + body
