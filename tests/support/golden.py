"""One worked day in exact bytes: what tests/unit/golden/v1.json holds, made again from the code.

``python -m tests.support.golden`` writes the file once for a new version; no test ever writes it.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import UNSET, json, structs
from msgspec.inspect import type_info

from sync_protocol import chain, codec, events, seal, signing
from sync_protocol.events import TYPES, Body, Event, Origin, encode_body
from sync_protocol.feed import Command, FeedItem, FeedPage, encode_item
from sync_protocol.ids import crockford, name_of
from sync_protocol.messages import (
    Ack,
    Applied,
    Declared,
    EnrolAnswer,
    EnrolRequest,
    EpochAnswer,
    EpochRequest,
    ForensicReceipt,
    Grant,
    Head,
    Held,
    JournalPage,
    Next,
    ProblemDocument,
    Push,
    PushAnswer,
    SealAnswer,
)
from sync_protocol.seal import Leaf

FILE = Path(__file__).parents[1] / "unit" / "golden" / "v1.json"
TOTEM_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CENTRAL_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
DAY, WALL_MS = "2026-11-24", 1_795_500_000_000
TOTEM, CNPJ = "VCLARA1", "12345678000195"


def golden() -> dict[str, Any]:
    """Every vector, bytes in hex."""
    grant = _grant(1, [], "A")
    journal = Journal(grant)
    sale = _sell(journal)
    first_day = journal.seal("2026-11-24", 0)
    push = journal.push()
    ack = _ack(journal)
    answer = PushAnswer(
        ack, [], Next(0, 500, "nonce"), {"org": 3}, [SealAnswer(1, first_day, "confirmed")]
    )
    return {
        "keys": {"totem": _public(TOTEM_KEY), "central": _public(CENTRAL_KEY)},
        "bytes": _framed(grant, journal, push),
        "hashes": {
            "genesis": chain.genesis(grant).hex(),
            "events": [digest.hex() for digest in journal.hashes],
            "merkle": {
                str(size): seal.root([Leaf(1, n, bytes([n]) * 32) for n in range(size)]).hex()
                for size in range(6)
            },
        },
        "names": {"sale": sale, "crockford": crockford(bytes(range(5)))},
        "signatures": {
            "grant": grant.sig.hex(),
            "head": push.head.sig.hex(),
            "ack": ack.sig.hex(),
        },
        "wire": {
            "push": codec.encode_push(push, bytes).hex(),
            "push_answer": codec.encode_answer(answer).hex(),
            "page": codec.encode_page(
                JournalPage(1, 1, chain.genesis(grant), journal.events[:3], _held(journal))
            ).hex(),
        },
        "json": _documents(grant, journal),
        "events": {f"{name}.{tver}": _sample(kind) for (name, tver), kind in TYPES.items()},
    }


class Journal:
    """A chain under a grant."""

    def __init__(self, grant: Grant) -> None:
        self.grant = grant
        self.events: list[Event] = []
        self.hashes: list[bytes] = []
        self.append(events.EpochOpened(json.encode(grant).decode(), grant.instance_id))

    def append(self, body: Body, origin: Origin | None = None) -> str:
        seq = len(self.events) + 1
        last = self.hashes[-1] if self.hashes else chain.genesis(self.grant)
        event = Event(
            seq,
            type(body).__name__,
            1,
            WALL_MS + seq * 1000,
            "boot",
            seq * 1000,
            DAY,
            encode_body(body),
            origin,
        )
        self.events.append(event)
        self.hashes.append(chain.event_hash(last, event))
        return name_of(TOTEM, self.grant.epoch, seq, self.hashes[-1])

    def seal(self, day: str, before_minor: int) -> int:
        leaves = [
            Leaf(1, event.seq, it) for event, it in zip(self.events, self.hashes, strict=True)
        ]
        ranges = [events.SealedRange(*it) for it in seal.ranges(leaves)]
        root = seal.root(leaves).hex()
        sums = {"debit": 4500}
        self.append(events.DaySealed(day, ranges, len(leaves), sums, before_minor + 4500, root))
        return len(self.events)

    def push(self) -> Push:
        declared = Declared(len(self.events), self.hashes[-1], {"debit": 4500})
        signed = chain.head_bytes(
            TOTEM, self.grant.epoch, len(self.events), self.hashes[-1], declared
        )
        head = Head(len(self.events), self.hashes[-1], "totem", TOTEM_KEY.sign(signed))
        applied = {"org": Applied(3, "ab" * 32)}
        return Push(
            self.grant.epoch, 1, chain.genesis(self.grant), self.events, head, declared, applied
        )


def _sell(journal: Journal) -> str:
    sale = journal.append(events.SaleOpened("pt"))
    line = events.Line("blood", "Hemograma", 1, 4500, 4500, CNPJ)
    journal.append(events.SalePriced(sale, 3, "debit", "BRL", 4500, [line]))
    payment = journal.append(events.PaymentRequested(sale, "debit", "BRL", 4500, "reader"))
    proof = events.CardProof("453211******0366", "VISA", "A0000000032010", "01020304", "0001", "S1")
    journal.append(events.PaymentStoredOffline(payment, sale, "BRL", 4500, "debit", proof))
    journal.append(events.SaleSettled(sale, "debit", "BRL", 4500, {CNPJ: 4500}, payment))
    ticket = journal.append(events.TicketIssued(sale, "CA001", "A", "C", 1, "paid"))
    job = journal.append(events.PrintQueued(sale, ticket, "ticket"))
    journal.append(events.PrintStarted(job, "printer", "!!!!"))
    journal.append(events.PrintFinished(job, "printed"))
    journal.append(events.SaleFulfilled(sale))
    journal.append(events.SaleClosed(sale))
    return sale


def _framed(grant: Grant, journal: Journal, push: Push) -> dict[str, str]:
    head = push.head
    covered = signing.Covered(
        "POST", "/v1/totems/VCLARA1/journal", "", signing.content_digest(b"x"), "n", "totem-central"
    )
    found = {
        "nothing": chain.framed("t"),
        "absent": chain.framed("t", None, "", 0, b"\x00"),
        "grant": chain.grant_bytes(grant),
        "grant_with_parents": chain.grant_bytes(_grant(2, ["1:13:" + "ab" * 32], "B")),
        "head": chain.head_bytes(TOTEM, 1, head.seq, head.hash, push.declared),
        "ack": chain.ack_bytes(TOTEM, 1, head.seq, head.hash, 1),
        "enrol": chain.enrol_bytes("0123456789AB", bytes(32), "board-1"),
        "nonce": chain.nonce_bytes(TOTEM, 1),
        "ticket": chain.ticket_bytes("VCLARA1-1-7-00000000", "CA001", DAY, "paid", 4500),
        "signature_base": signing.signature_base(covered, "VCLARA1:ab"),
    }
    return {name: raw.hex() for name, raw in found.items()}


def _documents(grant: Grant, journal: Journal) -> dict[str, str]:
    request = EpochRequest("board-1", "boot", "nonce-2", "fork", [_held(journal)], [grant])
    answer = EpochAnswer(_grant(2, [], "B"), [_held(journal)], 1)
    return {
        "grant": json.encode(grant).decode(),
        "epoch_request": json.encode(request).decode(),
        "epoch_answer": json.encode(answer).decode(),
        "feed_page": json.encode(_feed_page()).decode(),
        "problem": json.encode(
            ProblemDocument(
                "urn:totem:problem:gap",
                "Events are missing",
                409,
                "why",
                "gap",
                "n",
                _held(journal),
            )
        ).decode(),
        "forensic_receipt": json.encode(ForensicReceipt(13)).decode(),
        "enrol_request": json.encode(
            EnrolRequest("0123456789AB", bytes(32), "board-1", bytes(64))
        ).decode(),
        "enrol_answer": json.encode(
            EnrolAnswer(TOTEM, "Recepção", "clara", "Clara", grant, {"k": bytes(32)}, "n", ["org"])
        ).decode(),
    }


def _feed_page() -> FeedPage:
    command = encode_item(Command("c1", "sync", 1, WALL_MS))
    items = [
        FeedItem("org", 3, 2, "put", "brand", b"{}", sha256(b"{}").digest()),
        FeedItem("org", 4, 3, "del", "brand", b"", sha256(b"").digest()),
        FeedItem("totem:V", 1, 0, "command", "command/c1", command, sha256(command).digest()),
    ]
    return FeedPage(items, {"org": 4, "totem:V": 1}, True, 1)


def _grant(epoch: int, parents: list[str], series: str) -> Grant:
    bare = Grant(TOTEM, "board-1", epoch, parents, series, 1, f"nonce-{epoch}", "central", b"")
    return structs.replace(bare, sig=CENTRAL_KEY.sign(chain.grant_bytes(bare)))


def _ack(journal: Journal) -> Ack:
    seq, digest = len(journal.events), journal.hashes[-1]
    return Ack(
        1, seq, digest, 1, "central", CENTRAL_KEY.sign(chain.ack_bytes(TOTEM, 1, seq, digest, 1))
    )


def _held(journal: Journal) -> Held:
    return Held(1, len(journal.events), journal.hashes[-1])


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _sample(kind: type[Body]) -> str:
    """One body of this type with every field, as a totem writes it."""
    made: dict[str, Callable[[], object]] = {
        "lines": lambda: [events.Line("blood", "Hemograma", 1, 4500, 4500, CNPJ)],
        "proof": lambda: events.CardProof("453211******0366", "VISA", "A0", "01", "0001", "S1"),
        "by_entity": lambda: {CNPJ: 4500},
        "ranges": lambda: [events.SealedRange(1, 1, 9)],
        "sums_by_method": lambda: {"debit": 4500},
        "currency": lambda: "BRL",
        "method": lambda: "debit",
        "document": lambda: "ticket",
        "channel": lambda: "email",
        "outcome": lambda: "printed" if kind is events.PrintFinished else "succeeded",
        "payment": lambda: "VCLARA1-1-4-00000000",
        "sale": lambda: "VCLARA1-1-2-00000000",
        "kind": lambda: "paid" if kind is events.TicketIssued else "print_in_doubt",
        "total_minor": lambda: 4500,
        "amount_minor": lambda: 4500 if kind is events.RefundRequested else 7,
        "confirm": lambda: "none",
        "instalments": lambda: 1,
        "txid": lambda: "7978c0c97ea847e78e8849634473c1f1",
        "notes": lambda: {"last_receipt": "0042"},
        "two_phase": lambda: True,
        "by": lambda: "" if kind in (events.PrintQueued, events.CaseClosed) else "text",
        "priority": lambda: UNSET,
    }
    info: Any = type_info(kind)
    values = {
        field.name: made[field.name]() if field.name in made else _plain(field.type)
        for field in info.fields
    }
    return encode_body(
        kind(**{name: it for name, it in values.items() if it is not UNSET})
    ).decode()


def _plain(kind: Any) -> object:
    return 7 if type(kind).__name__ == "IntType" else "text"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(json.format(json.encode(golden()), indent=1) + b"\n")
