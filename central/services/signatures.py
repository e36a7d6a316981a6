"""Who sent this request? RFC 9421 signatures of totems, with a nonce of ours that works once.

Order matters: a nonce is spent only by a request whose signature fits, so nobody can burn another
totem's
nonces. A clock on the totem plays no part.
"""

from collections import OrderedDict
from hmac import compare_digest

from msgspec import Struct

from central import clock
from central.ledger import identity
from central.ledger.database import Database
from central.ledger.identity import Identity
from central.services import keys as crypto
from central.services.keys import Keys
from central.services.refusals import RefusalError
from sync_protocol import limits, signing
from sync_protocol.ids import TOTEM_ID

NONCES_KEPT = 4096
OPEN_TO_REVOKED = ("/forensic", "/epochs")
"""What a revoked totem may still call: its unsynced sales are money, and are kept."""

_LIFE_MS = limits.NONCE_LIFE_S * 1000


class SignedRequest(Struct, frozen=True):
    """What the signature covers, as it came. ``query`` is without its question mark."""

    totem: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class Signer(Struct, frozen=True):
    """The totem that signed, and the nonce for its next request."""

    totem: str
    site: str
    key_id: str
    public_key: bytes
    next_nonce: str

    @property
    def scopes(self) -> list[str]:
        """The feed scopes this totem reads."""
        return ["org", f"site:{self.site}", f"totem:{self.totem}"]


class SpentNonces:
    """The nonces one totem used within their life, bounded.

    When the bound is reached the oldest is forgotten and everything issued before it is refused, so
    that forgetting never lets a replay through.
    """

    def __init__(self, floor_ms: int) -> None:
        self._issued_ms: OrderedDict[str, int] = OrderedDict()
        self._floor_ms = floor_ms

    def spend(self, nonce: str, issued_ms: int, expired_ms: int) -> bool:
        """Use a nonce; False when it was used before. What was issued before ``expired_ms``
        goes.
        """
        if nonce in self._issued_ms or issued_ms <= self._floor_ms:
            return False
        self._issued_ms[nonce] = issued_ms
        while self._issued_ms and next(iter(self._issued_ms.values())) < expired_ms:
            self._issued_ms.popitem(last=False)
        while len(self._issued_ms) > NONCES_KEPT:
            _, oldest_ms = self._issued_ms.popitem(last=False)
            self._floor_ms = max(self._floor_ms, oldest_ms)
        return True


class Signatures:
    """Verifies requests of one API instance."""

    def __init__(self, database: Database, keys: Keys, audience: str) -> None:
        self._database = database
        self._keys = keys
        self._audience = audience
        self._spent: dict[str, SpentNonces] = {}
        self._since_ms = clock.epoch_ms() - 1

    async def verify(self, request: SignedRequest) -> Signer:
        """Who signed. Raises RefusalError: bad-signature, unknown-totem, use-nonce,
        totem-revoked.
        """
        covered, key_id, signature = self._read(request)
        known = await self._identify(request.totem, key_id)
        now_ms = clock.epoch_ms()
        age_ms = self._keys.nonce_age_ms(request.totem, covered.nonce, now_ms)
        if age_ms is None:
            raise self._use_nonce(request.totem, "The nonce is missing, too old or not ours.")
        base = signing.signature_base(covered, key_id)
        if known.public_key is None or not crypto.verified(known.public_key, signature, base):
            raise RefusalError("bad-signature", "The signature does not fit what was received.")
        issued_ms = now_ms - age_ms
        if not self._spent_by(known.totem).spend(covered.nonce, issued_ms, now_ms - _LIFE_MS):
            raise self._use_nonce(request.totem, "This nonce was used: the request is a replay.")
        fresh = self._keys.new_nonce(known.totem, now_ms)
        if known.status == "revoked" and not request.path.endswith(OPEN_TO_REVOKED):
            raise RefusalError("totem-revoked", f"Totem {known.totem} was revoked.", nonce=fresh)
        return Signer(known.totem, known.site, key_id, known.public_key, fresh)

    def _read(self, request: SignedRequest) -> tuple[signing.Covered, str, bytes]:
        headers = request.headers
        key_id = signing.key_id_of(headers.get("signature-input", ""))
        signature = signing.signature_of(headers.get("signature", ""))
        if key_id is None or signature is None:
            raise RefusalError("bad-signature", "The request is not signed as TSP/1 asks.")
        digest = headers.get("content-digest", "")
        if not compare_digest(digest.encode(), signing.content_digest(request.body).encode()):
            raise RefusalError("bad-signature", "Content-Digest does not fit the body.")
        if headers.get("totem-audience", "") != self._audience:
            raise RefusalError("bad-signature", "The request is signed for another server.")
        nonce = headers.get("totem-nonce", "")
        covered = signing.Covered(
            request.method, request.path, request.query, digest, nonce, self._audience
        )
        return covered, key_id, signature

    async def _identify(self, totem: str, key_id: str) -> Identity:
        known = None
        if TOTEM_ID.match(totem):
            known = await identity.identify(self._database, totem, key_id)
        if known is None:
            raise RefusalError("unknown-totem", f"No totem {totem:.16} is enrolled here.")
        if known.public_key is None:
            raise RefusalError("bad-signature", f"{key_id} is no key of totem {totem}.")
        return known

    def _use_nonce(self, totem: str, detail: str) -> RefusalError:
        nonce = self._keys.new_nonce(totem, clock.epoch_ms())
        return RefusalError("use-nonce", detail, nonce=nonce)

    def _spent_by(self, totem: str) -> SpentNonces:
        """Nonces from before this process are refused: what was spent then is not known now."""
        return self._spent.setdefault(totem, SpentNonces(self._since_ms))
