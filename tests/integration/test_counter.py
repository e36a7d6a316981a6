"""The attendant's corner of a running totem: a voucher settles once, a ticket is served once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge_agent.cli.agent_client import AgentClient, AgentError
from tests.support.bench_totem import PIN
from tests.support.flow_bench import Totem, totem_at_work


class Desk:
    """An attendant at the API."""

    def __init__(self, client: AgentClient, pin: str = PIN) -> None:
        self._client = client
        self.token = client.send("POST", "/v1/counter/session", {"secret": pin})["token"]

    def ask(self, deed: str, **body: Any) -> Any:
        self._client.headers = {"totem-counter": self.token}
        return self._client.send("POST", f"/v1/counter/{deed}", body)


@pytest.fixture(scope="module")
def totem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Totem]:
    with totem_at_work(tmp_path_factory.mktemp("counter")) as found:
        yield found


def a_voucher(totem: Totem) -> dict[str, Any]:
    totem.choose("blood")
    totem.pay("counter")
    ticket: dict[str, Any] = totem.printed()["ticket"]
    totem.tell("finish")
    return ticket


def refusal(deed: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(AgentError) as refused:
        deed(*args, **kwargs)
    return refused.value.code


@pytest.mark.parametrize("by", ["qr", "number"])
def test_a_voucher_settles_once_and_its_ticket_is_served_once(totem: Totem, by: str) -> None:
    code = a_voucher(totem)[by]
    desk = Desk(totem.client)
    assert desk.ask("look", code=code)["can"] == ["settle"]
    assert refusal(desk.ask, "serve", code=code) == "not-paid"
    settled = desk.ask("settle", code=code)
    assert (settled["is_paid"], settled["can"]) == (True, ["serve"])
    assert refusal(desk.ask, "settle", code=code) == "already-settled"
    served = desk.ask("serve", code=code)
    assert (served["state"], served["can"]) == ("CONSUMED", [])
    assert refusal(desk.ask, "serve", code=code) == "already-served"
    totem.until(lambda _: any("PAGO" in paper for paper in totem.far.papers()))


def test_the_refusal_says_when_and_by_whom_it_was_done(totem: Totem) -> None:
    code = a_voucher(totem)["qr"]
    desk = Desk(totem.client)
    desk.ask("settle", code=code)
    with pytest.raises(AgentError, match=r"on 20\d\d-\d\d-\d\d .* by ana"):
        desk.ask("settle", code=code)


def test_a_changed_or_foreign_code_opens_nothing(totem: Totem) -> None:
    code = a_voucher(totem)["qr"]
    desk = Desk(totem.client)
    changed = code[:-4] + ("AAAA" if code[-4:] != "AAAA" else "BBBB")
    for wrong in (changed, "TOTEM1:NOTHING", "ZZ999", "https://example.org"):
        assert refusal(desk.ask, "look", code=wrong) == "unknown-code"


def test_without_a_session_nothing_is_told(totem: Totem) -> None:
    number = a_voucher(totem)["number"]
    totem.client.headers = {"totem-counter": "guessed"}
    assert (
        refusal(totem.client.send, "POST", "/v1/counter/settle", {"code": number}) == "no-session"
    )


def test_wrong_pins_make_everyone_wait(totem: Totem) -> None:
    for _ in range(3):
        assert refusal(Desk, totem.client, "0000") == "bad-pin"
    assert refusal(Desk, totem.client, PIN) == "wait-for-pin"


def test_a_paid_ticket_is_served_without_money(tmp_path: Path) -> None:
    with totem_at_work(tmp_path) as totem:
        totem.choose("result")
        totem.pay("free")
        number = totem.printed()["ticket"]["number"]
        totem.tell("finish")
        desk = Desk(totem.client)
        assert refusal(desk.ask, "settle", code=number) == "nothing-to-pay"
        assert desk.ask("serve", code=number)["state"] == "CONSUMED"
        assert refusal(desk.ask, "void", code=number) == "method-unavailable"
