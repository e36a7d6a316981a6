"""What a site asks of its customers, on a whole totem: answered, passed over, printed, and gone.

``totem run`` is a real process with emulated devices; central is nowhere, so what is sealed stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edge_agent.cli.agent_client import AgentError
from edge_agent.journal.connection import JOURNAL_FILE, connect, load_key
from sync_protocol.messages import PrivateFields, PrivateRecord
from tests.support.asking_totem import (
    SAID,
    TYPED,
    UNSEALER,
    answer,
    asking_totem,
    disk,
    policy,
    step,
    where_said,
)
from tests.support.flow_bench import Totem

LAST_LINE = "NÃO É DOCUMENTO FISCAL"
ASKED = policy(priority="ask", identify=["name", "cpf", "phone"])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Totem, Path]]:
    folder = tmp_path_factory.mktemp("asking")
    with asking_totem(folder, ASKED) as (totem, _):
        yield totem, folder


@pytest.fixture
def totem(shared: tuple[Totem, Path]) -> Iterator[Totem]:
    yield shared[0]
    if shared[0].state()["step"] == "ticket":
        shared[0].tell("finish")
    elif shared[0].state()["step"] != "attract":
        shared[0].tell("cancel")


def prefer(totem: Totem, priority: str) -> None:
    totem.client.send("POST", "/v1/visit", {"locale": "pt"})
    totem.client.send("PUT", "/v1/visit/priority", {"priority": priority})


def at_review(totem: Totem, priority: str = "", service: str = "blood") -> None:
    prefer(totem, priority)
    totem.choose(service)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = connect(folder / JOURNAL_FILE, load_key(folder))
    try:
        found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    finally:
        connection.close()
    return found


# ---- who is served first


def test_priority_is_asked_first_and_stands_on_ticket_and_counter(totem: Totem) -> None:
    state = totem.client.send("POST", "/v1/visit", {"locale": "pt"})
    assert (state["step"], state["asks"]["priority"]) == ("priority", "ask")
    state = totem.client.send("PUT", "/v1/visit/priority", {"priority": "80"})
    assert (state["step"], state["priority"]) == ("services", "80")
    totem.choose("result")
    totem.pay("free")
    number = totem.printed()["ticket"]["number"]
    paper = next(it for it in totem.far.papers() if number in it)
    assert "PREFERENCIAL 80+" in paper
    session = totem.client.send("POST", "/v1/counter/session", {"secret": "2468"})
    totem.client.headers = {"totem-counter": session["token"]}
    found = totem.client.send("POST", "/v1/counter/look", {"code": number})
    assert found["priority"] == "80"


def test_nobody_is_marked_who_is_served_in_turn(totem: Totem) -> None:
    at_review(totem, service="result")
    totem.pay("free")
    number = totem.printed()["ticket"]["number"]
    paper = next(it for it in totem.far.papers() if number in it)
    assert "PREFERENCIAL" not in paper


def test_priority_of_an_unknown_kind_is_refused(totem: Totem) -> None:
    totem.client.send("POST", "/v1/visit", {"locale": "pt"})
    with pytest.raises(AgentError) as refused:
        totem.client.send("PUT", "/v1/visit/priority", {"priority": "vip"})
    assert refused.value.code == "malformed"
    assert totem.state()["step"] == "priority"


# ---- what customers say of themselves


def test_questions_come_one_by_one_between_review_and_payment(totem: Totem) -> None:
    at_review(totem)
    state = step(totem, "method")
    for question in ("name", "cpf", "phone"):
        assert (state["step"], state["asks"]["question"]) == ("identify", question)
        state = answer(totem, question, TYPED[question])
        assert question in state["identified"]
    assert state["step"] == "method"
    assert not any(value in str(totem.state()) for value in SAID.values())


def test_every_question_can_be_passed_over(totem: Totem) -> None:
    at_review(totem)
    step(totem, "method")
    for question in ("name", "cpf", "phone"):
        state = answer(totem, question, "")
    assert (state["step"], state["identified"]) == ("method", [])


@pytest.mark.parametrize(
    ("question", "value", "code"),
    [
        ("name", "7", "bad-name"),
        ("cpf", "529.982.247-26", "bad-cpf"),
        ("cpf", "111.111.111-11", "bad-cpf"),
        ("phone", "1234", "bad-phone"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_without_saying_it_back(
    totem: Totem, question: str, value: str, code: str
) -> None:
    at_review(totem)
    state = step(totem, "method")
    while state["asks"]["question"] != question:
        state = answer(totem, state["asks"]["question"], "")
    with pytest.raises(AgentError) as refused:
        answer(totem, question, value)
    assert refused.value.code == code
    assert value not in str(refused.value)
    assert totem.state()["asks"]["question"] == question


def test_an_answer_to_another_question_is_refused(totem: Totem) -> None:
    at_review(totem)
    step(totem, "method")
    with pytest.raises(AgentError) as refused:
        answer(totem, "cpf", TYPED["cpf"])
    assert refused.value.code == "wrong-step"


def test_what_was_said_is_not_asked_again_and_can_be_begun_anew(totem: Totem) -> None:
    at_review(totem)
    step(totem, "method")
    answer(totem, "name", TYPED["name"])
    answer(totem, "cpf", "")
    step(totem, "review")
    state = step(totem, "method")
    assert (state["asks"]["question"], state["identified"]) == ("cpf", ["name"])
    step(totem, "review")
    state = step(totem, "identify")
    assert (state["asks"]["question"], state["identified"]) == ("name", [])


def test_a_free_ticket_asks_for_no_cpf_and_is_had_after_the_last_question(totem: Totem) -> None:
    at_review(totem, service="result")
    state = step(totem, "method")
    assert state["asks"]["identify"] == ["name", "phone"]
    answer(totem, "name", TYPED["name"])
    assert answer(totem, "phone", "")["step"] == "ticket"


def test_the_name_is_on_the_first_copy_and_not_on_the_second(totem: Totem) -> None:
    at_review(totem)
    step(totem, "method")
    answer(totem, "name", TYPED["name"])
    for question in ("cpf", "phone"):
        answer(totem, question, TYPED[question])
    totem.pay("counter")
    number = totem.printed()["ticket"]["number"]
    totem.tell("finish")
    totem.client.send("POST", "/v1/devices/printer/reprint", {"ticket": number})

    def whole() -> list[str]:
        return [it for it in totem.far.papers() if number in it and LAST_LINE in it]

    totem.until(lambda _: len(whole()) == 2)
    first, second = whole()
    assert SAID["name"] in first
    assert SAID["name"] not in second
    assert not any(SAID["cpf"] in it or TYPED["cpf"] in it for it in totem.far.papers())


# ---- where nothing may be asked


@pytest.mark.parametrize("has_key", [True, False])
def test_without_headquarters_key_nothing_is_asked(tmp_path: Path, has_key: bool) -> None:
    with asking_totem(tmp_path, policy(identify=["cpf"]), has_key=has_key) as (totem, _):
        totem.choose("blood")
        state = step(totem, "method")
        assert state["step"] == ("identify" if has_key else "method")
        assert state["asks"]["identify"] == (["cpf"] if has_key else [])


def test_a_free_ticket_takes_three_touches_where_only_a_cpf_is_asked(tmp_path: Path) -> None:
    with asking_totem(tmp_path, policy(identify=["cpf"], priority="offer")) as (totem, _):
        totem.client.send("POST", "/v1/visit", {"locale": "pt"})
        line = {"service": "result", "quantity": 1}
        totem.client.send("PUT", "/v1/visit/cart", {"lines": [line]})
        assert totem.state()["step"] == "services"
        assert totem.pay("free")["step"] == "ticket"


def test_what_costs_money_is_not_paid_from_the_services(tmp_path: Path) -> None:
    with asking_totem(tmp_path, policy(identify=["name"])) as (totem, _):
        totem.choose("blood")
        step(totem, "services")
        with pytest.raises(AgentError) as refused:
            totem.pay("counter")
        assert refused.value.code == "wrong-step"
        totem.tell("cancel")
        totem.choose("result")
        step(totem, "services")
        with pytest.raises(AgentError) as refused:
            totem.pay("free")
        assert refused.value.code == "wrong-step"


# ---- what is left


def buy_with_everything_said(totem: Totem) -> str:
    totem.choose("blood")
    state = step(totem, "method")
    while state["step"] == "identify":
        question = state["asks"]["question"]
        state = answer(totem, question, TYPED[question])
    totem.pay("debit")
    number = totem.printed()["ticket"]["number"]
    totem.tell("finish")
    return str(number)


def over_the_wires(totem: Totem) -> bytes:
    """What the printer was sent in the last minute, as the technician's capture keeps it: what
    might be a card number is masked, so that only short words are sure to be whole.
    """
    lines = totem.client.get("/v1/devices/capture?seconds=60")
    sent = [line.split(" > ", 1)[1] for line in lines if " printer " in line and " > " in line]
    return b"".join(bytes.fromhex(hexed) for hexed in sent)


def test_the_capture_of_a_printer_shows_what_was_printed(totem: Totem) -> None:
    at_review(totem, service="result")
    totem.pay("free")
    totem.printed()
    assert b"SENHA" in over_the_wires(totem)


@pytest.mark.parametrize("ending", ["terminated", "killed"])
def test_after_the_visit_nothing_a_customer_said_is_on_the_disk(
    tmp_path: Path, ending: str
) -> None:
    folder, aside = tmp_path / "disk", tmp_path / "aside"
    folder.mkdir()
    aside.mkdir()
    with asking_totem(folder, policy(identify=["name", "cpf", "phone"])) as (totem, process):
        number = buy_with_everything_said(totem)
        assert not any(value in str(totem.state()) for value in SAID.values())
        assert SAID["name"][:5].encode() not in over_the_wires(totem)
        process.kill() if ending == "killed" else process.terminate()
        process.wait()
        files = disk(folder, aside)
    assert any(number.encode() in raw for raw in files.values()), "the pages are not in the clear"
    assert ("journal.db-wal" in files) == (ending == "killed")
    assert where_said(files) == []
    [(name, key_id, sealed)] = rows(folder, "SELECT sale, key_id, sealed FROM private_records")
    record = PrivateRecord(key_id, bytes(sealed))
    assert UNSEALER.open(name, record) == PrivateFields(**SAID)


@pytest.mark.parametrize("plant", ["row", "free page", "frame of the log", "agent.log"])
def test_a_planted_plain_write_is_found(tmp_path: Path, plant: str) -> None:
    folder, aside = tmp_path / "disk", tmp_path / "aside"
    folder.mkdir()
    aside.mkdir()
    with asking_totem(folder, policy(identify=["cpf"])):
        pass
    assert where_said(disk(folder, aside)) == []
    with planted(folder, plant):
        assert where_said(disk(folder, aside)) != []


@contextmanager
def planted(folder: Path, plant: str) -> Iterator[None]:
    """A plain write of what was said: still there, deleted, not checkpointed, or logged."""
    if plant == "agent.log":
        with (folder / plant).open("a") as log:
            log.write(f'{{"cpf": "{TYPED["cpf"]}"}}\n')
        yield
        return
    connection = connect(folder / JOURNAL_FILE, load_key(folder))
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("CREATE TABLE plain (said TEXT)")
    connection.executemany("INSERT INTO plain VALUES (?)", [(SAID["cpf"],)] * 500)
    if plant != "row":
        connection.execute("DROP TABLE plain")
    if plant == "frame of the log":
        yield
        connection.close()
    else:
        connection.close()
        yield
