"""The pinpad without a sale: numbers typed on its keys, menus, texts, cards coming and going.

Promise: nobody is waited for longer than asked plus a few seconds; whoever calls off has an idle
pinpad at once. No card data is kept: of a card only its coming and going is told.
"""

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Literal

from edge_agent.devices.drivers.abecs.frame import ascii_digits
from edge_agent.devices.drivers.abecs.link import CallEndedError, Watch
from edge_agent.devices.drivers.abecs.session import Session, accepted
from edge_agent.devices.drivers.abecs.tlv import Ask, Field, Response, Said, classic, command
from edge_agent.devices.errors import DeviceProtocolError

WIDTH, LINES = 16, 2
LONG_TEXT_MAX = 160
OPTIONS_MAX, OPTION_WIDTH = 20, 24
TIMEOUT_MAX_S = 255
GRACE_S = 10
REMOVE_S = 30.0
ENDED = {"012": "timeout", "013": "cancelled"}

CardEvent = Literal["inserted", "removed", "swiped", "tapped", "key", "cancelled", "timeout"]
EVENTS: dict[bytes, CardEvent] = {
    b"13": "cancelled",
    b"90": "swiped",
    b"91": "removed",
    b"92": "inserted",
    b"93": "timeout",
    b"94": "tapped",
}
KEYS = frozenset((b"00", b"02", b"03", b"04", b"05", b"06", b"07", b"08"))


class Prompt(IntEnum):
    """Some of the pinpad's own questions, by message index."""

    PHONE = 0x0005
    CPF = 0x0007
    CPF_AGAIN = 0x0008
    CNPJ = 0x000D
    LOYALTY = 0x001E
    TABLE = 0x001F
    ORDER_SLIP = 0x0029
    SURVEY = 0x002F
    INSTALMENTS = 0x0033


Cancelled = Callable[[], bool]


class Keypad:
    """What the pinpad can do besides sales. ``cancelled`` is asked ten times a second."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ask_number(
        self, index: int, digits: tuple[int, int], timeout_s: int, cancelled: Cancelled
    ) -> str:
        """What the customer typed for the question ``index`` (see Prompt), between ``digits``
        characters long; empty when nobody typed or somebody gave up. Raises DeviceError.
        """
        fewest, most = digits
        fields: list[Field] = [
            (Ask.MSGIDX, index.to_bytes(2, "big")),
            (Ask.MINDIG, bytes((fewest,))),
            (Ask.MAXDIG, bytes((most,))),
            (Ask.TIMEOUT, _seconds(timeout_s)),
        ]
        response = self._ask(command("GCD", fields), timeout_s, cancelled)
        if isinstance(response, str):
            return ""
        typed = response.fields().get(Said.VALUE, b"")
        if not (fewest <= len(typed) <= most and (not typed or typed.isdigit())):
            raise DeviceProtocolError("GCD: not the digits asked for")
        return typed.decode("ascii")

    def choose(
        self, options: Sequence[str], title: str, timeout_s: int, cancelled: Cancelled
    ) -> int | None:
        """The place of the option taken, from 0, or None. At most 20 options of 24 characters
        (ValueError); a leading digit is a hot key. Raises DeviceError.
        """
        if not 1 <= len(options) <= OPTIONS_MAX or any(
            not 1 <= len(option) <= OPTION_WIDTH for option in options
        ):
            raise ValueError("a menu has 1 to 20 options of 1 to 24 characters")
        fields: list[Field] = [(Ask.MNUOPT, _latin(option)) for option in options]
        if title:
            fields.append((Ask.DSPMSG, _latin(title)))
        fields.append((Ask.TIMEOUT, _seconds(timeout_s)))
        response = self._ask(command("MNU", fields), timeout_s, cancelled)
        if isinstance(response, str):
            return None
        taken = ascii_digits(response.fields().get(Said.VALUE, b""))
        if not 1 <= taken <= len(options):
            raise DeviceProtocolError("MNU: an option that was not offered")
        return taken - 1

    def show(self, text: str) -> None:
        """Text on the display: DSP when two lines of 16 hold it, else DEX. Raises DeviceError."""
        lines = text.splitlines()
        fits = len(lines) <= LINES and all(len(line) <= WIDTH for line in lines)
        long = _latin("\r".join(lines))[:LONG_TEXT_MAX]
        data = (
            classic("DSP", _screen(lines)) if fits else classic("DEX", b"%03d" % len(long) + long)
        )
        self._session.again_if_lost(lambda: self._tell(data))

    def await_card(self, timeout_s: int, cancelled: Cancelled) -> CardEvent:
        """The next thing that happens to a card or a key. Raises DeviceError."""
        contactless = (self._session.info or self._session.ready()).contactless
        fields: list[Field] = [
            (Ask.CEXOPT, b"111100" if contactless else b"111000"),
            (Ask.TIMEOUT, _seconds(timeout_s)),
        ]
        response = self._ask(command("CEX", fields), timeout_s, cancelled)
        if isinstance(response, str):
            return "timeout" if response == "timeout" else "cancelled"
        said = response.fields().get(Said.EVENT, b"")
        event = "key" if said in KEYS else EVENTS.get(said)
        if event is None:
            raise DeviceProtocolError("CEX: an event nobody knows")
        self._session.card_inside = event == "inserted"
        return event

    def remove_card(
        self, text: str, timeout_s: float = REMOVE_S, cancelled: Cancelled = lambda: False
    ) -> bool:
        """Show ``text`` (2 lines of 16) until the chip card is out, at once when there is none.
        Whether it is out. Raises DeviceError.
        """
        data = classic("RMC", _screen(text.splitlines()))
        out = not isinstance(self._ask(data, timeout_s, cancelled, 0), str)
        self._session.card_inside = not out
        return out

    def _ask(
        self, data: bytes, timeout_s: float, cancelled: Cancelled, grace_s: float = GRACE_S
    ) -> Response | str:
        """The answer, or why there is none: timeout, cancelled, we_cancelled."""
        watch = Watch(timeout_s + grace_s, cancelled, lambda _: None)

        def once() -> Response:
            if cancelled():
                raise CallEndedError("we_cancelled")
            self._session.ready()
            return self._session.link.exchange(data, watch)

        try:
            response = self._session.again_if_lost(once)
        except CallEndedError as end:
            return end.reason
        return ENDED.get(response.status) or accepted(response)

    def _tell(self, data: bytes) -> None:
        self._session.ready()
        self._session.ask(data)


def _screen(lines: Sequence[str]) -> bytes:
    """Two lines of exactly 16 characters."""
    padded = [line[:WIDTH].ljust(WIDTH) for line in [*lines, "", ""][:LINES]]
    return _latin("".join(padded))


def _latin(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def _seconds(timeout_s: int) -> bytes:
    return bytes((min(max(timeout_s, 1), TIMEOUT_MAX_S),))
