"""What the scanner reads goes to who waits for it now, and to nobody later."""

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from edge_agent.cli.agent_client import AgentError
from edge_agent.services.checkout import give_free
from edge_agent.services.scans import FRESH_S
from tests.support.bench_totem import PIN, basket
from tests.support.scan_bench import scan_bench

BADGE = "BADGE-TEO"
NOBODY = {"token": "", "name": "", "roles": []}


def test_a_badge_opens_the_door_and_a_code_is_handed_out_once(tmp_path: Path) -> None:
    with scan_bench(tmp_path) as bench:
        door = bench.badge()
        bench.scan(BADGE)
        entered = door.result()
        assert entered["name"] == "Téo"
        bench.scan("CA001")
        assert bench.next_scan(entered["token"]).result() == {"code": "CA001"}
        page = bench.next_scan(entered["token"])
        bench.scan("CA002")
        assert page.result() == {"code": "CA002"}


def test_a_badge_shown_before_the_door_was_open_opens_it_to_nobody_later(tmp_path: Path) -> None:
    with scan_bench(tmp_path) as bench:
        bench.scan(BADGE)
        bench.clock.now_s += FRESH_S + 0.1
        door = bench.badge()
        bench.post("leave")
        assert door.result() == NOBODY


@pytest.mark.parametrize("is_at_the_door", [True, False])
def test_a_badge_read_twice_opens_once(tmp_path: Path, is_at_the_door: bool) -> None:
    with scan_bench(tmp_path, "double_read") as bench:
        if is_at_the_door:
            door = bench.badge()
            bench.scan(BADGE)
        else:
            bench.scan(BADGE)
            door = bench.badge()
        token = door.result()["token"]
        assert token
        page = bench.next_scan(token)
        bench.post("leave")
        assert page.result() == {"code": ""}
        again = bench.badge()
        bench.post("leave")
        assert again.result() == NOBODY


def test_what_is_read_again_after_a_while_is_another_code(tmp_path: Path) -> None:
    with scan_bench(tmp_path) as bench:
        token = bench.post("session", {"secret": PIN})["token"]
        for _ in range(2):
            page = bench.next_scan(token)
            bench.scan("CA001")
            assert page.result() == {"code": "CA001"}
            bench.clock.now_s += FRESH_S + 0.1


def test_a_code_goes_to_the_page_that_asked_last(tmp_path: Path) -> None:
    with scan_bench(tmp_path) as bench:
        door = bench.badge()
        token = bench.post("session", {"secret": PIN})["token"]
        assert door.result() == NOBODY
        left, open_now = bench.next_scan(token), bench.next_scan(token)
        assert left.result() == {"code": ""}
        bench.scan("CA001")
        assert open_now.result() == {"code": "CA001"}


def test_a_page_that_is_gone_takes_no_code(tmp_path: Path) -> None:
    with scan_bench(tmp_path) as bench:
        token = bench.post("session", {"secret": PIN})["token"]
        bench.closed_page(token)
        bench.scan("CA001")
        assert bench.next_scan(token).result() == {"code": "CA001"}


def test_leaving_the_corner_forgets_what_was_read_in_it(tmp_path: Path) -> None:
    with scan_bench(tmp_path) as bench:
        bench.scan(BADGE)
        bench.post("leave")
        door = bench.badge()
        bench.post("leave")
        assert door.result() == NOBODY


def refusal(asked: "Future[Any]") -> str:
    with pytest.raises(AgentError) as refused:
        asked.result()
    return refused.value.code


def test_what_customers_hold_is_no_wrong_pin_and_anything_else_is(tmp_path: Path) -> None:
    with scan_bench(tmp_path) as bench:
        sold = bench.agent.journal.submit(give_free(basket("result"))).result()
        for code in ("TOTEM1:ABC", sold.sale.rsplit("-", 1)[1]):
            for _ in range(3):
                door = bench.badge()
                bench.scan(code)
                assert door.result() == NOBODY
                bench.clock.now_s += FRESH_S + 0.1
        for _ in range(3):
            door = bench.badge()
            bench.scan("0000")
            assert refusal(door) == "bad-pin"
            bench.clock.now_s += FRESH_S + 0.1
        door = bench.badge()
        bench.scan(BADGE)
        assert refusal(door) == "wait-for-pin"
