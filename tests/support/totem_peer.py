"""A totem as central sees it: a key, a journal in memory, and signed requests over a real socket.

It knows the contract and nothing of the agent. Every part of a request can be spoilt on its way.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlencode

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import json, structs

from central.services.zstd import compress
from sync_protocol import accounts, chain, codec, events, signing
from sync_protocol.events import Body, Event, encode_body
from sync_protocol.feed import FeedPage
from sync_protocol.ids import name_of
from sync_protocol.messages import (
    Declared,
    EnrolAnswer,
    EnrolRequest,
    Head,
    ProblemDocument,
    Push,
    PushAnswer,
)

ENTITY = "11.222.333/0001-81"
DAY = "2026-06-10"
WALL_MS = 1_781_100_000_000
PROOF = events.CardProof("516292******0004", "Mastercard", "A0000000041010", "0A1B", "07", "SN1")


@dataclass
class Peer:
    """One totem. ``journal`` and ``hashes`` are parallel; seq is place + 1."""

    http: httpx.Client
    totem: str = ""
    nonce: str = ""
    genesis: bytes = b""
    answer: EnrolAnswer | None = None
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    journal: list[Event] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self) -> str:
        return f"{self.totem}:{sha256(self.public).hexdigest()[:16]}"

    def enrol(self, code: str, instance_id: str = "machine-1") -> httpx.Response:
        """Trade a code for an identity, and write the grant as event 1 on success."""
        proof = self.key.sign(chain.enrol_bytes(code, self.public, instance_id))
        request = EnrolRequest(code, self.public, instance_id, proof)
        response = self.http.post("/v1/enrol", content=json.encode(request))
        if response.status_code == 200 and not self.journal:
            self.answer = json.decode(response.content, type=EnrolAnswer)
            self.totem, self.nonce = self.answer.totem, self.answer.nonce
            self.genesis = chain.genesis(self.answer.grant)
            self.append(events.EpochOpened("", instance_id))
        return response

    def append(self, body: Body, tver: int = 1) -> str:
        """Journal a body; the event's name."""
        return self.append_raw(type(body).__name__, encode_body(body), tver, body)

    def append_raw(self, kind: str, raw: bytes, tver: int = 1, body: Body | None = None) -> str:
        seq = len(self.journal) + 1
        event = Event(seq, kind, tver, WALL_MS + seq, "boot-1", seq, DAY, raw)
        self.hashes.append(chain.event_hash(self.hash_at(seq - 1), event))
        self.journal.append(event)
        settled = accounts.settled(body) if body else None
        if settled:
            self.sums[settled[0]] = self.sums.get(settled[0], 0) + settled[1]
        return name_of(self.totem, 1, seq, self.hashes[-1])

    def hash_at(self, seq: int) -> bytes:
        return self.hashes[seq - 1] if seq else self.genesis

    def sell(self, method: events.Method = "debit", minor: int = 3200) -> str:
        """A whole sale, as the agent writes it; its name."""
        sale = self.append(events.SaleOpened("pt-BR"))
        line = events.Line("hemograma", "Hemograma", 1, minor, minor, ENTITY)
        self.append(events.SalePriced(sale, 1, method, "BRL", minor, [line]))
        if minor:
            self._pay(sale, method, minor)
        else:
            self.append(events.SaleSettled(sale, "free", "BRL", 0, {}))
        kind: events.TicketKind = "to_pay" if method == "counter" else "paid"
        number = f"E{len(self.journal):03d}"
        ticket = self.append(events.TicketIssued(sale, number, "A", "E", 1, kind))
        job = self.append(events.PrintQueued(sale, ticket, "ticket"))
        self.append(events.PrintStarted(job, "printer"))
        self.append(events.PrintFinished(job, "printed"))
        if method != "counter":
            self.append(events.SaleFulfilled(sale))
            self.append(events.SaleClosed(sale))
        return sale

    def _pay(self, sale: str, method: events.Method, minor: int) -> None:
        requested = events.PaymentRequested(sale, method, "BRL", minor, "reader")
        payment = self.append(requested)
        if method == "counter":
            self.append(events.VoucherIssued(payment, sale, "BRL", minor))
            return
        self.append(events.PaymentStoredOffline(payment, sale, "BRL", minor, method, PROOF))
        self.append(events.SaleSettled(sale, method, "BRL", minor, {ENTITY: minor}, payment))

    def run(self, from_seq: int = 1, to_seq: int | None = None) -> Push:
        """The push of this stretch of the journal, signed."""
        last = len(self.journal) if to_seq is None else to_seq
        head = Head(last, self.hash_at(last), self.key_id, b"")
        declared = Declared(len(self.journal), self.hash_at(len(self.journal)), dict(self.sums))
        stretch = self.journal[from_seq - 1 : last]
        return self.sign(Push(1, from_seq, self.hash_at(from_seq - 1), stretch, head, declared))

    def sign(self, push: Push) -> Push:
        """The push with a head signature that fits what it says."""
        head = push.head
        signed = chain.head_bytes(self.totem, push.epoch, head.seq, head.hash, push.declared)
        return structs.replace(push, head=structs.replace(head, sig=self.key.sign(signed)))

    def push(self, push: Push) -> httpx.Response:
        return self.post(codec.encode_push(push, compress))

    def post(self, wire: bytes, **spoilt: str) -> httpx.Response:
        path = f"/v1/totems/{self.totem}/journal"
        headers = {**self.signed("POST", path, "", wire), "content-encoding": "zstd", **spoilt}
        return self.send("POST", path, headers, wire)

    def snapshot(self) -> httpx.Response:
        path = f"/v1/totems/{self.totem}/snapshot"
        return self.send("GET", path, self.signed("GET", path, "", b""), b"")

    def feed(self, cursor: dict[str, int], wait: float = 0, gen: int = 0) -> httpx.Response:
        path = f"/v1/totems/{self.totem}/feed"
        asked = {"cursor": json.encode(cursor).decode(), "gen": gen, "wait": wait}
        query = urlencode(asked)
        return self.send("GET", f"{path}?{query}", self.signed("GET", path, query, b""), b"")

    def signed(self, method: str, path: str, query: str, body: bytes) -> dict[str, str]:
        """The headers of a signed request, made with the nonce at hand."""
        digest = signing.content_digest(body)
        covered = signing.Covered(method, path, query, digest, self.nonce, "totem-central")
        signature = self.key.sign(signing.signature_base(covered, self.key_id))
        return {
            "content-digest": digest,
            "totem-nonce": self.nonce,
            "totem-audience": "totem-central",
            "totem-agent-version": "0.1.0",
            "signature-input": f"totem={signing.parameters(self.key_id)}",
            "signature": signing.signature_field(signature),
        }

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> httpx.Response:
        """Send, and keep the nonce of the answer."""
        response = self.http.request(method, url, headers=headers, content=body)
        self.nonce = response.headers.get("totem-nonce", self.nonce)
        return response


def acked(response: httpx.Response) -> PushAnswer:
    """The answer to an accepted push."""
    assert response.status_code == 200, response.text
    return codec.decode_answer(response.content)


def refused(response: httpx.Response, *codes: str) -> ProblemDocument:
    """The problem document of a refusal, with one of these codes."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    document = json.decode(response.content, type=ProblemDocument)
    assert document.code in codes, document
    assert document.status == response.status_code
    assert document.title
    assert document.detail
    return document


def page_of(response: httpx.Response) -> FeedPage:
    assert response.status_code == 200, response.text
    return json.decode(response.content, type=FeedPage)
