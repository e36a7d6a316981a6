"""The corner of a running totem: who may enter, what became of a sale, cases, the roll, upkeep."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from edge_agent.cli.agent_client import AgentClient, AgentError
from edge_agent.journal.connection import JOURNAL_FILE, load_key, open_reader
from sync_protocol.feed import Attendant, decode_item, encode_item
from tests.support.bench_totem import ANA, PIN, TECHNICIAN_PIN, TEO
from tests.support.cut_bench import Bench, cut_bench, pinpad, terminal


class Desk:
    """Somebody of the staff at the API."""

    def __init__(self, client: AgentClient, pin: str = PIN) -> None:
        self._client = client
        entered = client.send("POST", "/v1/counter/session", {"secret": pin})
        self.token, self.name, self.roles = entered["token"], entered["name"], entered["roles"]

    def post(self, path: str, **body: Any) -> Any:
        self._client.headers = {"totem-counter": self.token}
        return self._client.send("POST", f"/v1/{path}", body)

    def get(self, path: str) -> Any:
        self._client.headers = {"totem-counter": self.token}
        return self._client.get(f"/v1/{path}")


def refusal(deed: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(AgentError) as refused:
        deed(*args, **kwargs)
    return refused.value.code


def bodies(folder: Path, kind: str) -> list[dict[str, Any]]:
    """The events of this type, as they stand in the journal."""
    connection = open_reader(folder / JOURNAL_FILE, load_key(folder))
    try:
        sql = "SELECT body FROM journal WHERE type = ? ORDER BY epoch, seq"
        return [json.decode(bytes(row[0])) for row in connection.execute(sql, (kind,))]
    finally:
        connection.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with cut_bench(tmp_path, pinpad()) as found:
        yield found


def test_staff_of_an_older_catalogue_are_attendants() -> None:
    old = b'{"id":"ana","name":"Ana","pin_hash":"scrypt$00$00"}'
    found = decode_item("staff/ana", old)
    assert isinstance(found, Attendant)
    assert found.roles == ["attendant"]
    assert decode_item("staff/teo", encode_item(TEO)) == TEO
    assert ANA.roles == ["attendant"]


def test_the_wait_after_wrong_pins_survives_a_restart(bench: Bench) -> None:
    for _ in range(3):
        assert refusal(Desk, bench.client, "0000") == "bad-pin"
    assert refusal(Desk, bench.client, PIN) == "wait-for-pin"
    bench.cut_and_on()
    said = refusal(Desk, bench.client, "0000")
    if said == "bad-pin":  # the start took longer than the wait: one more, and it is twice as long
        said = refusal(Desk, bench.client, PIN)
    assert said == "wait-for-pin"


def test_an_attendant_may_not_do_what_a_technician_does(bench: Bench) -> None:
    ana = Desk(bench.client)
    assert (ana.name, ana.roles) == ("Ana", ["attendant"])
    assert refusal(ana.get, "upkeep/status") == "not-allowed"
    assert refusal(ana.post, "upkeep/printer/test") == "not-allowed"
    bench.client.headers = {}
    assert refusal(bench.client.get, "/v1/upkeep/status") == "no-session"
    assert refusal(bench.client.get, "/v1/counter/cases") == "no-session"


def test_a_technician_sees_how_it_is_and_every_act_has_a_name(bench: Bench) -> None:
    teo = Desk(bench.client, TECHNICIAN_PIN)
    status = teo.get("upkeep/status")
    assert [it["name"] for it in status["devices"]] == ["printer", "reader"]
    assert {it["hint"] for it in status["devices"]} == {""}
    assert (status["online"], status["at_risk"], status["cases_open"]) == (False, 0, 0)
    assert "127.0.0.1" not in str(status)
    assert any(it["what"] == "test paper" for it in teo.post("upkeep/printer/test"))
    tested = teo.post("upkeep/reader/test")
    assert [(it["what"], it["is_well"]) for it in tested] == [("answers", True), ("display", True)]
    assert refusal(teo.post, "upkeep/scanner/test") == "not-found"
    teo.post("upkeep/noted", deed="touch test", cells_missed=2)
    acts = [(it["by"], it["deed"], it["about"]) for it in teo.get("upkeep/acts")]
    assert acts == [
        ("teo", "touch test", "2 cells missed"),
        ("teo", "reader test", ""),
        ("teo", "printer test", ""),
        ("teo", "entered", ""),
    ]


def test_near_the_end_of_the_roll_it_is_told_how_many_tickets_are_left(bench: Bench) -> None:
    desk = Desk(bench.client)

    def until_left(count: int | None) -> str:
        bench.until(lambda _: desk.get("counter/printer")["tickets_left"] == count)
        hint: str = bench.client.get("/v1/devices/")[0]["hint"]
        return hint

    assert until_left(None) == ""
    bench.to_printer("near_end")
    assert "cerca de 20" in until_left(20)
    bench.pay("free", "result")
    bench.until(lambda it: it["ticket"] and it["ticket"]["print"] == "printed")
    assert "cerca de 19" in until_left(19)
    found = bench.client.send("POST", "/v1/devices/printer/doctor")
    told = {it["what"]: it["said"] for it in found}
    assert told["tickets left"] == "up to about 19"
    bench.to_printer("paper_in")
    assert until_left(None) == ""


@pytest.mark.parametrize("by", ["number", "qr", "code"])
def test_a_claim_tells_where_money_and_paper_are(bench: Bench, by: str) -> None:
    bench.pay("debit")
    ticket = bench.until(lambda it: it["ticket"] and it["ticket"]["print"] == "printed")["ticket"]
    desk = Desk(bench.client)
    code = desk.post("counter/claim", code=ticket["number"])["code"]
    asked = {
        "number": ticket["number"].lower(),
        "qr": ticket["qr"],
        "code": f" {code[:4]} {code[4:]}",
    }
    claim = desk.post("counter/claim", code=asked[by])
    assert (claim["number"], claim["money"], claim["paper"]) == (
        ticket["number"],
        "paid_stored",
        "printed",
    )
    assert (claim["total_minor"], claim["cases"]) == (4_500, [])
    assert claim["can"] == ["serve", "reprint"]
    assert refusal(desk.post, "counter/claim", code="ZZZZZZZZ") == "unknown-code"
    assert refusal(desk.post, "counter/claim", code=" ") == "unknown-code"


def test_the_code_of_a_payment_in_doubt_is_found_and_its_money_is_not_promised(
    tmp_path: Path,
) -> None:
    with cut_bench(tmp_path, terminal("silent_after_card")) as bench:
        bench.pay("debit")
        bench.until_card("authorising")
        bench.reader_away()
        code = bench.until_card("checking")["case"]["code"]
        claim = Desk(bench.client).post("counter/claim", code=code)
        assert (claim["money"], claim["number"], claim["can"]) == ("checking", "", [])


def test_a_case_about_paper_is_closed_with_a_reason_and_a_name(
    bench: Bench, tmp_path: Path
) -> None:
    bench.to_printer("lines_per_s=1")
    bench.pay("debit")
    bench.until(lambda it: it["ticket"] and it["ticket"]["print"] == "late")
    bench.cut()
    bench.to_printer("lines_per_s=0")
    bench.power_on()
    desk = Desk(bench.client)
    (case,) = desk.get("counter/cases")
    assert (case["kind"], case["number"]) == ("print_in_doubt", "CA001")
    assert refusal(desk.post, f"counter/cases/{case['case']}", reason="nothing_due") == "case-stays"
    desk.post(f"counter/cases/{case['case']}", reason="paper_found")
    assert desk.get("counter/cases") == desk.get("counter/waiting") == []
    assert refusal(desk.post, f"counter/cases/{case['case']}", reason="served") == "wrong-step"
    assert bodies(tmp_path, "CaseClosed")[-1]["by"] == "ana"
    claim = desk.post("counter/claim", code=case["code"])
    assert (claim["money"], claim["paper"]) == ("paid_stored", "shown")
    assert bench.state()["recovered"] is None


def test_after_a_new_roll_the_waiting_copies_are_printed(bench: Bench, tmp_path: Path) -> None:
    bench.to_printer("lines_per_s=1")
    bench.pay("free", "result")
    bench.until(lambda it: it["ticket"] and it["ticket"]["print"] == "late")
    bench.cut()
    bench.to_printer("lines_per_s=0")
    bench.power_on()
    bench.to_printer("cover_open")
    desk = Desk(bench.client)
    bench.until(lambda _: desk.get("counter/printer")["hint"] == "cover_open")
    bench.to_printer("paper_in")
    bench.to_printer("cover_close")
    bench.until(lambda _: desk.get("counter/printer")["state"] == "ready")
    found = {it["what"]: it["is_well"] for it in desk.post("counter/printer/test")}
    assert found["test paper"]
    (waiting,) = desk.get("counter/waiting")
    desk.post("counter/reprint", code=waiting["ticket"])
    bench.until(lambda _: desk.get("counter/waiting") == [])
    bench.until(lambda _: any("2ª VIA" in paper for paper in bench.papers()))
    assert bodies(tmp_path, "PrintQueued")[-1]["by"] == "ana"
