"""Bad input to a running agent: a problem says what is wrong, and the journal does not move."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import json

from edge_agent.cli.agent_client import AgentClient
from tests.crash.harness import FORK, far_ends
from tests.crash.totem import Far
from tests.crash.whole import prepare, ready, start


class Agent(NamedTuple):
    """A running agent and a client of its screen."""

    port: int
    client: AgentClient
    secret: str

    def ask(self, method: str, path: str, body: bytes, **headers: str) -> tuple[int, str, Any]:
        """(status, content type, document) of a raw request."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {"content-type": "application/json", "totem-secret": self.secret}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            link.request(method, path, body, sent)
            answer = link.getresponse()
            raw = answer.read()
        finally:
            link.close()
        return answer.status, answer.headers["content-type"], json.decode(raw)


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    folder: Path = tmp_path_factory.mktemp("agent")
    ours, theirs = FORK.Pipe()
    devices = FORK.Process(target=far_ends, args=(theirs, 1), daemon=True)
    devices.start()
    port = prepare(folder, Far(*ours.recv()))
    process = start(folder)
    try:
        client = ready(port)
        yield Agent(port, client, client.get("/v1/boot")["secret"])
    finally:
        process.terminate()
        process.wait()
        devices.terminate()
        devices.join()


@pytest.fixture
def visiting(agent: Agent) -> Iterator[Agent]:
    """Somebody is choosing; whatever the test does, no event may come of it."""
    agent.client.send("POST", "/v1/visit", {"locale": "pt"})
    before = agent.client.get("/v1/health")["head"]
    yield agent
    assert agent.client.get("/v1/health")["head"] == before
    agent.client.send("POST", "/v1/visit/cancel")


CART = '{{"lines": [{{"service": "{service}", "quantity": {quantity}}}]}}'


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("PUT", "/v1/visit/cart", CART.format(service="gold", quantity=1), 404, "unknown-service"),
        ("PUT", "/v1/visit/cart", CART.format(service="blood", quantity=-1), 422, "bad-amount"),
        ("PUT", "/v1/visit/cart", CART.format(service="blood", quantity=100), 422, "bad-amount"),
        ("PUT", "/v1/visit/cart", '{"lines": [{"service": 7}]}', 400, "malformed"),
        ("PUT", "/v1/visit/cart", '{"lines": [', 400, "malformed"),
        ("PUT", "/v1/visit/cart", '{"lines": [], "total_minor": 1}', 400, "malformed"),
        ("PUT", "/v1/visit/step", '{"step": "review"}', 409, "wrong-step"),
        ("PUT", "/v1/visit/step", '{"step": "moon"}', 400, "malformed"),
        ("POST", "/v1/visit/pay", '{"method": "debit"}', 409, "wrong-step"),
        ("POST", "/v1/visit/pay", '{"method": "gold"}', 400, "malformed"),
        ("POST", "/v1/visit/pay", '{"method": "debit", "amount_minor": -5}', 400, "malformed"),
        ("POST", "/v1/visit/finish", "{}", 409, "wrong-step"),
        ("POST", "/v1/visit/reprint", "{}", 409, "wrong-step"),
        ("PUT", "/v1/visit/cart", '{"lines": "' + "x" * 70_000 + '"}', 413, "too-large"),
        ("GET", "/v1/nothing", "", 404, "not-found"),
        ("DELETE", "/v1/visit", "", 405, "method-not-allowed"),
        ("GET", "/v1/state?wait=-1", "", 400, "malformed"),
    ],
)
def test_bad_input_is_answered_with_a_problem(
    visiting: Agent, method: str, path: str, body: str, status: int, code: str
) -> None:
    answered, kind, problem = visiting.ask(method, path, body.encode())
    assert (answered, problem["code"]) == (status, code)
    assert kind.startswith("application/problem+json")
    assert problem["detail"]
    assert problem["status"] == status


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"host": "evil.example"}, "bad-host"),
        ({"host": "127.0.0.1:1"}, "bad-host"),
        ({"origin": "http://evil.example"}, "bad-origin"),
        ({"sec_fetch_site": "cross-site"}, "bad-origin"),
        ({"totem_secret": "guess"}, "bad-secret"),
        ({"totem_secret": ""}, "bad-secret"),
    ],
)
def test_a_stranger_cannot_write(visiting: Agent, headers: dict[str, str], code: str) -> None:
    _, kind, problem = visiting.ask("POST", "/v1/visit/cancel", b"{}", **headers)
    assert problem["code"] == code
    assert kind.startswith("application/problem+json")
    assert visiting.client.get("/v1/state")["step"] == "services"


def test_a_forged_host_cannot_even_read(agent: Agent) -> None:
    status, _, problem = agent.ask("GET", "/v1/boot", b"", host="evil.example")
    assert (status, problem["code"]) == (421, "bad-host")
