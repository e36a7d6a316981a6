"""What the transport makes of every kind of answer."""

import asyncio
from contextlib import suppress

import httpx
import pytest
import respx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import json

from edge_agent.sync.errors import (
    CentralRefusedError,
    CentralTimeoutError,
    CentralUnreachableError,
    SyncError,
)
from edge_agent.sync.identity import Identity
from edge_agent.sync.transport import Timeouts, Transport, enrol_at
from sync_protocol.errors import CATALOGUE
from sync_protocol.feed import FeedPage
from sync_protocol.messages import EnrolRequest, ProblemDocument

CENTRAL = "http://central.test"
FEED = f"{CENTRAL}/v1/totems/T0001/feed"
PAGE = httpx.Response(
    200,
    headers={"content-type": "application/json", "totem-nonce": "fresh"},
    content=json.encode(FeedPage([], {}, True)),
)


def ask(timeouts: Timeouts | None = None) -> FeedPage:
    async def run() -> FeedPage:
        identity = Identity(Ed25519PrivateKey.generate(), "bench")
        transport = Transport(CENTRAL, identity, "T0001", "0", timeouts or Timeouts())
        try:
            return await transport.feed({"org": 3}, 0, 1)
        finally:
            await transport.close()

    return asyncio.run(run())


def refused(code: str, **headers: str) -> httpx.Response:
    row = CATALOGUE[code]
    document = ProblemDocument("about:blank", row.title, row.status, code=code, nonce="n1")
    headers = {"content-type": "application/problem+json", "totem-nonce": "n1"} | headers
    return httpx.Response(row.status, headers=headers, content=json.encode(document))


@pytest.mark.parametrize("code", sorted(CATALOGUE))
@respx.mock
def test_every_problem_of_the_catalogue_arrives_with_its_verb(code: str) -> None:
    respx.get(FEED).mock(return_value=refused(code))
    with pytest.raises(CentralRefusedError) as caught:
        ask()
    assert (caught.value.problem.code, caught.value.verb) == (code, CATALOGUE[code].verb)


@respx.mock
def test_use_nonce_is_answered_at_once_and_only_once() -> None:
    route = respx.get(FEED).mock(side_effect=[refused("use-nonce"), PAGE])
    assert ask() == FeedPage([], {}, True)
    first, second = (call.request for call in route.calls)
    assert (first.headers["totem-nonce"], second.headers["totem-nonce"]) == ("", "n1")
    assert first.headers["signature"] != second.headers["signature"]
    assert second.url.query == b"cursor=%7B%22org%22%3A3%7D&gen=0&wait=1"


@respx.mock
def test_retry_after_in_the_header_counts() -> None:
    respx.get(FEED).mock(return_value=refused("overloaded", **{"retry-after": "7"}))
    with pytest.raises(CentralRefusedError) as caught:
        ask()
    assert caught.value.problem.retry_after_ms == 7_000


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, headers={"content-type": "text/html"}, text="<h1>Wi-Fi login</h1>"),
        httpx.Response(302, headers={"location": "http://portal.test"}),
        httpx.Response(403, text="blocked by the firewall"),
        httpx.Response(502, text="bad gateway"),
        httpx.Response(200, headers={"content-type": "application/json"}, text='{"items":3}'),
        httpx.Response(200, headers={"content-type": "application/json"}, text="[" * 9_000),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("garbage"),
    ],
)
@respx.mock
def test_whatever_is_not_central_is_unreachable(answer: httpx.Response | Exception) -> None:
    respx.get(FEED).mock(side_effect=[answer])
    with pytest.raises(CentralUnreachableError) as caught:
        ask()
    assert not isinstance(caught.value, CentralTimeoutError)


@respx.mock
def test_a_proxy_that_finds_the_push_too_large_halves_it() -> None:
    respx.get(FEED).mock(return_value=httpx.Response(413, text="<html>"))
    with pytest.raises(CentralRefusedError) as caught:
        ask()
    assert caught.value.verb == "halve"


@respx.mock
def test_silence_is_a_timeout() -> None:
    respx.get(FEED).mock(side_effect=httpx.ReadTimeout("nothing"))
    with pytest.raises(CentralTimeoutError):
        ask()


def test_an_answer_that_only_drips_is_a_timeout() -> None:
    async def run() -> None:
        dripping, gone = asyncio.Event(), asyncio.Event()

        async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            dripping.set()
            with suppress(ConnectionError):
                while not reader.at_eof():
                    writer.write(b" ")
                    with suppress(TimeoutError):
                        await asyncio.wait_for(reader.read(1), 0.02)
            writer.close()
            gone.set()

        server = await asyncio.start_server(drip, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        identity = Identity(Ed25519PrivateKey.generate(), "bench")
        limits = Timeouts(connect_s=20, read_s=20, whole_s=1.5)
        transport = Transport(f"http://127.0.0.1:{port}", identity, "T0001", "0", limits)
        try:
            with pytest.raises(CentralTimeoutError):
                await transport.feed({}, 0, 0)
            assert dripping.is_set()
            async with asyncio.timeout(20):
                await gone.wait()
        finally:
            await transport.close()
            server.close()

    asyncio.run(run())


@respx.mock
def test_a_refused_enrolment_code_is_said_as_such() -> None:
    document = ProblemDocument("about:blank", "Wrong code", 403, code="bad-code")
    respx.post(f"{CENTRAL}/v1/enrol").mock(
        return_value=httpx.Response(
            403,
            headers={"content-type": "application/problem+json"},
            content=json.encode(document),
        )
    )
    with pytest.raises(SyncError, match="bad-code: Wrong code"):
        enrol_at(CENTRAL, EnrolRequest("C0DE", b"k", "bench", b"p"))
