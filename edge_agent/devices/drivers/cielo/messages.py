"""The four messages of the POS, as JSON. Fields that nobody here reads are passed over."""

from enum import IntEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from edge_agent.devices.errors import DeviceProtocolError

PosId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{1,8}\Z")]
Sequence = Annotated[str, Meta(pattern=r"^[0-9]{1,8}\Z")]
Status = Annotated[int, Meta(ge=0, le=99)]
Amount = Annotated[str, Meta(pattern=r"^[0-9]{1,12}\Z")]
Word = str | int
"""A short text that a POS may also write as a number."""


class Code(IntEnum):
    """What ``status`` says. The POS sends OK, CANCELLED, NO_LINK, DENIED and OTHER of its own."""

    OK = 0
    INVALID = 1
    CANCELLED = 3
    WRONG_SEQUENCE = 4
    NO_PAYMENT = 10
    BUSY = 11
    NOT_DELIVERED = 12
    NO_LINK = 20
    DENIED = 21
    OTHER = 99


class Key(NamedTuple):
    """One session: the POS, its number for the session, and ours (the attempt's)."""

    pos_id: str
    seq_pos: str
    seq_ac: str


class CmdInitSession(Struct, frozen=True, tag_field="msg_id", tag=True):
    """The POS asks what there is to pay."""

    pos_id: PosId
    seq_pos: Sequence


class Transaction(Struct, frozen=True):
    """What the POS charged: ``amount`` in centavos, maybe less than was asked; ``receipt_cli`` is
    the customer's receipt by lines.
    """

    amount: Amount
    prod_pri: Word = ""
    prod_sec: Word = ""
    nsu: Word = ""
    aut: Word = ""
    receipt_cli: tuple[str, ...] = ()


class CmdEndSession(Struct, frozen=True, tag_field="msg_id", tag=True):
    """The POS tells how the payment ended and asks whether to keep it."""

    pos_id: PosId
    seq_pos: Sequence
    seq_ac: Sequence
    status: Status
    pos_sn: Word = ""
    transaction: Transaction | None = None

    @property
    def key(self) -> Key:
        return Key(self.pos_id, self.seq_pos, self.seq_ac)


class Asked(Struct, frozen=True):
    """``amount`` in centavos, without leading zeros."""

    amount: str


class LastEnd(Struct, frozen=True):
    """What this POS was answered last time."""

    seq_pos: str
    seq_ac: str
    status: int


class RspInitSession(Struct, frozen=True, tag_field="msg_id", tag=True, omit_defaults=True):
    """``seq_ac`` and ``transaction`` come with status 0 only."""

    pos_id: str
    seq_pos: str
    status: int
    seq_ac: str = ""
    transaction: Asked | None = None
    last_endsession: LastEnd | None = None


class RspEndSession(Struct, frozen=True, tag_field="msg_id", tag=True):
    """0: the POS keeps the sale. Any other status: it undoes it."""

    pos_id: str
    seq_pos: str
    seq_ac: str
    status: int


Command = CmdInitSession | CmdEndSession
Answer = RspInitSession | RspEndSession

_decoder: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command, strict=False)
_encoder = msgspec.json.Encoder()


def decode(payload: bytes) -> Command:
    """What the POS said. Raises DeviceProtocolError for anything but one of its two commands."""
    try:
        return _decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DeviceProtocolError(f"no command of a POS: {error}") from error


def encode(answer: Answer) -> bytes:
    return _encoder.encode(answer)
