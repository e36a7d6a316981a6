"""The emulated TEF manager against request files written by hand: two phases, dialects, faults."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from edge_agent.devices.emulators.tef import FAULTS, Behaviour, TefEmulator, Timing
from edge_agent.devices.emulators.tef.record import lint, read

QUICK = Timing().scaled(0.02)
ID = ["733-000 = 210", "735-000 = KIOSKAPP", "736-000 = 1.4.0", "738-000 = TESTREG001"]


def request(command: str, number: int, *more: str) -> bytes:
    lines = [f"000-000 = {command}", f"001-000 = {number}", *more, *ID, "999-999 = 0"]
    return ("\r\n".join(lines) + "\r\n").encode()


def sale(number: int, cents: int = 2590) -> bytes:
    more = (f"003-000 = {cents}", "004-000 = 0", "706-000 = 156", "716-000 = ACME", "731-000 = 2")
    return request("CRT", number, *more)


class Shop:
    """A point of sale by hand."""

    def __init__(self, folder: Path) -> None:
        self._req, self._resp = folder / "Req", folder / "Resp"

    async def ask(self, raw: bytes, wants: str = "intpos.sts") -> dict[str, str]:
        """Rename the request into place; the file it waits for, deleted once read."""
        aside = self._req / "intpos.tmp"
        aside.write_bytes(raw)
        aside.rename(self._req / "IntPos.001")
        return await self.await_file(wants)

    async def await_file(self, name: str) -> dict[str, str]:
        async with asyncio.timeout(10):
            while True:
                found = [it for it in self._resp.iterdir() if it.name.lower() == name]
                fields = read(found[0].read_bytes()) if found else None
                if fields is not None:
                    found[0].unlink()
                    return fields
                await asyncio.sleep(0.005)


def run(
    folder: Path, deed: Callable[[Shop, TefEmulator], object], faults: frozenset[str] = frozenset()
) -> TefEmulator:
    emulator = TefEmulator(Behaviour(delay_s=0.0), folder, faults=faults, timing=QUICK)

    async def live() -> None:
        await emulator.start()
        await deed(Shop(folder), emulator)  # type: ignore[misc] # an async deed
        await emulator.stop()

    asyncio.run(live())
    return emulator


@pytest.mark.parametrize(("word", "state"), [("CNF", "CONFIRMED"), ("NCN", "UNDONE")])
def test_a_sale_waits_for_a_word_and_keeps_it(tmp_path: Path, word: str, state: str) -> None:
    async def deed(shop: Shop, emulator: TefEmulator) -> None:
        assert (await shop.ask(sale(810001)))["001-000"] == "810001"
        answer = await shop.await_file("intpos.001")
        assert (answer["009-000"], answer["003-000"], answer["729-000"]) == ("0", "2590", "2")
        assert [it.amount_minor for it in emulator.pending()] == [2590]
        control = f"027-000 = {answer['027-000']}"
        for number in (810002, 810003):
            await shop.ask(request(word, number, "010-000 = DEMO", control))

    emulator = run(tmp_path, deed)
    assert [it.state for it in emulator.ledger()] == [state]
    assert emulator.errors == emulator.violations() == []


def test_a_word_that_contradicts_an_earlier_one_is_a_violation(tmp_path: Path) -> None:
    async def deed(shop: Shop, emulator: TefEmulator) -> None:
        await shop.ask(sale(810001))
        control = f"027-000 = {(await shop.await_file('intpos.001'))['027-000']}"
        await shop.ask(request("NCN", 810002, "010-000 = DEMO", control))
        await shop.ask(request("CNF", 810003, "010-000 = DEMO", control))

    assert len(run(tmp_path, deed).violations()) == 1


def test_a_second_sale_hears_of_the_one_that_waits(tmp_path: Path) -> None:
    async def deed(shop: Shop, emulator: TefEmulator) -> None:
        await shop.ask(sale(810001))
        first = await shop.await_file("intpos.001")
        await shop.ask(sale(810002))
        second = await shop.await_file("intpos.001")
        assert second["009-000"] != "0"
        assert second["027-000"] == first["027-000"]

    run(tmp_path, deed)


@pytest.mark.parametrize(
    ("fault", "status"), [("decline", "51"), ("customer_cancel", "FF"), ("different_amount", "0")]
)
def test_what_the_customer_does(tmp_path: Path, fault: str, status: str) -> None:
    async def deed(shop: Shop, emulator: TefEmulator) -> None:
        await shop.ask(sale(810001))
        answer = await shop.await_file("intpos.001")
        assert answer["009-000"] == status
        assert answer["003-000"] == ("2490" if fault == "different_amount" else "2590")

    run(tmp_path, deed, frozenset({fault}))


def test_an_answer_that_was_never_written_is_undone_at_the_next_start(tmp_path: Path) -> None:
    async def deed(shop: Shop, emulator: TefEmulator) -> None:
        await shop.ask(sale(810001))
        await asyncio.sleep(0.1)

    emulator = run(tmp_path, deed, frozenset({"crash_before_response"}))
    assert [it.state for it in emulator.ledger()] == ["UNDONE"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (sale(1).replace(b"\r\n", b"\n"), "CR LF"),
        (sale(1).replace(b"706-000 = 156", b"706-000 = 152"), "bit 4"),
        (sale(1).replace(b"003-000 = 2590", b"003-000 = 25,90"), "amount"),
        (sale(1).replace(b"ACME", "AÇME".encode("cp1252")), "ASCII"),
        (request("CNF", 1), "027-000"),
        (request("XXX", 1), "unknown command"),
    ],
)
def test_bad_requests_are_noted(raw: bytes, why: str) -> None:
    fields = read(raw)
    assert fields is not None
    assert any(why in fault for fault in lint(raw, fields, "paygo"))


def test_a_fault_nobody_knows_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=FAULTS[0]):
        TefEmulator(Behaviour(), tmp_path, faults={"no such fault"})
