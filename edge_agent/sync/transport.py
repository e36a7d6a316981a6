"""HTTP's only door: signed requests to central, answers as messages or typed errors.

Every request is signed per RFC 9421 with the nonce of the last answer; a ``use-nonce`` refusal is
answered at once with the nonce it brought, one time. Every call has a deadline and every answer a
size limit. Something else that answers in central's place (a captive portal, a proxy) is
"unreachable", never a refusal.
"""

import asyncio
import ssl
from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

import httpx
import zstandard
from msgspec import Struct, json, structs

from edge_agent.sync.conversation import Answer, Forensic, Request
from edge_agent.sync.errors import (
    CentralRefusedError,
    CentralTimeoutError,
    CentralUnreachableError,
)
from edge_agent.sync.identity import Identity
from edge_agent.sync.recovering import Pull
from sync_protocol import codec, signing
from sync_protocol.codec import Compress
from sync_protocol.errors import MalformedEnvelopeError
from sync_protocol.feed import FeedPage
from sync_protocol.messages import (
    EnrolAnswer,
    EnrolRequest,
    EpochAnswer,
    EpochRequest,
    ForensicReceipt,
    JournalPage,
    PrivateReceipt,
    PrivateRecord,
    ProblemDocument,
    Push,
    PushAnswer,
)

AUDIENCE = "totem-central"
LEVEL = 3
ANSWER_BYTES_MAX = 32 * 1024 * 1024
"""A full feed page with every body at its limit, in base64, fits."""

MSGPACK = "application/msgpack"
JSON = "application/json"
PROBLEM = "application/problem+json"
T = TypeVar("T", bound=Struct)


class Timeouts(NamedTuple):
    """Seconds. ``read_s`` is the longest silence, ``whole_s`` the longest call; both without the
    wait of a long poll.
    """

    connect_s: float = 5.0
    read_s: float = 30.0
    whole_s: float = 90.0


TIMEOUTS = Timeouts()


class _Request(NamedTuple):
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    wait_s: float = 0.0


class _Answer(NamedTuple):
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def kind(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()


def compress(raw: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=LEVEL).compress(raw)


class Transport:
    """One totem's line to central; one call at a time. ``close`` it when done."""

    def __init__(
        self,
        base_url: str,
        identity: Identity,
        totem: str,
        version: str,
        timeouts: Timeouts = TIMEOUTS,
    ) -> None:
        self._identity = identity
        self._totem = totem
        self._version = version
        self._timeouts = timeouts
        self._compress: Compress = compress
        self._nonce = ""
        self._client = httpx.AsyncClient(
            base_url=base_url, trust_env=False, verify=_tls_for(base_url)
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def carry(self, request: Request) -> Answer:
        """Whatever the conversation wants to say. Raises as the call of its kind."""
        match request:
            case EpochRequest():
                return await self.epoch(request)
            case Pull():
                return await self.journal(request.epoch, request.from_seq)
            case Forensic():
                return await self.forensic(request.push)
            case Push():
                return await self.push(request)

    async def push(self, push: Push) -> PushAnswer:
        """Send a run of events. Raises SyncError; LocalProtocolError when the run is too large."""
        wire = codec.encode_push(push, self._compress)
        answer = await self._signed(_Request("POST", self._path("journal"), body=wire))
        _expect(answer, MSGPACK)
        try:
            return codec.decode_answer(answer.content)
        except MalformedEnvelopeError as error:
            raise CentralUnreachableError(f"the answer makes no sense: {error}") from error

    async def forensic(self, push: Push) -> ForensicReceipt:
        """Hand over a run that central keeps without posting it. Raises SyncError."""
        wire = codec.encode_push(push, self._compress)
        request = _Request("POST", self._path("forensic"), body=wire)
        return _decode(await self._signed(request), ForensicReceipt)

    async def epoch(self, request: EpochRequest) -> EpochAnswer:
        """Ask for a new epoch. Raises SyncError."""
        wire = self._compress(json.encode(request))
        answer = await self._signed(_Request("POST", self._path("epochs"), body=wire))
        return _decode(answer, EpochAnswer)

    async def journal(self, epoch: int, from_seq: int) -> JournalPage:
        """What central holds of an epoch. Raises SyncError."""
        query = urlencode({"epoch": epoch, "from_seq": from_seq})
        answer = await self._signed(_Request("GET", self._path("journal"), query))
        _expect(answer, MSGPACK)
        try:
            return codec.decode_page(answer.content)
        except MalformedEnvelopeError as error:
            raise CentralUnreachableError(f"the answer makes no sense: {error}") from error

    async def private(self, sale: str, record: PrivateRecord) -> PrivateReceipt:
        """Hand over what a sale's customer said of themselves, sealed. Raises SyncError."""
        wire = self._compress(json.encode(record))
        request = _Request("PUT", self._path(f"private/{sale}"), body=wire)
        return _decode(await self._signed(request), PrivateReceipt)

    async def snapshot(self) -> FeedPage:
        """Everything that is live in the feed, and the cursor behind it. Raises SyncError."""
        return _decode(await self._signed(_Request("GET", self._path("snapshot"))), FeedPage)

    async def feed(self, cursor: dict[str, int], generation: int, wait_s: int) -> FeedPage:
        """The next page of the feed, waiting at central for up to ``wait_s``. Raises SyncError."""
        asked = {"cursor": json.encode(cursor).decode(), "gen": generation, "wait": wait_s}
        query = urlencode(asked)
        request = _Request("GET", self._path("feed"), query, wait_s=wait_s)
        return _decode(await self._signed(request), FeedPage)

    def _path(self, what: str) -> str:
        return f"/v1/totems/{self._totem}/{what}"

    async def _signed(self, request: _Request) -> _Answer:
        answer = await self._send(request)
        problem = _problem(answer) if answer.status == 401 else None
        if problem is not None and problem.code == "use-nonce":
            self._nonce = problem.nonce
            answer = await self._send(request)
        return _accepted(answer)

    async def _send(self, request: _Request) -> _Answer:
        limits = self._timeouts
        try:
            async with asyncio.timeout(limits.whole_s + request.wait_s):
                answer = await self._exchange(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise CentralTimeoutError(f"no answer in time: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise CentralUnreachableError(f"{type(error).__name__}: {error}") from error
        self._nonce = answer.headers.get("totem-nonce", "")
        return answer

    async def _exchange(self, request: _Request) -> _Answer:
        url = f"{request.path}?{request.query}" if request.query else request.path
        async with self._client.stream(
            request.method,
            url,
            content=request.body or None,
            headers=self._headers(request),
            timeout=httpx.Timeout(
                self._timeouts.read_s + request.wait_s, connect=self._timeouts.connect_s
            ),
        ) as response:
            return _Answer(response.status_code, response.headers, await _read(response))

    def _headers(self, request: _Request) -> dict[str, str]:
        digest = signing.content_digest(request.body)
        key_id = self._identity.key_id(self._totem)
        covered = signing.Covered(
            request.method, request.path, request.query, digest, self._nonce, AUDIENCE
        )
        signature = self._identity.sign(signing.signature_base(covered, key_id))
        headers = {
            "content-digest": digest,
            "totem-nonce": self._nonce,
            "totem-audience": AUDIENCE,
            "totem-agent-version": self._version,
            "signature-input": f"totem={signing.parameters(key_id)}",
            "signature": signing.signature_field(signature),
        }
        if request.body:
            headers |= {"content-type": MSGPACK, "content-encoding": "zstd"}
        return headers


def enrol_at(base_url: str, request: EnrolRequest, timeouts: Timeouts = TIMEOUTS) -> EnrolAnswer:
    """Exchange a one-time code for an identity; blocking. Raises SyncError."""
    try:
        response = httpx.post(
            f"{base_url.rstrip('/')}/v1/enrol",
            content=json.encode(request),
            headers={"content-type": JSON},
            timeout=httpx.Timeout(timeouts.read_s, connect=timeouts.connect_s),
            trust_env=False,
            verify=_tls_for(base_url),
        )
    except httpx.HTTPError as error:
        raise CentralUnreachableError(f"{type(error).__name__}: {error}") from error
    answer = _Answer(response.status_code, response.headers, response.content)
    return _decode(_accepted(answer), EnrolAnswer)


def _tls_for(base_url: str) -> ssl.SSLContext | bool:
    """TLS 1.3 with the machine's own authorities; nothing to check on a plain loopback line."""
    if not base_url.startswith("https:"):
        return False
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


async def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > ANSWER_BYTES_MAX:
            raise CentralUnreachableError(f"an answer of more than {ANSWER_BYTES_MAX} bytes")
    return bytes(content)


def _accepted(answer: _Answer) -> _Answer:
    """The answer of a success. Raises SyncError for anything else."""
    if 200 <= answer.status < 300:
        return answer
    problem = _problem(answer)
    if problem is None:
        reason = f"HTTP {answer.status} that is not central's"
        raise CentralUnreachableError(reason, _retry_after_ms(answer))
    raise CentralRefusedError(problem)


def _problem(answer: _Answer) -> ProblemDocument | None:
    """What central says, its Retry-After included; None when it is not central speaking."""
    if answer.status == 413 and answer.kind != PROBLEM:
        return ProblemDocument("about:blank", "Too large", 413, code="too-large")
    try:
        problem = json.decode(answer.content, type=ProblemDocument)
    except (ValueError, RecursionError):
        return None
    floor_ms = max(problem.retry_after_ms, _retry_after_ms(answer))
    return structs.replace(problem, retry_after_ms=floor_ms)


def _retry_after_ms(answer: _Answer) -> int:
    seconds = answer.headers.get("retry-after", "")
    return int(seconds) * 1000 if seconds.isdecimal() and len(seconds) < 6 else 0


def _expect(answer: _Answer, kind: str) -> None:
    if answer.kind != kind:
        raise CentralUnreachableError(f"{answer.kind or 'nothing'} instead of {kind}: not central")


def _decode(answer: _Answer, kind: type[T]) -> T:
    _expect(answer, JSON)
    try:
        return json.decode(answer.content, type=kind)
    except (ValueError, RecursionError) as error:
        raise CentralUnreachableError(f"the answer makes no sense: {error}") from error
