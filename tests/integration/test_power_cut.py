"""The power goes while a customer is at the screen: what the next screen says about their money.

``totem run`` is killed with SIGKILL at every step; at each of them a reloaded page shows the same
screen as the one before.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge_agent.cli.agent_client import AgentError
from edge_agent.devices.emulators.abecs.customer import Outcome
from tests.support.cut_bench import Bench, cut_bench, pinpad, terminal

LOOKS = 20
SLOW, FAST = "lines_per_s=1", "lines_per_s=0"
PERSONAL = ("name", "cpf", "phone", "masked_pan")


def same_after_reload(bench: Bench) -> None:
    """A page holds nothing: a second one sees what the first one saw, once nothing moves between
    the two looks.
    """
    for _ in range(LOOKS):
        seen, again, after = bench.state(), bench.reloaded(), bench.state()
        if seen == after:
            break
    assert again == after


def nothing_left(state: dict[str, Any]) -> bool:
    return state["step"] == "attract" and state["recovered"] is None and state["cart"] == []


def at_attract(bench: Bench) -> None:
    assert bench.state()["step"] == "attract"


def at_services(bench: Bench) -> None:
    assert bench.choose("blood")["step"] == "services"


def at_review(bench: Bench) -> None:
    bench.choose("blood")
    assert bench.tell("visit/step", step="review")["step"] == "review"


def at_method(bench: Bench) -> None:
    bench.choose("blood")
    assert bench.tell("visit/step", step="method")["step"] == "method"


def at_ticket(bench: Bench) -> None:
    bench.pay("debit")
    bench.until(lambda it: it["ticket"] and it["ticket"]["print"] == "printed")


@pytest.mark.parametrize("reach", [at_attract, at_services, at_review, at_method, at_ticket])
def test_nothing_is_left_of_a_customer_who_paid_nothing_or_has_their_paper(
    tmp_path: Path, reach: Callable[[Bench], None]
) -> None:
    with cut_bench(tmp_path, pinpad()) as bench:
        reach(bench)
        same_after_reload(bench)
        assert nothing_left(bench.cut_and_on())


@pytest.mark.parametrize(
    ("script", "step"),
    [(("timeout",), "insert_card"), (("timeout_at_pin",), "enter_pin")],
    ids=["insert", "pin"],
)
def test_a_card_that_was_being_asked_for_charged_nothing_and_the_screen_says_so(
    tmp_path: Path, script: tuple[Outcome, ...], step: str
) -> None:
    with cut_bench(tmp_path, pinpad(*script)) as bench:
        bench.pay("debit")
        bench.until_card(step)
        same_after_reload(bench)
        state = bench.cut_and_on()
        left = state["recovered"]
        assert (state["step"], left["state"], left["number"]) == ("recovered", "not_charged", "")
        assert left["total_minor"] == 4_500
        same_after_reload(bench)
        assert nothing_left(bench.tell("recovered/leave"))
        assert nothing_left(bench.cut_and_on())


def test_a_bank_that_was_being_asked_is_asked_again_and_then_nothing_was_charged(
    tmp_path: Path,
) -> None:
    with cut_bench(tmp_path, terminal("silent_after_card")) as bench:
        bench.pay("debit")
        bench.until_card("authorising")
        same_after_reload(bench)
        bench.cut()
        bench.reader_away()
        state = bench.power_on(is_reader_there=False)
        left = state["recovered"]
        assert (state["step"], left["state"], left["total_minor"]) == (
            "recovered",
            "checking",
            4_500,
        )
        assert len(left["case"]) == 8
        assert left["at"].count(":") == 1
        bench.reader_back()
        same_after_reload(bench)
        assert bench.until_left("not_charged")["recovered"]["number"] == ""


def test_a_payment_that_stood_after_all_brings_its_ticket(tmp_path: Path) -> None:
    with cut_bench(tmp_path, terminal("no_completion")) as bench:
        bench.pay("debit")
        bench.until_card("authorising")
        bench.until(lambda _: bench.charges() != [])
        bench.cut()
        bench.mend_reader()
        bench.power_on()
        left = bench.until_left("to_print")["recovered"]
        assert left["number"] == "CA001"
        bench.tell("recovered/print")
        assert bench.until_left("printed")["recovered"]["number"] == "CA001"
        assert any("CA001" in paper for paper in bench.papers())
        assert bench.charges() == [4_500]


def test_what_was_queued_before_the_cut_is_printed_by_itself(tmp_path: Path) -> None:
    with cut_bench(tmp_path, pinpad()) as bench:
        bench.to_printer(SLOW)
        bench.pay("free", "result")
        bench.until(lambda it: it["ticket"]["print"] == "printing")
        bench.tell("visit/finish")
        bench.pay("debit")
        bench.until(lambda it: it["ticket"] is not None)
        same_after_reload(bench)
        bench.cut()
        bench.to_printer(FAST)
        bench.power_on()
        left = bench.until_left("printed")["recovered"]
        assert (left["number"], left["kind"], left["total_minor"]) == ("CA001", "paid", 4_500)


@pytest.mark.parametrize(
    ("method", "service", "kind"),
    [("debit", "blood", "paid"), ("free", "result", "free"), ("counter", "blood", "to_pay")],
)
def test_paper_that_was_coming_out_waits_for_a_touch(
    tmp_path: Path, method: str, service: str, kind: str
) -> None:
    with cut_bench(tmp_path, pinpad()) as bench:
        bench.to_printer(SLOW)
        bench.pay(method, service)
        number = bench.until(lambda it: it["ticket"] and it["ticket"]["print"] == "late")["ticket"][
            "number"
        ]
        same_after_reload(bench)
        bench.cut()
        bench.to_printer(FAST)
        state = bench.power_on()
        left = state["recovered"]
        assert (state["step"], left["state"]) == ("recovered", "to_print")
        assert (left["number"], left["kind"]) == (number, kind)
        assert not set(PERSONAL) & set(left)
        same_after_reload(bench)
        assert bench.tell("recovered/print")["recovered"]["state"] in ("printing", "printed")
        bench.until_left("printed")
        assert any(number in paper and "2ª VIA" in paper for paper in bench.papers())
        assert nothing_left(bench.tell("recovered/leave"))
        assert nothing_left(bench.cut_and_on())


def test_a_printer_that_fails_again_leaves_the_number_on_the_screen(tmp_path: Path) -> None:
    with cut_bench(tmp_path, pinpad()) as bench:
        bench.to_printer(SLOW)
        bench.pay("debit")
        bench.until(lambda it: it["ticket"] and it["ticket"]["print"] == "late")
        bench.cut()
        bench.to_printer(FAST)
        bench.power_on()
        bench.to_printer("paper_end")
        bench.tell("recovered/print")
        state = bench.until(
            lambda it: it["recovered"]["state"] == "to_print" and it["recovered"]["cause"] != ""
        )
        assert state["recovered"]["cause"] != "power_cut"
        assert state["step"] == "recovered"
        bench.tell("recovered/leave")
        assert bench.client.get("/v1/health")["cases_open"] == 1


def test_a_payment_in_doubt_keeps_its_code_and_leaves_when_it_was_noted(tmp_path: Path) -> None:
    with cut_bench(tmp_path, terminal("silent_after_card")) as bench:
        bench.pay("debit")
        bench.until_card("authorising")
        bench.reader_away()
        shown = bench.until_card("checking")
        same_after_reload(bench)
        bench.cut()
        state = bench.power_on(is_reader_there=False)
        assert state["recovered"]["state"] == "checking"
        assert state["recovered"]["case"] == shown["case"]["code"]
        with pytest.raises(AgentError, match="too-late"):
            bench.tell("recovered/print")
        bench.tell("recovered/leave")
        bench.until(nothing_left)


def test_the_next_customer_is_never_kept_waiting(tmp_path: Path) -> None:
    with cut_bench(tmp_path, pinpad()) as bench:
        bench.to_printer(SLOW)
        bench.pay("free", "result")
        bench.until(lambda it: it["ticket"] and it["ticket"]["print"] == "late")
        bench.cut()
        bench.to_printer(FAST)
        assert bench.power_on()["step"] == "recovered"
        assert bench.tell("visit", locale="en")["step"] == "services"
        assert nothing_left(bench.tell("visit/cancel"))
