"""What a person, or a test, can do to the printer: paper, cover, cutter, mouth, power, and faults.

Promise: one word per deed; the same words serve the web page, the tests and ``faults``.
"""

from collections.abc import Callable, Iterable

from edge_agent.devices.emulators.escpos.presenter import Presenter
from edge_agent.devices.emulators.escpos.printer import Printer

PAPER_ENDS_AFTER = "paper_end_after_lines="
PACE = "lines_per_s="
LATENCY = "latency_s="
TAKEN = "taken_s="
NEVER = "never"


def _paper_in(printer: Printer) -> None:
    """A new roll: what hung from the old one is torn off."""
    printer.machine.tear_off()
    printer.machine.lines_left = None
    printer.machine.sensors.paper_end = printer.machine.sensors.near_end = False


def _cover_close(printer: Printer) -> None:
    printer.machine.tear_off()
    printer.machine.sensors.cover_open = False


def _sensor(name: str, value: bool) -> Callable[[Printer], None]:
    return lambda printer: setattr(printer.machine.sensors, name, value)


def _knob(name: str, value: bool) -> Callable[[Printer], None]:
    return lambda printer: setattr(printer, name, value)


def _old_model(printer: Printer) -> None:
    printer.machine.process_ids = False


def _at_presenter(deed: Callable[[Presenter], None]) -> Callable[[Printer], None]:
    return lambda printer: deed(_presenter(printer))


def _presenter(printer: Printer) -> Presenter:
    if printer.machine.presenter is None:
        raise ValueError("this printer has no presenter")
    return printer.machine.presenter


DEEDS: dict[str, Callable[[Printer], None]] = {
    "paper_end": _sensor("paper_end", True),
    "paper_in": _paper_in,
    "near_end": _sensor("near_end", True),
    "cover_open": _sensor("cover_open", True),
    "cover_close": _cover_close,
    "cutter_jam": _sensor("cutter_error", True),
    "cutter_free": _sensor("cutter_error", False),
    "drawer_close": _sensor("drawer_open", False),
    "one_status_bit": _sensor("one_bit", True),
    "no_process_id": _old_model,
    "mute": _knob("mute", True),
    "speak": _knob("mute", False),
    "half_close": _knob("half_close", True),
    "whole_again": _knob("half_close", False),
    "slow": _knob("slow", True),
    "fast": _knob("slow", False),
    "tear_off": lambda printer: printer.machine.tear_off(),
    "take": _at_presenter(Presenter.take),
    "mouth_jam": _at_presenter(Presenter.block),
    "mouth_free": _at_presenter(Presenter.clear),
    "memory_lost": lambda printer: printer.machine.memory.clear(),
    "power_cycle": Printer.power_cycle,
}

KNOBS: dict[str, Callable[[Printer, str], None]] = {
    PAPER_ENDS_AFTER: lambda printer, lines: setattr(printer.machine, "lines_left", float(lines)),
    PACE: lambda printer, lines: printer.pace(float(lines)),
    LATENCY: lambda printer, seconds: setattr(printer, "latency_s", float(seconds)),
    TAKEN: lambda printer, seconds: _patience(printer, seconds),
}
"""What takes a number; ``taken_s=never`` too."""

FAULTS = (*DEEDS, *(f"{knob}N" for knob in KNOBS))
"""Every word, for the command line."""


def _patience(printer: Printer, seconds: str) -> None:
    _presenter(printer)
    printer.customer.taken_s = None if seconds == NEVER else float(seconds)


def act(printer: Printer, deed: str) -> None:
    """Do one deed; ``paper_end_after_lines=12`` too. Raises ValueError for an unknown word."""
    word, equals, value = deed.partition("=")
    if deed in DEEDS:
        DEEDS[deed](printer)
    elif word + equals in KNOBS:
        KNOBS[word + equals](printer, value)
    else:
        raise ValueError(f"{deed!r} is none of {', '.join(FAULTS)}")
    printer.changed()


def act_all(printer: Printer, deeds: Iterable[str]) -> None:
    for deed in sorted(deeds):
        act(printer, deed)
