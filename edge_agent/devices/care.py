"""How to look after each kind of device: what opens it, what shows that it lives, how patient to
be.
"""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from edge_agent.devices.ports import CardReader, Printer, Scanner

D = TypeVar("D")
SELLS_ON = ("paper_end", "overheated")
"""Causes that leave the printer in service: the paper is told apart, a hot head cools by itself."""


class Pulse(NamedTuple):
    """What a heartbeat told. ``trouble``: the device answers and cannot work, and why."""

    paper: str = ""
    trouble: str = ""
    tickets_left: int | None = None


class Care(NamedTuple, Generic[D]):
    """``open`` returns facts for technicians. ``beats_after_deeds``: news after each deed cannot
    wait for the heartbeat. ``deadline_s``: a call that takes longer is given up. ``is_there``: the
    device's path exists; always true for one without a path. ``is_listener``: a deed only listens,
    and keeps the device from nothing.
    """

    name: str
    open: Callable[[D], dict[str, str]]
    beat: Callable[[D], Pulse]
    close: Callable[[D], None]
    heartbeat_s: float
    deadline_s: float
    beats_after_deeds: bool
    beats_on_open: bool = True
    is_there: Callable[[], bool] = lambda: True
    is_listener: bool = False


def printer_care(name: str) -> Care[Printer]:
    def start(printer: Printer) -> dict[str, str]:
        printer.open()
        return printer.describe()

    def beat(printer: Printer) -> Pulse:
        status = printer.status()
        is_down = not status.ready and status.cause not in SELLS_ON
        trouble = (status.cause or "not_ready") if is_down else ""
        return Pulse(status.paper, trouble, status.tickets_left)

    return Care(
        name=name,
        open=start,
        beat=beat,
        close=lambda it: it.close(),
        heartbeat_s=5.0,
        deadline_s=90.0,
        beats_after_deeds=True,
    )


def reader_care(name: str, heartbeat_s: float = 10.0) -> Care[CardReader]:
    """A reader is asked only when idle for a while: a ping in mid payment would break it, and one
    right after opening could answer a peer before the attempts in doubt are settled.
    """

    def start(reader: CardReader) -> dict[str, str]:
        info = reader.open()
        return {"maker": info.maker, "model": info.model, "serial": info.serial}

    def beat(reader: CardReader) -> Pulse:
        reader.ping()
        return Pulse()

    return Care(
        name=name,
        open=start,
        beat=beat,
        close=lambda it: it.close(),
        heartbeat_s=heartbeat_s,
        deadline_s=420.0,
        beats_after_deeds=False,
        beats_on_open=False,
    )


def scanner_care(name: str) -> Care[Scanner]:
    def beat(scanner: Scanner) -> Pulse:
        scanner.ping()
        return Pulse()

    return Care(
        name=name,
        open=lambda it: it.open(),
        beat=beat,
        close=lambda it: it.close(),
        heartbeat_s=10.0,
        deadline_s=30.0,
        beats_after_deeds=False,
        is_listener=True,
    )
