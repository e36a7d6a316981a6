"""However often and however fast the screen asks: one sale, one payment, one charge.

First ``totem run`` as a process and many requests at the same time over HTTP; then the order of two
deeds made certain, by a journal that is held until both were asked for.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge_agent.cli.agent_client import AgentClient, AgentError
from edge_agent.devices.emulators.tef import (
    Behaviour as TefBehaviour,
    TefEmulator,
    Timing as TefTiming,
)
from edge_agent.devices.emulators.zvt import Behaviour as ZvtBehaviour, ZvtEmulator
from edge_agent.devices.ports import CardOutcome
from edge_agent.domain.catalogue import Choice
from edge_agent.services.errors import RefusedError
from sync_protocol.events import Confirm, Method
from tests.support.bench_totem import CATALOGUE, basket
from tests.support.desk_bench import (
    APPROVED,
    AUTHORISED,
    DATA,
    Bench,
    ScriptedPrinter,
    ScriptedReader,
    lived,
)
from tests.support.flow_bench import MortalTotem, Terminal, totem_at_work
from tests.support.pix_bench import pix_bench, stage, until

AT_ONCE = 6
ROUNDS = 3


def zvt(_: Path) -> Terminal:
    found = ZvtEmulator(ZvtBehaviour(delay_s=0.02))
    found.sold_before(100)
    return found


def tef(folder: Path) -> Terminal:
    return TefEmulator(TefBehaviour(delay_s=0.02), folder, timing=TefTiming().scaled(0.1))


READERS: dict[str, Callable[[Path], Terminal | None]] = {
    "stored": lambda _: None,
    "final": zvt,
    "two-phase": tef,
}


def at_once(totem_address: str, paths: list[tuple[str, dict[str, str]]]) -> list[str]:
    """Each request in a thread of its own, let go together: its refusal, else ``ok``."""
    host, _, port = totem_address.removeprefix("http://").partition(":")
    gate = threading.Barrier(len(paths))

    def ask(path: str, body: dict[str, str]) -> str:
        client = AgentClient(host, int(port))
        client.get("/v1/boot")
        client.send("POST", "/v1/visit/touch")
        gate.wait()
        try:
            client.send("POST", path, body)
        except AgentError as refused:
            return refused.code
        return "ok"

    with ThreadPoolExecutor(len(paths)) as pool:
        return [it.result() for it in [pool.submit(ask, *one) for one in paths]]


def pay_at_once(totem_address: str, method: str) -> list[str]:
    return at_once(totem_address, [("/v1/visit/pay", {"method": method})] * AT_ONCE)


def taken(totem: MortalTotem) -> tuple[int, int, int]:
    """(sales, attempts, tickets) in the journal."""
    return totem.rows(
        "SELECT (SELECT count(*) FROM sales), (SELECT count(*) FROM payments), "
        "(SELECT count(*) FROM tickets)"
    )[0]


# ---- over HTTP


@pytest.mark.parametrize("kind", READERS)
def test_a_card_asked_for_many_times_at_once_is_charged_once(tmp_path: Path, kind: str) -> None:
    (tmp_path / "tef").mkdir()
    with totem_at_work(tmp_path, terminal=READERS[kind](tmp_path / "tef")) as totem:
        charges = totem.far.charges()
        for turn in range(1, ROUNDS + 1):
            totem.choose("blood")
            assert pay_at_once(totem.address, "debit").count("ok") == 1
            totem.printed()
            until(
                lambda: totem.rows("SELECT count(*) FROM sales WHERE state != 'CLOSED'") == [(0,)]
            )
            totem.tell("finish")
            assert taken(totem) == (turn, turn, turn)
            assert totem.far.charges() == charges + turn


@pytest.mark.parametrize(("method", "service"), [("counter", "blood"), ("free", "result")])
def test_a_ticket_asked_for_many_times_at_once_is_issued_once(
    tmp_path: Path, method: str, service: str
) -> None:
    with totem_at_work(tmp_path) as totem:
        for turn in range(1, ROUNDS + 1):
            totem.choose(service)
            assert pay_at_once(totem.address, method).count("ok") == 1
            totem.printed()
            totem.tell("finish")
            assert taken(totem) == (turn, turn if method == "counter" else 0, turn)


def test_a_pix_asked_for_many_times_at_once_is_one_charge(tmp_path: Path) -> None:
    with pix_bench(tmp_path) as bench:
        bench.until_offered()
        bench.totem.choose("blood")
        assert pay_at_once(bench.totem.address, "pix").count("ok") == 1
        bench.totem.until(lambda it: stage(it) == "waiting")
        assert len(bench.payments()) == len(bench.charges.charges()) == 1
        bench.pay()
        bench.totem.printed()
        assert bench.sales() == ["CLOSED"]
        assert bench.books_agree()


def test_two_methods_at_once_are_one_payment(tmp_path: Path) -> None:
    with totem_at_work(tmp_path) as totem:
        totem.choose("blood")
        asked = [("/v1/visit/pay", {"method": it}) for it in ("debit", "counter", "credit")]
        assert at_once(totem.address, asked).count("ok") == 1
        totem.printed()
        assert taken(totem) == (1, 1, 1)
        assert totem.far.charges() <= 1


@pytest.mark.parametrize("kind", READERS)
def test_a_payment_cancelled_while_it_is_asked_for_leaves_no_reader_asking(
    tmp_path: Path, kind: str
) -> None:
    (tmp_path / "tef").mkdir()
    with totem_at_work(tmp_path, terminal=READERS[kind](tmp_path / "tef")) as totem:
        for _ in range(ROUNDS):
            totem.choose("blood")
            pay = ("/v1/visit/pay", {"method": "debit"})
            at_once(totem.address, [pay, ("/v1/visit/cancel", {})])
            state = totem.until(
                lambda it: (
                    it["step"] in ("attract", "ticket")
                    or (it["payment"] and it["payment"]["step"] in ("cancelled", "declined"))
                )
            )
            if state["step"] == "attract":
                assert totem.rows("SELECT 1 FROM payments WHERE state = 'REQUESTED'") == []
            else:
                totem.tell("finish" if state["step"] == "ticket" else "cancel")
        until(lambda: totem.rows("SELECT 1 FROM payments WHERE state = 'AUTHORISED'") == [])
        paid = totem.rows(
            "SELECT count(*) FROM payments WHERE state IN ('CONFIRMED', 'STORED_OFFLINE')"
        )[0][0]
        assert totem.tickets() == paid


# ---- one order for certain


@contextmanager
def held(bench: Bench) -> Iterator[None]:
    """The journal commits nothing until this ends."""
    go = threading.Event()
    bench.journal.submit(lambda _: go.wait())
    try:
        yield
    finally:
        go.set()


def reader_of(confirm: Confirm) -> ScriptedReader:
    stored = CardOutcome("approved_offline", data=DATA)
    pay = {"none": stored, "ack_then_final": APPROVED, "host_two_phase": AUTHORISED}[confirm]
    return ScriptedReader(confirm, pay=pay, confirm=CardOutcome("approved"))


async def together(bench: Bench, *deeds: Callable[[], Awaitable[None]]) -> list[str]:
    """Begun in this order while nothing is committed yet: the code of each refusal, else ``ok``."""
    with held(bench):
        tasks = []
        for deed in deeds:
            tasks.append(asyncio.ensure_future(deed()))
            await asyncio.sleep(0)
    found = await asyncio.gather(*tasks, return_exceptions=True)
    return [it.code if isinstance(it, RefusedError) else str(it or "ok") for it in found]


def reviewing(bench: Bench, service: str = "blood") -> None:
    bench.visits.start(CATALOGUE, "pt")
    bench.visits.set_cart(basket(service).cart)
    bench.visits.go("review")


@pytest.mark.parametrize(
    ("confirm", "first", "second"),
    [
        ("none", "debit", "debit"),
        ("ack_then_final", "debit", "credit"),
        ("host_two_phase", "credit", "debit"),
        ("none", "counter", "counter"),
        ("none", "counter", "debit"),
        ("none", "debit", "counter"),
        ("none", "free", "free"),
    ],
)
def test_of_two_payments_asked_for_together_the_first_is_the_only_one(
    tmp_path: Path, confirm: Confirm, first: Method, second: Method
) -> None:
    reader = reader_of(confirm)

    async def sale(bench: Bench) -> None:
        reviewing(bench, "result" if first == "free" else "blood")
        pay = bench.visits.pay
        said = await together(bench, lambda: pay(first), lambda: pay(second))
        assert said == ["ok", "wrong-step"]
        await bench.until(lambda: _is_over(bench))
        assert len(bench.sales()) == len(bench.tickets()) == 1
        assert reader.heard.count("pay") == (first in ("debit", "credit"))

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def test_who_cancels_while_a_card_is_being_asked_for_cancels_that_card(tmp_path: Path) -> None:
    async def sale(bench: Bench) -> None:
        reviewing(bench)
        said = await together(bench, lambda: bench.visits.pay("debit"), bench.visits.cancel)
        assert said == ["ok", "ok"]
        visit = bench.visits.current
        assert visit is not None
        assert visit.card is not None
        assert visit.card.cancelled
        assert bench.sales() == ["AWAITING_PAYMENT"]

    lived(tmp_path, reader_of("none"), ScriptedPrinter(), sale)


def test_who_cancels_first_is_not_asked_to_pay(tmp_path: Path) -> None:
    reader = ScriptedReader("none", pay=CardOutcome("declined", "card_declined"))

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["DECLINED"])
        await bench.until(lambda: bench.visits.paying() == "")
        said = await together(bench, bench.visits.cancel, lambda: bench.visits.pay("debit"))
        assert said == ["ok", "wrong-step"]
        assert bench.visits.current is None
        assert bench.sales() == ["CANCELLED"]
        assert reader.heard.count("pay") == 1

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def test_a_visit_does_not_expire_while_its_card_is_being_asked_for(tmp_path: Path) -> None:
    async def sale(bench: Bench) -> None:
        reviewing(bench)

        async def nobody_touches() -> None:
            assert bench.visits.current is not None
            bench.visits.current.touched_s -= 3600
            await bench.visits.expire()

        await together(bench, lambda: bench.visits.pay("debit"), nobody_touches)
        assert bench.visits.current is not None
        await bench.until(lambda: bench.tickets() == ["ISSUED"])

    lived(tmp_path, reader_of("none"), ScriptedPrinter(), sale)


def test_nothing_else_is_chosen_while_a_payment_is_being_asked_for(tmp_path: Path) -> None:
    async def sale(bench: Bench) -> None:
        reviewing(bench)
        visits = bench.visits

        async def choose_more() -> None:
            visits.set_cart([Choice("blood", 3)])

        async def go_back() -> None:
            visits.go("services")

        said = await together(bench, lambda: visits.pay("debit"), choose_more, go_back)
        assert said == ["ok", "wrong-step", "wrong-step"]
        assert visits.current is not None
        assert visits.current.step in ("payment", "ticket")
        assert visits.current.cart == tuple(basket("blood").cart)

    lived(tmp_path, reader_of("none"), ScriptedPrinter(), sale)


def test_who_takes_their_ticket_twice_ends_one_visit(tmp_path: Path) -> None:
    async def sale(bench: Bench) -> None:
        reviewing(bench, "result")
        await bench.visits.pay("free")
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        finish = bench.visits.finish
        assert await together(bench, finish, finish) == ["ok", "ok"]
        assert bench.visits.current is None

    lived(tmp_path, reader_of("none"), ScriptedPrinter(), sale)


def _is_over(bench: Bench) -> bool:
    return bool(bench.tickets()) and not bench.rows("SELECT 1 FROM prints WHERE state = 'QUEUED'")
