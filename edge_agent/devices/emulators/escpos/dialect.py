"""What makes one command language: how its stream is cut, what each command does, what is told.

Promise: tables only. A dialect knows the mechanism and the electronics by what they offer here, and
they know no dialect.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct

from edge_agent.devices.emulators.escpos.commands import TEXT, Grammar
from edge_agent.devices.emulators.escpos.mechanism import Mechanism
from edge_agent.devices.emulators.escpos.setup import Setter


class Electronics(Protocol):
    """What a command that is obeyed at once may see and do."""

    @property
    def machine(self) -> Mechanism: ...

    @property
    def buffered(self) -> int:
        """Bytes received and not yet printed."""

    @property
    def fullness(self) -> float:
        """How full the buffer is, 0 to 1."""

    @property
    def printing(self) -> bool:
        """Paper moves."""

    def clear(self) -> None:
        """Forget what was received and not printed."""


Deed = Callable[[Mechanism, bytes], None]
"""Done in its turn, with the parameter bytes."""

AtOnce = Callable[[Electronics, bytes], bytes]
"""Done on arrival, even while the buffer stands still; the bytes to answer."""


class Dialect(Struct, frozen=True):
    """One command language. ``codec``: the characters at power on."""

    grammar: Grammar
    setters: Mapping[str, Setter]
    deeds: Mapping[str, Deed]
    at_once: Mapping[str, AtOnce]
    at_line_start: frozenset[str]
    codec: str
    presents: bool = False


def _text(machine: Mechanism, args: bytes) -> None:
    machine.text(args)


def _line_feed(machine: Mechanism, args: bytes) -> None:
    machine.print_line()


def _return(machine: Mechanism, args: bytes) -> None:
    """Carriage return does nothing on a printer that feeds by LF."""


def _tab(machine: Mechanism, args: bytes) -> None:
    machine.tab()


def start(machine: Mechanism, args: bytes) -> None:
    machine.restart()


def cut(machine: Mechanism, args: bytes) -> None:
    machine.cut()


def drop_line(machine: Mechanism, args: bytes) -> None:
    machine.drop_line()


def raster(machine: Mechanism, args: bytes) -> None:
    machine.raster(args)


def answering(reply: bytes) -> Deed:
    """A question with one fixed answer."""

    def answer(machine: Mechanism, args: bytes) -> None:
        machine.reply = reply

    return answer


PLAIN: dict[str, Deed] = {
    TEXT: _text,
    "LF": _line_feed,
    "CR": _return,
    "HT": _tab,
    "ESC @": start,
}
"""What every dialect has."""
