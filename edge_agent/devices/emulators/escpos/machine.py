"""The printer's interpreter: commands in, one after the other; paper, replies and errors out.

Promise: it obeys the manual and nothing else. What it cannot obey is written into ``errors`` and
changes nothing, so a driver that is right leaves ``errors`` empty.
"""

from pathlib import Path

from edge_agent.devices.emulators.escpos.commands import UNKNOWN, Command
from edge_agent.devices.emulators.escpos.dialect import Dialect
from edge_agent.devices.emulators.escpos.dialects import DIALECTS
from edge_agent.devices.emulators.escpos.mechanism import Mechanism
from edge_agent.devices.emulators.escpos.setup import RefusedError


class Machine(Mechanism):
    """A mechanism that obeys one dialect. ``perform`` one command after the other."""

    def __init__(
        self,
        columns: int,
        dots: int,
        folder: Path | None = None,
        dialect: Dialect = DIALECTS["escpos"],
    ) -> None:
        super().__init__(columns, dots, folder, dialect.codec, dialect.presents)
        self.dialect = dialect

    def perform(self, command: Command) -> bytes:
        """Do it; the bytes to answer, often none."""
        self.reply = b""
        try:
            self._do(command)
        except RefusedError as refusal:
            self.misunderstood = True
            self.errors.append(f"{command.name}: {refusal}")
        return self.reply

    def _do(self, command: Command) -> None:
        dialect = self.dialect
        if command.name == UNKNOWN:
            raise RefusedError(command.args.hex(" "))
        if command.name in dialect.at_line_start and self.in_line:
            raise RefusedError("only at the beginning of a line")
        if command.name in dialect.setters:
            dialect.setters[command.name](self.setup, command.args)
        elif command.name in dialect.deeds:
            dialect.deeds[command.name](self, command.args)
        else:
            raise RefusedError("not a command of this printer")
