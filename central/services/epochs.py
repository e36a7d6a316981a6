"""Epochs: a totem that cannot go on asks here, gets a new one, and reads back what it lost.

The verdict is sync_protocol.epochs; here it is carried out under the totem's lock, signed, and
told to people. A totem that is refused hands its journal to the forensic intake: kept, not posted.
"""

from msgspec import structs

from central import logs
from central.domain.series import series_of
from central.ledger import epochs, identity, posting
from central.ledger.database import Connection, Database
from central.ledger.epochs import Opening
from central.services import keys as crypto
from central.services.keys import Keys
from central.services.refusals import RefusalError
from central.services.signatures import Signer
from sync_protocol import chain, limits
from sync_protocol.epochs import Decision, Standing, decide, next_grant, unknown_grants
from sync_protocol.errors import MalformedEnvelopeError
from sync_protocol.events import Event
from sync_protocol.messages import (
    EpochAnswer,
    EpochRequest,
    ForensicReceipt,
    Grant,
    Held,
    JournalPage,
    Push,
)

PAGE_EVENTS = 250
ADOPTED = "adopted"
_log = logs.get(__name__)
_REFUSALS = {
    Decision.CLONE: (
        "clone",
        "Another machine works under this name, or this one was set back too often. It may not "
        "go on until headquarters chooses; its journal is kept.",
    ),
    Decision.REVOKED: ("totem-revoked", "This totem was revoked. Its journal is kept."),
}


class Epochs:
    """Grants epochs and gives back journals."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    async def open(self, signer: Signer, request: EpochRequest) -> EpochAnswer:
        """A signed grant with what is held. Raises RefusalError: clone, totem-revoked."""
        totem = signer.totem
        async with self._database.transaction() as connection:
            standing = await epochs.lock(connection, totem)
            standing = await self._adopt(connection, standing, request)
            decision = decide(standing, request)
            if decision is Decision.GRANT:
                grant = await self._open(connection, standing, request)
            else:
                grant = standing.open
            held = await epochs.held(connection, totem)
            generation = await identity.server_gen(connection)
        if decision is Decision.STALE:
            raise RefusalError("epoch-closed", "This was answered before: ask with a new nonce.")
        if decision in _REFUSALS:
            await self._tell(totem, _REFUSALS[decision][0], request, standing)
            raise RefusalError(*_REFUSALS[decision])
        if decision is Decision.GRANT:
            await self._tell(totem, "epoch", request, standing)
        return EpochAnswer(grant, held, generation)

    async def page(self, totem: str, epoch: int, from_seq: int) -> JournalPage:
        """A run of an epoch as held. Raises RefusalError: gap, when nothing is held there."""
        async with self._database.connection() as connection:
            ends = {held.epoch: held for held in await epochs.held(connection, totem)}
        before = await epochs.hash_before(self._database, totem, epoch, from_seq - 1)
        if epoch not in ends or before is None:
            raise RefusalError("gap", f"Nothing is held of epoch {epoch} at {from_seq}.")
        start = Held(epoch, from_seq, b"")
        found = await epochs.run(self._database, totem, start, PAGE_EVENTS)
        return JournalPage(epoch, from_seq, before, _within(found), ends[epoch])

    async def keep_aside(self, signer: Signer, push: Push) -> ForensicReceipt:
        """Keep a run without posting it. Raises MalformedEnvelopeError for a broken chain."""
        hashes = chain.hashes(push.prev_hash, push.events)
        head = push.head
        signed = chain.head_bytes(signer.totem, push.epoch, head.seq, head.hash, push.declared)
        if not hashes or hashes[-1] != head.hash:
            raise MalformedEnvelopeError("the head does not fit the events of this run")
        if not crypto.verified(signer.public_key, head.sig, signed):
            raise RefusalError("bad-signature", "The signature of the head does not fit.")
        run = list(zip(hashes, push.events, strict=True))
        await epochs.keep_aside(self._database, signer.totem, push.epoch, run)
        _log.warning("journal kept aside", totem=signer.totem, epoch=push.epoch, seq=head.seq)
        return ForensicReceipt(head.seq)

    async def _adopt(
        self, connection: Connection, standing: Standing, request: EpochRequest
    ) -> Standing:
        """Take back grants of our own that a restore made us forget."""
        for grant in unknown_grants(standing, request):
            signed = chain.grant_bytes(grant)
            own = self._keys.public_keys().get(grant.key_id, b"")
            if grant.totem != standing.open.totem or not crypto.verified(own, grant.sig, signed):
                raise RefusalError(
                    "bad-signature", f"The grant of epoch {grant.epoch} is not ours."
                )
            await epochs.open_epoch(connection, Opening(grant, ADOPTED, by_operator=True))
            standing = structs.replace(standing, grants=[*standing.grants, grant], held_seq=0)
        return standing

    async def _open(
        self, connection: Connection, standing: Standing, request: EpochRequest
    ) -> Grant:
        totem, signer = standing.open.totem, self._keys.grant
        held = await epochs.held(connection, totem)
        series = series_of(await epochs.site_series(connection, totem))
        generation = await identity.server_gen(connection)
        bare = next_grant(standing, request, held, series, generation)
        bare = structs.replace(bare, key_id=signer.key_id)
        grant = structs.replace(bare, sig=signer.sign(chain.grant_bytes(bare)))
        opening = Opening(grant, request.reason, by_operator=bool(standing.leave))
        await epochs.open_epoch(connection, opening)
        return grant

    async def _tell(self, totem: str, kind: str, request: EpochRequest, standing: Standing) -> None:
        detail = {
            "reason": request.reason,
            "instance_id": request.instance_id,
            "known_instance_id": standing.open.instance_id,
            "open_epoch": standing.open.epoch,
            "shown_epochs": [head.epoch for head in request.heads],
            "in_a_day": standing.lately + (kind == "epoch"),
        }
        _log.warning("epoch asked", totem=totem, kind=kind, **detail)
        await posting.record_incident(self._database, totem, kind, detail)


def _within(found: list[tuple[bytes, Event]]) -> list[Event]:
    """As many as fit a page; at least one."""
    events: list[Event] = []
    size = 0
    for _, event in found:
        size += len(event.body)
        if events and size > limits.PUSH_RAW_BYTES_MAX:
            break
        events.append(event)
    return events
