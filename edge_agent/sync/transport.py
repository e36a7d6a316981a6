"""HTTP's only door: signed requests to central, answers as messages or typed errors.

Every request is signed per RFC 9421 with the nonce of the last answer; a ``use-nonce`` refusal is
answered at once with the nonce it brought, one time.
"""

from typing import NamedTuple, TypeVar
from urllib.parse import urlencode

import httpx
import zstandard
from msgspec import DecodeError, Struct, ValidationError, json

from edge_agent.sync.errors import CentralRefusedError, CentralUnreachableError
from edge_agent.sync.identity import Identity
from sync_protocol import codec, signing
from sync_protocol.errors import MalformedEnvelopeError
from sync_protocol.feed import FeedPage
from sync_protocol.messages import (
    EnrolAnswer,
    EnrolRequest,
    ProblemDocument,
    Push,
    PushAnswer,
)

AUDIENCE = "totem-central"
CONNECT_S = 5.0
READ_S = 30.0
LEVEL = 3
T = TypeVar("T", bound=Struct)


class _Request(NamedTuple):
    method: str
    path: str
    query: str
    body: bytes
    content: str
    read_s: float


class Transport:
    """One totem's line to central. Not thread-safe; one call at a time per instance."""

    def __init__(self, base_url: str, identity: Identity, totem: str, version: str) -> None:
        self._identity = identity
        self._totem = totem
        self._version = version
        self._nonce = ""
        self._client = httpx.AsyncClient(
            base_url=base_url, trust_env=False, timeout=httpx.Timeout(READ_S, connect=CONNECT_S)
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def push(self, push: Push) -> PushAnswer:
        """Send a run of events. Raises SyncError."""
        wire = codec.encode_push(push, zstandard.ZstdCompressor(level=LEVEL).compress)
        path = f"/v1/totems/{self._totem}/journal"
        answer = await self._signed(_Request("POST", path, "", wire, "application/msgpack", READ_S))
        try:
            return codec.decode_answer(answer.content)
        except MalformedEnvelopeError as error:
            raise CentralUnreachableError(f"central's answer makes no sense: {error}") from error

    async def feed(self, cursor: dict[str, int], wait_s: int) -> FeedPage:
        """The next page of the feed, waiting at central for up to ``wait_s``. Raises SyncError."""
        query = urlencode({"cursor": json.encode(cursor).decode(), "wait": wait_s})
        path = f"/v1/totems/{self._totem}/feed"
        answer = await self._signed(_Request("GET", path, query, b"", "", READ_S + wait_s))
        return _decode(answer, FeedPage)

    async def _signed(self, request: _Request) -> httpx.Response:
        response = await self._send(request)
        if response.status_code == 401:
            problem = _problem(response)
            if problem.code == "use-nonce" and problem.nonce:
                self._nonce = problem.nonce
                response = await self._send(request)
        self._nonce = response.headers.get("totem-nonce", self._nonce)
        if response.is_success:
            return response
        raise CentralRefusedError(_problem(response))

    async def _send(self, request: _Request) -> httpx.Response:
        url = f"{request.path}?{request.query}" if request.query else request.path
        timeout = httpx.Timeout(request.read_s, connect=CONNECT_S)
        try:
            return await self._client.request(
                request.method,
                url,
                content=request.body or None,
                headers=self._headers(request),
                timeout=timeout,
            )
        except httpx.HTTPError as error:
            raise CentralUnreachableError(f"{type(error).__name__}: {error}") from error

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
        if request.content:
            headers |= {"content-type": request.content, "content-encoding": "zstd"}
        return headers


def enrol_at(base_url: str, request: EnrolRequest) -> EnrolAnswer:
    """Exchange a one-time code for an identity; blocking. Raises SyncError."""
    try:
        answer = httpx.post(
            f"{base_url}/v1/enrol",
            content=json.encode(request),
            headers={"content-type": "application/json"},
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise CentralUnreachableError(f"{type(error).__name__}: {error}") from error
    if not answer.is_success:
        raise CentralRefusedError(_problem(answer))
    return _decode(answer, EnrolAnswer)


def _decode(answer: httpx.Response, kind: type[T]) -> T:
    try:
        return json.decode(answer.content, type=kind)
    except (DecodeError, ValidationError) as error:
        raise CentralUnreachableError(f"central's answer makes no sense: {error}") from error


def _problem(response: httpx.Response) -> ProblemDocument:
    try:
        return json.decode(response.content, type=ProblemDocument)
    except (DecodeError, ValidationError):
        return ProblemDocument("about:blank", response.reason_phrase, response.status_code)
