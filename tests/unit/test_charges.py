"""The totem's client of the charge port against its emulator: each call, each fault."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edge_agent.devices.emulators.charges import Behaviour, ChargesEmulator, Outcome
from edge_agent.services.charge_line import ChargeError, ChargeRefusedError, NoChargeError
from edge_agent.sync.charges import HttpCharges
from sync_protocol.charges import ChargeRequest

TXID = "7978c0c97ea847e78e8849634473c1f1"
ASKED = ChargeRequest(TXID, "T1-1-2-00000000", 4500, "BRL", 300, {"12345678000195": 4500})
Talk = Callable[[HttpCharges, ChargesEmulator], Awaitable[None]]


def talk(deed: Talk, emulator: ChargesEmulator | None = None) -> None:
    async def run() -> None:
        far = emulator or ChargesEmulator()
        port = await far.start_tcp()
        try:
            await deed(HttpCharges(f"http://127.0.0.1:{port}"), far)
        finally:
            await far.stop()

    asyncio.run(run())


def test_the_same_name_is_the_same_charge() -> None:
    async def deed(port: HttpCharges, far: ChargesEmulator) -> None:
        first, second = await port.create(ASKED), await port.create(ASKED)
        assert first == second
        assert len(far.charges()) == 1
        other = ChargeRequest(TXID, ASKED.sale, 4501, "BRL", 300)
        with pytest.raises(ChargeRefusedError):
            await port.create(other)

    talk(deed)


def test_a_paid_charge_is_not_removed_and_a_removed_one_takes_late_money() -> None:
    async def deed(port: HttpCharges, far: ChargesEmulator) -> None:
        await port.create(ASKED)
        far.pay()
        assert (await port.remove(TXID)).state == "paid"
        other = ChargeRequest("b" * 32, ASKED.sale, 4500, "BRL", 300)
        await port.create(other)
        assert (await port.remove(other.txid)).state == "removed"
        assert (await port.remove(other.txid)).state == "removed"
        far.pay(other.txid)
        far.pay(other.txid, 100)
        found = await port.ask(other.txid)
        assert (found.state, found.paid_minor) == ("paid", 4500)
        assert [it.amount_minor for it in found.extras] == [100]
        ids = {it.end_to_end_id for it in far.received()}
        assert len(ids) == 3
        assert {len(it) for it in ids} == {32}

    talk(deed)


def test_a_charge_nobody_made_is_told_from_a_line_that_is_down() -> None:
    async def deed(port: HttpCharges, far: ChargesEmulator) -> None:
        await port.ready()
        with pytest.raises(NoChargeError):
            await port.ask(TXID)
        far.faults.add("down")
        for call in (port.ready(), port.ask(TXID), port.create(ASKED)):
            with pytest.raises(ChargeError) as error:
                await call
            assert type(error.value) is ChargeError

    talk(deed)


@pytest.mark.parametrize("fault", ["cut", "mute", "drop_answer", "garbage"])
def test_an_answer_that_does_not_come_whole_is_no_answer(fault: str) -> None:
    async def deed(port: HttpCharges, far: ChargesEmulator) -> None:
        far.faults.add(fault)
        with pytest.raises(ChargeError) as error:
            await port.create(ASKED)
        assert type(error.value) is ChargeError
        assert len(far.charges()) == (fault not in ("cut", "mute"))

    talk(deed)


def test_what_was_paid_outlives_the_emulator(tmp_path: Path) -> None:
    async def deed(port: HttpCharges, far: ChargesEmulator) -> None:
        await port.create(ASKED)
        far.pay()

    talk(deed, ChargesEmulator(folder=tmp_path))
    assert ChargesEmulator(folder=tmp_path).taken_minor() == 4500


def test_customers_do_as_their_script_says() -> None:
    script: tuple[Outcome, ...] = ("paid", "paid_twice", "paid_late", "unpaid", "expires")
    far = ChargesEmulator(Behaviour("auto", script, delay_s=0.01, after_s=0.01))

    async def deed(port: HttpCharges, _: ChargesEmulator) -> None:
        names = [letter * 32 for letter in "abcde"]
        for name in names:
            await port.create(ChargeRequest(name, ASKED.sale, 4500, "BRL", 300))
        async with asyncio.timeout(20):
            while len(far.received()) < 4 or far.charges()[-1].state == "active":  # noqa: ASYNC110 - as a bank.
                await asyncio.sleep(0.01)
        states = [(await port.ask(name)).state for name in names]
        assert states == ["paid", "paid", "paid", "active", "expired"]

    talk(deed, far)


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="known: cut"):
        ChargesEmulator(faults={"nonsense"})
