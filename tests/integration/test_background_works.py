"""The works behind the screen meet each other, a person and a failing disk: none of them stops."""

import asyncio
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import structs

from edge_agent.devices.ports import (
    Attempt,
    CardIntent,
    CardOutcome,
    Paper,
    PrintResult,
    Talk,
)
from edge_agent.journal.writer import Deed
from edge_agent.services import card_doubt, printing
from edge_agent.services.card_desk import Paid
from edge_agent.services.checkout import Issued
from sync_protocol.events import Confirm
from sync_protocol.feed import PrivacyKey
from tests.support.bench_totem import CATALOGUE, basket, open_journal
from tests.support.desk_bench import (
    APPROVED,
    AUTHORISED,
    GONE,
    Answer,
    Bench,
    ScriptedPrinter,
    ScriptedReader,
    lived,
)
from tests.support.failing_disk import FailingDisk
from tests.support.flow_bench import totem_at_work

REVERSED = CardOutcome("failed", "reversed")
DECLINED = CardOutcome("declined", "host_declined")


class HeldReader(ScriptedReader):
    """Waits before it answers ``pay`` and ``resolve``: ``there`` says that it does, ``go`` lets
    it.
    """

    def __init__(self, confirm: Confirm, **answers: Answer) -> None:
        super().__init__(confirm, **answers)
        self.there, self.go = threading.Event(), threading.Event()

    def pay(self, intent: CardIntent, talk: Talk) -> CardOutcome:
        answer = self.answers["pay"]
        if isinstance(answer, CardOutcome) and self.capabilities.confirm == "ack_then_final":
            talk.authorised(APPROVED)
        self._wait(answer)
        return super().pay(intent, talk)

    def resolve(self, attempt: Attempt) -> CardOutcome:
        self._wait(None)
        return super().resolve(attempt)

    def _wait(self, answer: object) -> None:
        if not isinstance(answer, Exception):
            self.there.set()
            self.go.wait()


async def held(reader: HeldReader) -> None:
    await asyncio.to_thread(reader.there.wait)


# ---- the resolver and the payment under way


def test_what_is_being_paid_is_left_alone(tmp_path: Path) -> None:
    reader = HeldReader("ack_then_final", pay=APPROVED, resolve=APPROVED)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await held(reader)
        assert bench.payments() == ["AUTHORISED"]
        async with asyncio.timeout(5):
            assert await bench.resolver.settle_all() == 0
        reader.go.set()
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        assert (bench.payments(), bench.tickets()) == (["CONFIRMED"], ["ISSUED"])
        assert "resolve" not in reader.heard
        assert bench.deaths() == 0

    lived(tmp_path, reader, ScriptedPrinter(), sale)


@pytest.mark.parametrize("answer", [REVERSED, APPROVED])
def test_a_review_while_the_terminal_is_being_asked_has_the_last_word(
    tmp_path: Path, answer: CardOutcome
) -> None:
    reader = HeldReader("ack_then_final", pay=GONE, resolve=answer)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await held(reader)
        await bench.journal.do(card_doubt.review(_payment(bench), "ana"))
        reader.go.set()
        await bench.until(lambda: "resolve" in reader.heard)
        assert await bench.resolver.settle_all() == 0
        assert (bench.payments(), bench.cases()) == (["MANUAL_REVIEW"], ["payment_in_review"])
        assert bench.deaths() == 0
        await bench.visits.finish()
        assert bench.visits.current is None

    lived(tmp_path, reader, ScriptedPrinter(), sale)


@pytest.mark.parametrize("answer", [APPROVED, DECLINED])
def test_a_review_while_the_card_pays_leaves_a_case_and_no_hanging_screen(
    tmp_path: Path, answer: CardOutcome
) -> None:
    reader = HeldReader("ack_then_final", pay=answer)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await held(reader)
        await bench.journal.do(card_doubt.review(_payment(bench), "ana"))
        reader.go.set()
        await bench.until(lambda: bench.visits.paying() == "")
        card = bench.visits.current and bench.visits.current.card
        assert card
        assert card.step == "checking"
        assert (bench.payments(), bench.cases()) == (["MANUAL_REVIEW"], ["payment_in_review"])
        await bench.visits.finish()

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def test_a_no_after_an_acknowledged_yes_is_asked_about(tmp_path: Path) -> None:
    reader = HeldReader("ack_then_final", pay=DECLINED, resolve=REVERSED)

    async def sale(bench: Bench) -> None:
        reader.go.set()
        await bench.buy()
        await bench.until(lambda: bench.payments() == ["UNDONE"])
        card = bench.visits.current and bench.visits.current.card
        assert card
        await bench.until(lambda: card.step == "declined")
        assert bench.deaths() == 0

    lived(tmp_path, reader, ScriptedPrinter(), sale)


def test_a_ticket_that_is_out_before_the_screen_knows_is_confirmed(tmp_path: Path) -> None:
    reader = ScriptedReader("host_two_phase", pay=AUTHORISED, confirm=APPROVED)

    async def sale(bench: Bench) -> None:
        for _ in range(5):
            await bench.buy()
            await bench.until(lambda: {*bench.sales()} == {"CLOSED"})
            await bench.visits.finish()
        assert {*bench.payments()} == {"CONFIRMED"}

    lived(tmp_path, reader, ScriptedPrinter(), sale)


# ---- the reader comes back


def test_a_reader_that_is_back_is_asked_at_once(tmp_path: Path) -> None:
    """It is lost over every answer. By its own growing pauses alone the resolver would not come to
    the fifth within the bench's patience.
    """
    reader = ScriptedReader("ack_then_final", pay=GONE, resolve=GONE)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await bench.until(lambda: reader.heard.count("resolve") >= 5)
        reader.answers["resolve"] = APPROVED
        await bench.until(lambda: bench.payments() == ["CONFIRMED"])

    lived(tmp_path, reader, ScriptedPrinter(), sale)


# ---- a disk that fails


class SpoilingPrinter(ScriptedPrinter):
    """The disk fails from the moment the paper is out."""

    def __init__(self, disk: FailingDisk) -> None:
        super().__init__()
        self._disk = disk

    def print(self, paper: Paper, process_id: str) -> PrintResult:
        self._disk.fails = True
        return super().print(paper, process_id)


@pytest.mark.parametrize("at", ["COMMIT", "INSERT INTO journal"])
def test_printing_outlives_a_disk_that_refuses_its_intent(tmp_path: Path, at: str) -> None:
    disk, printer = FailingDisk(at), ScriptedPrinter()

    async def sale(bench: Bench) -> None:
        await _free_ticket(bench)
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        await bench.told()
        ticket = bench.rows("SELECT ticket FROM tickets")[0][0]
        await bench.journal.do(printing.reprint(ticket, by_technician=True))
        disk.fails = True
        bench.printing.poke()
        await bench.until(lambda: bench.deaths() >= 1)
        assert len(printer.papers) == 1, "nothing is printed whose intent is not on disk"
        disk.fails = False
        await bench.until(lambda: _prints(bench) == ["PRINTED", "PRINTED"])
        [health] = [it for it in bench.works.health() if it.name == "printing"]
        assert (health.state, health.last) == ("running", "CommitError")

    lived(tmp_path, ScriptedReader("none"), printer, sale, open_journal(tmp_path, disk.connect))


@pytest.mark.parametrize("at", ["COMMIT", "INSERT INTO journal"])
def test_what_came_out_is_written_once_the_disk_takes_it(tmp_path: Path, at: str) -> None:
    disk = FailingDisk(at)
    printer = SpoilingPrinter(disk)

    async def sale(bench: Bench) -> None:
        await _free_ticket(bench)
        await bench.until(lambda: disk.refused > 0)
        disk.fails = False
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        assert (_prints(bench), len(printer.papers)) == (["PRINTED"], 1)
        assert bench.deaths() == 0

    lived(tmp_path, ScriptedReader("none"), printer, sale, open_journal(tmp_path, disk.connect))


def test_an_approval_the_disk_refuses_is_in_doubt_and_asked_about(tmp_path: Path) -> None:
    disk = FailingDisk()
    reader = HeldReader("host_two_phase", pay=APPROVED, resolve=APPROVED)

    async def sale(bench: Bench) -> None:
        await bench.buy()
        await held(reader)
        await bench.until(lambda: bench.payments() == ["REQUESTED"])
        reader.answers["pay"] = CardOutcome("approved", data=APPROVED.data)
        disk.fails = True
        reader.go.set()
        await bench.until(lambda: disk.refused > 0)
        card = bench.visits.current and bench.visits.current.card
        assert card
        await bench.until(lambda: card.step == "checking")
        disk.fails = False
        await bench.until(lambda: bench.payments() == ["CONFIRMED"])
        await bench.until(lambda: bench.sales() == ["CLOSED"])
        assert bench.visits.current is not None
        assert bench.visits.current.step == "ticket"

    lived(tmp_path, reader, ScriptedPrinter(), sale, open_journal(tmp_path, disk.connect))


def test_a_conversation_that_fails_leaves_no_screen_waiting(tmp_path: Path) -> None:
    async def broken(*_: object) -> Paid:
        raise RuntimeError("a bug")

    async def sale(bench: Bench) -> None:
        bench.visits._desk.pay = broken  # type: ignore[method-assign,assignment] # nothing real fails so
        await bench.buy()
        await bench.until(lambda: bench.visits.paying() == "")
        card = bench.visits.current and bench.visits.current.card
        assert card
        assert card.step == "checking"
        await bench.visits.finish()
        assert bench.visits.current is None

    lived(tmp_path, ScriptedReader("ack_then_final"), ScriptedPrinter(), sale)


# ---- health


def test_health_names_every_work(tmp_path: Path) -> None:
    with totem_at_work(tmp_path) as totem:
        works = {it["name"]: it for it in totem.client.get("/v1/health")["works"]}
        assert {name: it["state"] for name, it in works.items()} == {
            "printing": "running",
            "resolver": "running",
            "scans": "done",
            "sync": "running",
        }
        assert {it["deaths"] for it in works.values()} == {0}


def test_a_paper_that_is_quicker_than_its_visit_has_the_customers_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printer may know of a sale that is on disk before the visit that made it does."""
    policy = structs.replace(CATALOGUE.policy, identify=["name"])
    key = PrivacyKey("k", X25519PrivateKey.generate().public_key().public_bytes_raw())
    asking = structs.replace(CATALOGUE, policy=policy, privacy=key)

    async def sale(bench: Bench) -> None:
        do, names = bench.journal.do, list[asyncio.Task[str]]()

        async def on_disk(deed: Deed[Issued]) -> Issued:
            issued = await do(deed)
            names.append(asyncio.create_task(bench.visits.customer_of(issued.sale)))
            await asyncio.sleep(0.01)
            return issued

        bench.visits.start(asking, "pt")
        bench.visits.set_cart(basket("result").cart)
        assert bench.visits.current
        bench.visits.current.identification.answer("name", "Ana Lima")
        with monkeypatch.context() as patch:
            patch.setattr(bench.journal, "do", on_disk)
            await bench.visits.pay("free")
        assert [await it for it in names] == ["Ana Lima"]

    lived(tmp_path, ScriptedReader("none"), ScriptedPrinter(), sale)


async def _free_ticket(bench: Bench) -> None:
    bench.visits.start(CATALOGUE, "pt")
    bench.visits.set_cart(basket("result").cart)
    await bench.visits.pay("free")


def _payment(bench: Bench) -> str:
    return str(bench.rows("SELECT payment FROM payments")[0][0])


def _prints(bench: Bench) -> list[str]:
    return [row[0] for row in bench.rows("SELECT state FROM prints ORDER BY copy")]


def test_a_work_that_is_woken_while_the_agent_stops_still_ends(tmp_path: Path) -> None:
    async def stop(bench: Bench) -> None:
        bench.resolver._ears = bench.resolver._ears._replace(may_act=lambda: False)
        bench.resolver.poke()
        await asyncio.sleep(0.05)
        bench.resolver.poke()
        await asyncio.sleep(0)
        async with asyncio.timeout(20):
            await bench.works.stop()

    lived(tmp_path, ScriptedReader("ack_then_final"), ScriptedPrinter(), stop)
