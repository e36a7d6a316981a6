"""The far ends of every reader driver: how each emulator is started, and what its own ledger says.

Far ends know nothing of the journal. They live in a process of their own, with their own disk.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import structs

from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour as AbecsBehaviour
from edge_agent.devices.emulators.cielo import (
    Behaviour as CieloBehaviour,
    CieloEmulator,
    Timing as CieloTiming,
)
from edge_agent.devices.emulators.tef import (
    Behaviour as TefBehaviour,
    TefEmulator,
    Timing as TefTiming,
)
from edge_agent.devices.emulators.zvt import Behaviour as ZvtBehaviour, ZvtEmulator
from tests.support.ports import free_port


class FarReader(NamedTuple):
    """One running emulator. ``charges``: what stands against a customer now, minor units;
    ``waiting``: payments whose fate the totem has yet to tell it; ``approvals``: (cryptogram, atc,
    amount) where an approval by itself moves no money.
    """

    address: str
    charges: Callable[[], list[int]]
    waiting: Callable[[], int]
    approvals: Callable[[], list[tuple[str, str, int]]]
    power_cycle: Callable[[], Awaitable[None]]


class Kind(NamedTuple):
    """A reader driver under test. ``options`` are the driver's. ``start`` gets the disk, a seed and
    how long a customer takes.
    """

    driver: str
    options: dict[str, str]
    start: Callable[[Path, int, float], Awaitable[FarReader]]


async def _abecs(folder: Path, seed: int, customer_s: float) -> FarReader:
    reader = AbecsEmulator(AbecsBehaviour(delay_s=customer_s), seed=seed)

    async def power_cycle() -> None:
        reader.power_cycle()

    return FarReader(
        f"tcp:127.0.0.1:{await reader.start_tcp()}",
        list,
        lambda: 0,
        lambda: [(it.cryptogram, it.atc, it.amount_minor) for it in reader.approvals()],
        power_cycle,
    )


async def _zvt(folder: Path, seed: int, customer_s: float) -> FarReader:
    """A terminal that has sold before: one that never did cannot tell "none" from "will not say",
    and its first sale, cut at the wrong moment, waits for a person. It is as patient as a real one:
    in a hurry it takes a slow moment of this machine for a register that is gone.
    """
    reader = ZvtEmulator(ZvtBehaviour(delay_s=customer_s), folder, seed)
    reader.sold_before(100)
    return FarReader(
        f"tcp:127.0.0.1:{await reader.start_tcp()}",
        lambda: [it.amount_minor for it in reader.charged()[1:]],
        lambda: 0,
        list,
        _cycle(reader),
    )


async def _tef(folder: Path, seed: int, customer_s: float) -> FarReader:
    behaviour = TefBehaviour(delay_s=customer_s)
    reader = TefEmulator(behaviour, folder, timing=TefTiming().scaled(0.1))
    await reader.start()
    return FarReader(
        f"folder:{folder}",
        lambda: [it.amount_minor for it in (*reader.charged(), *reader.pending())],
        lambda: len(reader.pending()),
        list,
        _cycle(reader),
    )


async def _cielo(folder: Path, seed: int, customer_s: float) -> FarReader:
    """It comes again at once, and waits for an answer as long as a real one."""
    port = free_port()
    patient, timing = CieloTiming(), CieloTiming().scaled(0.1)
    card_s = max(customer_s, timing.card_s)
    timing = structs.replace(timing, card_s=card_s, init_s=patient.init_s, end_s=patient.end_s)
    reader = CieloEmulator(CieloBehaviour(), ("127.0.0.1", port), folder, seed, timing=timing)
    await reader.start()
    return FarReader(
        f"listen:127.0.0.1:{port}",
        lambda: [it.amount_minor for it in reader.charged()],
        lambda: len(reader.pending()),
        list,
        _cycle(reader),
    )


def _cycle(reader: Any) -> Callable[[], Awaitable[None]]:
    async def power_cycle() -> None:
        done = reader.power_cycle()
        if done is not None:
            await done

    return power_cycle


PAYGO = {
    "profile": "paygo",
    "company": "BENCH LTDA",
    "application": "TOTEM",
    "version": "1.0.0",
    "registration": "TESTREG001",
}
KINDS = {
    "abecs": Kind("abecs", {}, _abecs),
    "zvt": Kind("zvt", {}, _zvt),
    "tef": Kind("tef", PAYGO, _tef),
    "cielo": Kind("cielo", {"pos_ids": "00000001,00000002,00000003"}, _cielo),
}
VOIDING = ("zvt", "tef")
"""Those that take a confirmed payment back."""
