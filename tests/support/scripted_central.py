"""A central on a real socket: keeps a chain, checks signatures, misbehaves when it is told to."""

import asyncio
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import json, structs

from edge_agent.sync.identity import Identity, verify
from sync_protocol import chain, codec, signing
from sync_protocol.errors import CATALOGUE
from sync_protocol.feed import FeedPage
from sync_protocol.messages import (
    Ack,
    EnrolAnswer,
    EpochRequest,
    Held,
    Next,
    ProblemDocument,
    Push,
    PushAnswer,
)
from sync_protocol.uplink import Judgement, judge
from tests.support.memory_journal import GENESIS, GRANT, TOTEM

Answer = tuple[int, str, bytes]
KEY = Ed25519PrivateKey.generate()
FORGED = bytes(64)
"""A signature that is not central's."""


def refusal(code: str, **more: Any) -> Answer:
    row = CATALOGUE[code]
    document = ProblemDocument(f"urn:totem:{code}", row.title, row.status, code=code, **more)
    return row.status, "application/problem+json", json.encode(document)


class ScriptedCentral:
    """``script`` answers the next pushes in place of the rules; ``pages`` are the feed's next."""

    def __init__(self, identity: Identity) -> None:
        self._public_key = identity.public_key
        self._key_id = identity.key_id(TOTEM)
        self.hashes = [GENESIS]
        self.pushes: list[Push] = []
        self.pleas: list[EpochRequest] = []
        self.script: deque[Callable[[Push], Answer]] = deque()
        self.pages: deque[FeedPage] = deque()
        self.unsigned = 0
        self._nonces: set[str] = set()
        self._issued = 0

    def record(self) -> EnrolAnswer:
        keys = {"server": KEY.public_key().public_bytes_raw()}
        return EnrolAnswer(TOTEM, "Hall", "s1", "Lab", GRANT, keys, "", ["org"])

    def ack(self, seq: int, digest: bytes) -> Ack:
        sig = KEY.sign(chain.ack_bytes(TOTEM, 1, seq, digest, 1))
        return Ack(1, seq, digest, 1, "server", sig)

    def acked(self, ack: Ack) -> Answer:
        answer = PushAnswer(ack, [], Next(0, 250, ""), {})
        return 200, "application/msgpack", codec.encode_answer(answer)

    def take(self, push: Push) -> Answer:
        self.pushes.append(push)
        if self.script:
            return self.script.popleft()(push)
        held = Held(1, len(self.hashes) - 1, self.hashes[-1])
        verdict = judge(push, held, self._hash_at)
        if verdict.judgement is not Judgement.ACCEPT:
            return refusal(verdict.judgement.value, held=held)
        self.hashes += verdict.hashes[verdict.skip :]
        return self.acked(self.ack(len(self.hashes) - 1, self.hashes[-1]))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http", "lifespan and websockets are off"
        body = await _body(receive)
        status, kind, content = await self._answer(scope, body)
        headers = [(b"content-type", kind.encode()), (b"totem-nonce", self._nonce().encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Any, body: bytes) -> Answer:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        if not self._is_signed(scope, headers, body):
            self.unsigned += 1
            return refusal("use-nonce", nonce=self._nonce())
        if scope["path"].endswith("/feed"):
            return await self._feed()
        assert headers["content-encoding"] == "zstd"
        if scope["path"].endswith("/epochs"):
            self.pleas.append(json.decode(_inflate(body, 2**20), type=EpochRequest))
            return refusal("overloaded")
        return self.take(codec.decode_push(body, _inflate))

    async def _feed(self) -> Answer:
        if not self.pages:
            await asyncio.sleep(0.05)
        page = self.pages.popleft() if self.pages else FeedPage([], {}, True)
        return 200, "application/json", json.encode(page)

    def _is_signed(self, scope: Any, headers: dict[str, str], body: bytes) -> bool:
        nonce, digest = headers["totem-nonce"], signing.content_digest(body)
        covered = signing.Covered(
            scope["method"],
            scope["path"],
            scope["query_string"].decode(),
            digest,
            nonce,
            "totem-central",
        )
        assert headers["content-digest"] == digest
        assert signing.key_id_of(headers["signature-input"]) == self._key_id
        signature = signing.signature_of(headers["signature"]) or b""
        assert verify(self._public_key, signature, signing.signature_base(covered, self._key_id))
        if nonce not in self._nonces:
            return False
        self._nonces.remove(nonce)
        return True

    def _nonce(self) -> str:
        self._issued += 1
        self._nonces.add(f"n{self._issued}")
        return f"n{self._issued}"

    def _hash_at(self, seq: int) -> bytes | None:
        return self.hashes[seq] if 0 <= seq < len(self.hashes) else None


def with_bad_signature(ack: Ack) -> Ack:
    return structs.replace(ack, sig=FORGED)


@asynccontextmanager
async def served(central: ScriptedCentral) -> AsyncIterator[str]:
    """The address of ``central`` while it listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(central, lifespan="off", ws="none", log_config=None)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            await task


async def _body(receive: Any) -> bytes:
    pieces: list[bytes] = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


def _inflate(data: bytes, most: int) -> bytes:
    raw: bytes = zstandard.ZstdDecompressor().decompress(data, max_output_size=most)
    return raw
