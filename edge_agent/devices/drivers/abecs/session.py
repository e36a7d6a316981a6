"""A conversation with the pinpad: idle, OPN (plain or secure), who it is, CLX.

What flows through: commands of sales, keypad and tables. Promise: with ``secure`` nothing but OPN
and a goodbye leaves in clear; a channel that the pinpad dropped is opened once more, then it is an
error.
"""

from collections.abc import Callable
from typing import TypeVar

from edge_agent.devices.drivers.abecs.link import Link, SecureLostError
from edge_agent.devices.drivers.abecs.secure import OpeningKey, SecureChannel
from edge_agent.devices.drivers.abecs.tlv import OK, Ask, Field, Response, Said, classic, command
from edge_agent.devices.errors import DeviceRefusedError
from edge_agent.devices.ports import ReaderInfo

IDENTITY = (Said.SERNUM, Said.MODEL, Said.MNNAME, Said.CAPAB, Said.SPECVER)

Answer = TypeVar("Answer")


class Session:
    """The one conversation on ``link``. ``card_inside``: a chip card may still be in the slot."""

    def __init__(self, link: Link, secure: bool) -> None:
        self.link = link
        self.info: ReaderInfo | None = None
        self.card_inside = False
        self._secure = secure

    def begin(self) -> ReaderInfo:
        """Idle, OPN, GIX. Raises DeviceError; DeviceRefusedError also when the pinpad is too old
        for the secure channel.
        """
        self.link.reset()
        self.info = None
        self._open()
        wanted = b"".join(ident.to_bytes(2, "big") for ident in IDENTITY)
        self.info = _identity(self.ask(command("GIX", [(Ask.IDLIST, wanted)])))
        return self.info

    def ready(self) -> ReaderInfo:
        """Idle, and open where it was not: the start of anything that is not a sale."""
        if self.info is None or (self._secure and self.link.channel is None):
            return self.begin()
        self.link.reset()
        return self.info

    def ask(self, data: bytes) -> Response:
        """The answer to a command that does not wait for a customer. Raises DeviceRefusedError."""
        return accepted(self.link.exchange(data))

    def again_if_lost(self, action: Callable[[], Answer]) -> Answer:
        """``action``, once more when the pinpad dropped the channel. ``action`` opens it."""
        try:
            return action()
        except SecureLostError:
            self.info = None
            return action()

    def close(self, message: bytes = b"") -> None:
        """CLX; also ends a channel that an earlier run of ours left behind. What comes next opens
        anew.
        """
        self.info = None
        fields: list[Field] = [(Ask.DSPMSG, message)] if message else []
        try:
            self.ask(command("CLX", fields))
        except SecureLostError:
            self.ask(command("OPN"))
            self.ask(command("CLX", fields))

    def _open(self) -> None:
        self.link.channel = None
        if not self._secure:
            self.ask(command("OPN"))
            return
        key = OpeningKey()
        answer = self.ask(classic("OPN", key.block()))
        if not answer.body:
            raise DeviceRefusedError(
                "no_secure", "the pinpad is too old for the secure channel: set secure = no"
            )
        self.link.channel = SecureChannel(key.session_key(answer.body))


def accepted(response: Response) -> Response:
    """``response`` itself when it says yes. Raises DeviceRefusedError with its code."""
    if response.status != OK:
        code = response.command + response.status
        raise DeviceRefusedError(code, f"the reader refused: {code}")
    return response


def _identity(response: Response) -> ReaderInfo:
    fields = response.fields()

    def text(ident: Said) -> str:
        return fields.get(ident, b"").decode("latin-1").strip()

    return ReaderInfo(
        serial=text(Said.SERNUM),
        model=text(Said.MODEL),
        maker=text(Said.MNNAME),
        spec_version=text(Said.SPECVER),
        contactless=not text(Said.CAPAB).startswith("0"),
    )
