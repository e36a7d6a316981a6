"""What a terminal's codes mean: result codes as outcomes, intermediate states as steps."""

from typing import Final

from edge_agent.devices.drivers.zvt.apdu import TLV
from edge_agent.devices.drivers.zvt.slip import mask_numbers, text_lines
from edge_agent.devices.errors import DeviceProtocolError
from edge_agent.devices.ports import CardOutcome, CardStep

HOST_CODES: Final = range(0x01, 0x64)
UNREADABLE: Final = 0x64
CALLED_OFF: Final = 0x6C
EXPIRED: Final = 0x78
ALREADY_REVERSED: Final = 0xB4

REMOVE_TOO: Final = 0x40
REMOVE_TEXT: Final = "RETIRE O CARTAO"
SHOWN: Final[dict[int, tuple[CardStep | None, str]]] = {
    0x04: ("authorising", "AGUARDE A AUTORIZACAO"),
    0x05: ("authorising", "CANCELANDO A TRANSACAO"),
    0x06: ("authorising", "AGUARDE"),
    0x0A: ("insert_card", "APROXIME OU INSIRA O CARTAO"),
    0x0B: ("remove_card", REMOVE_TEXT),
    0x0E: ("reading", "AGUARDE"),
    0x15: ("enter_pin", "SENHA INCORRETA"),
    0x17: ("reading", "AGUARDE"),
    0x1C: (None, "APROVADO"),
    0x1D: (None, "RECUSADO"),
    0x2B: (None, "SEM CONEXAO"),
}
"""04 FF state to the customer's step (None: as before) and a text for terminals that send none."""


def failed(reason: str) -> CardOutcome:
    return CardOutcome("failed", reason)


def judged(code: int, called_off: str = "") -> CardOutcome:
    """How a payment ended that was not approved. ``called_off``: why we asked it to end."""
    if code == CALLED_OFF:
        return CardOutcome("cancelled", called_off or "timeout")
    if code in HOST_CODES:
        return CardOutcome("declined", "host_declined")
    if code == ALREADY_REVERSED:
        return failed("reversed")
    if code == EXPIRED:
        return CardOutcome("declined", "card_declined")
    return failed("card_error" if code == UNREADABLE else "reader_error")


def shown(data: bytes, step: CardStep) -> tuple[CardStep, str]:
    """The step and the text of a 04 FF; ``step`` is the one of before."""
    state = data[0] if data else 0
    known, text = SHOWN.get(state, (None, ""))
    if state & ~0x3F == REMOVE_TOO:
        known, text = "remove_card", REMOVE_TEXT
    return known or step, _own_text(data) or text


def _own_text(data: bytes) -> str:
    """The text the terminal shows, behind the state and a timeout it may leave out."""
    after = data[1:] if data[1:2] == bytes((TLV,)) and len(data) == 3 + data[2] else data[2:]
    try:
        return mask_numbers("\n".join(text_lines(after))).strip()
    except DeviceProtocolError:
        return ""
