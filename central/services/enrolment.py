"""Enrolment: an operator creates a totem and gets a one-time code; the totem trades it for its
identity.

The code is stored as a hash. It names the totem by itself, so wrong codes are limited per address
and in all, and a
right code with a wrong proof has five tries. The same key with the same code gets the same answer
again: a lost
answer costs nothing.
"""

import re
import secrets
from datetime import datetime
from hashlib import sha256

from msgspec import json, structs

from central import clock, logs
from central.domain.errors import OperatorError
from central.domain.rate_limit import RateLimit
from central.domain.series import series_of
from central.ledger import epochs, identity, posting
from central.ledger.database import Connection, Database
from central.ledger.epochs import Opening
from central.ledger.identity import Candidate, Enrolled, NewTotem
from central.metrics import Metrics
from central.services import keys as crypto
from central.services.keys import Keys
from central.services.refusals import RefusalError
from sync_protocol import chain, ids, limits
from sync_protocol.epochs import parents_of
from sync_protocol.messages import EnrolAnswer, EnrolRequest, Grant

WRONG_CODES_IN_ALL = 200
INSTANCE_ID_MAX = 128
NAME_MAX = 80
PUBLIC_KEY_BYTES = 32
_EVERYBODY = "everybody"
_log = logs.get(__name__)


class Enrolment:
    """Creates totems, hands out codes, enrols."""

    def __init__(self, database: Database, keys: Keys, metrics: Metrics) -> None:
        self._database = database
        self._keys = keys
        self._metrics = metrics
        self._wrong = RateLimit(limits.ENROL_TRIES_MAX, limits.ENROL_CODE_LIFE_S)
        self._wrong_in_all = RateLimit(WRONG_CODES_IN_ALL, limits.ENROL_CODE_LIFE_S)

    async def enrol(self, request: EnrolRequest, address: str) -> EnrolAnswer:
        """Trade a code for an identity. Raises RefusalError: bad-code, bad-signature,
        rate-limited.
        """
        _check_request(request)
        self._admit(address)
        answer = await self._trade(request)
        if isinstance(answer, RefusalError):
            self._wrong.count(address, clock.monotonic_s())
            self._wrong_in_all.count(_EVERYBODY, clock.monotonic_s())
            raise answer
        if answer.held:
            await self._tell(answer)
        self._metrics.enrolments.inc()
        _log.info("totem enrolled", totem=answer.totem, site=answer.site)
        return answer

    def _admit(self, address: str) -> None:
        now_s = clock.monotonic_s()
        wait_s = max(
            self._wrong.wait_s(address, now_s), self._wrong_in_all.wait_s(_EVERYBODY, now_s)
        )
        if wait_s:
            detail = f"Too many wrong codes. Try again in {wait_s} seconds."
            raise RefusalError("rate-limited", detail, wait_s=wait_s)

    async def _trade(self, request: EnrolRequest) -> EnrolAnswer | RefusalError:
        """The answer, or why not: what is decided here is committed either way."""
        async with self._database.transaction() as connection:
            found = await identity.lock_candidate(connection, hash_of(request.code))
            if found is None:
                return RefusalError("bad-code", "No totem waits for this code.")
            fault = _fault(found, request, clock.now())
            if fault:
                return RefusalError("bad-code", fault)
            signed = chain.enrol_bytes(request.code, request.public_key, request.instance_id)
            if not crypto.verified(request.public_key, request.proof, signed):
                await identity.spend_try(connection, found.totem)
                return RefusalError("bad-signature", "The proof does not fit the key and code.")
            if found.answer is None:
                return await self._open(connection, found, request)
        answer = json.decode(found.answer, type=EnrolAnswer)
        return structs.replace(answer, nonce=self._nonce(found.totem))

    async def _open(
        self, connection: Connection, found: Candidate, request: EnrolRequest
    ) -> EnrolAnswer:
        """Epoch 1 of this totem, or for a new disk the one after the last; always in a ticket
        series its site never used.
        """
        series = series_of(await identity.next_series(connection, found.site))
        generation = await identity.server_gen(connection)
        held = await epochs.lock_held(connection, found.totem)
        signer = self._keys.grant
        bare = Grant(
            found.totem,
            request.instance_id,
            held[-1].epoch + 1 if held else 1,
            parents_of(held),
            series,
            generation,
            secrets.token_hex(16),
            signer.key_id,
            b"",
        )
        grant = structs.replace(bare, sig=signer.sign(chain.grant_bytes(bare)))
        answer = EnrolAnswer(
            found.totem,
            found.name,
            found.site,
            found.site_name,
            grant,
            self._keys.public_keys(),
            self._nonce(found.totem),
            ["org", f"site:{found.site}", f"totem:{found.totem}"],
            held,
            generation,
        )
        enrolled = Enrolled(
            grant,
            chain.genesis(grant),
            crypto.key_id(found.totem, request.public_key),
            request.public_key,
            json.encode(answer),
        )
        if held:
            await epochs.open_epoch(connection, Opening(grant, "new-disk", by_operator=True))
            await identity.add_key(connection, enrolled)
        else:
            await identity.enrol(connection, enrolled)
        return answer

    async def _tell(self, answer: EnrolAnswer) -> None:
        detail = {"open_epoch": answer.held[-1].epoch, "reason": "new-disk", "in_a_day": 1}
        await posting.record_incident(self._database, answer.totem, "epoch", detail)

    def _nonce(self, totem: str) -> str:
        return self._keys.new_nonce(totem, clock.epoch_ms())


async def create_totem(database: Database, new: NewTotem) -> str:
    """Store a totem; its enrolment code. Raises OperatorError naming what is wrong."""
    if not ids.TOTEM_ID.match(new.totem):
        raise OperatorError(f"totem {new.totem!r}: 3 to 16 letters A to Z and digits")
    if not _SITE_ID.match(new.site):
        raise OperatorError(f"site {new.site!r}: 1 to 32 small letters, digits and hyphens")
    for text in (new.name, new.site_name):
        if not text.strip() or len(text) > NAME_MAX or not text.isprintable():
            raise OperatorError(f"name {text!r:.100}: 1 to {NAME_MAX} printable characters")
    await identity.create(database, new)
    return await new_code(database, new.totem)


async def new_code(database: Database, totem: str, *, is_replacement: bool = False) -> str:
    """A fresh code for a totem that is not enrolled yet, or whose disk or machine is replaced; an
    older one no longer works. Raises OperatorError.
    """
    code = "".join(secrets.choice(ids.CROCKFORD) for _ in range(limits.ENROL_CODE_LENGTH))
    await identity.put_code(
        database, totem, hash_of(code), clock.now(), is_replacement=is_replacement
    )
    return code


def hash_of(code: str) -> bytes:
    """What is stored of a code, as people type it: case, hyphens and O, I, L do not matter."""
    plain = code.upper().replace("-", "").replace(" ", "").translate(_AS_MEANT)
    return sha256(chain.framed("totem.code.v1", plain)).digest()


def _check_request(request: EnrolRequest) -> None:
    if len(request.public_key) != PUBLIC_KEY_BYTES or len(request.code) > 4 * NAME_MAX:
        raise RefusalError("bad-code", "public_key must be 32 bytes and the code a code.")
    if not 0 < len(request.instance_id) <= INSTANCE_ID_MAX or not request.instance_id.isprintable():
        raise RefusalError("bad-code", f"instance_id: 1 to {INSTANCE_ID_MAX} printable characters")


def _fault(found: Candidate, request: EnrolRequest, now: datetime) -> str:
    if found.answer is not None:
        same = found.public_key == request.public_key
        return "" if same else "This code was used by another machine. Ask for a new one."
    if now >= found.expires_at:
        return "This code has expired. Ask for a new one."
    return "" if found.tries_left > 0 else "This code was tried too often. Ask for a new one."


_AS_MEANT = str.maketrans("OIL", "011")
_SITE_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,31}$")
