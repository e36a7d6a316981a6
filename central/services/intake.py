"""Intake: a totem's push, from bytes to the signed ack (PROTOCOL.md §5).

Every signature is verified before the ledger is touched; the ack is signed after the commit, never
before. Content is
never a reason to refuse: only the envelope, the chain and the identity are.
"""

import time

from msgspec import Struct

from central import clock, logs
from central.ledger import feed, posting, refused
from central.ledger.database import Database
from central.ledger.posting import Arrival, Taken
from central.metrics import Metrics
from central.services import keys as crypto
from central.services.admission import Admission, kind_of
from central.services.keys import Keys
from central.services.refusals import RefusalError
from central.services.signatures import Signer
from central.services.zstd import inflate
from sync_protocol import chain, codec
from sync_protocol.errors import MalformedEnvelopeError
from sync_protocol.messages import Ack, Next, Push, PushAnswer
from sync_protocol.uplink import Judgement

TVER_MAX = 2**31 - 1
TEXT_MAX = 512
APPLIED_MAX = 16
METHODS_MAX = 32
_log = logs.get(__name__)

_DETAILS = {
    Judgement.GAP: "Events are missing between what is held here and from_seq.",
    Judgement.FORK: "Another event is held here at a place of this push. A person was told.",
    Judgement.EPOCH_CLOSED: "Another epoch of this totem is open here.",
    Judgement.BAD_CHAIN: "The head does not fit the events of this push. Nothing was stored.",
}


class Delivery(Struct, frozen=True):
    """A push as it came over the wire, from a totem whose request signature was verified."""

    signer: Signer
    wire: bytes
    agent_version: str = ""


class Intake:
    """Takes pushes of every totem."""

    def __init__(
        self, database: Database, keys: Keys, metrics: Metrics, admission: Admission
    ) -> None:
        self._database = database
        self._admission = admission
        self._keys = keys
        self._metrics = metrics

    async def take(self, delivery: Delivery) -> PushAnswer:
        """Post a push and promise it. Idempotent.

        Raises MalformedEnvelopeError, RefusalError (gap, fork, epoch-closed, bad-chain,
        bad-signature, overloaded), LedgerUnavailableError.
        """
        began = time.perf_counter()
        try:
            push = self._read(delivery)
        except MalformedEnvelopeError as error:
            await self._keep(delivery, str(error)[:TEXT_MAX])
            raise
        with self._admission.admitted(kind_of(push)):
            answer = await self._take(delivery, push)
        self._metrics.ack_latency_s.observe(time.perf_counter() - began)
        return answer

    async def _take(self, delivery: Delivery, push: Push) -> PushAnswer:
        totem = delivery.signer.totem
        arrival = Arrival(totem, push, delivery.agent_version, clock.now())
        taken = await posting.post(self._database, arrival)
        self._metrics.pushes.labels(taken.judgement.value).inc()
        if taken.judgement is not Judgement.ACCEPT:
            raise self._refusal(totem, taken)
        self._count(totem, taken)
        heads = await feed.heads(self._database, delivery.signer.scopes)
        return PushAnswer(
            self._ack(totem, taken),
            taken.quarantined,
            Next(0, self._admission.max_events(), delivery.signer.next_nonce),
            heads,
            taken.seals,
        )

    async def _keep(self, delivery: Delivery, why: str) -> None:
        """What cannot be read is kept and told, and still refused: the totem holds on to it."""
        totem = delivery.signer.totem
        why = why.replace("\x00", "")
        _log.error("push cannot be read", totem=totem, why=why)
        await refused.keep(self._database, totem, delivery.wire, why)
        await posting.record_incident(self._database, totem, "malformed-envelope", {"why": why})

    def _read(self, delivery: Delivery) -> Push:
        push = codec.decode_push(delivery.wire, inflate)
        fault = _fault(push)
        if fault:
            raise MalformedEnvelopeError(fault)
        signer, head = delivery.signer, push.head
        signed = chain.head_bytes(signer.totem, push.epoch, head.seq, head.hash, push.declared)
        if head.key_id != signer.key_id or not crypto.verified(signer.public_key, head.sig, signed):
            raise RefusalError("bad-signature", "The signature of the head does not fit.")
        return push

    def _ack(self, totem: str, taken: Taken) -> Ack:
        held = taken.held
        signed = chain.ack_bytes(totem, held.epoch, held.seq, held.hash, taken.server_gen)
        signer = self._keys.ack
        return Ack(
            held.epoch, held.seq, held.hash, taken.server_gen, signer.key_id, signer.sign(signed)
        )

    def _refusal(self, totem: str, taken: Taken) -> RefusalError:
        code = taken.judgement.value
        _log.warning("push refused", totem=totem, code=code, held_seq=taken.held.seq)
        return RefusalError(code, _DETAILS[taken.judgement], held=taken.held)

    def _count(self, totem: str, taken: Taken) -> None:
        for status, count in taken.fresh.items():
            self._metrics.events.labels(status).inc(count)
        self._metrics.duplicates.inc(taken.duplicates)
        if set(taken.fresh) - {"posted"}:
            _log.warning("events set aside", totem=totem, **taken.fresh)


def _fault(push: Push) -> str:
    """What the contract leaves open and PostgreSQL cannot hold."""
    if any(len(hashed) != chain.HASH_BYTES for hashed in (push.head.hash, push.declared.hash)):
        return "a hash is not 32 bytes long"
    if len(push.applied) > APPLIED_MAX or len(push.declared.sums_by_method) > METHODS_MAX:
        return "applied or sums_by_method is too long"
    texts = [text for it in push.applied.values() for text in (it.digest, it.rejected)]
    if any("\x00" in text or len(text) > TEXT_MAX for text in texts):
        return "applied: a text is too long or holds NUL"
    if any(event.tver > TVER_MAX for event in push.events):
        return f"a tver is beyond {TVER_MAX}"
    return ""
