"""ABECS commands and responses: ``CMD`` + blocks of TLVs out, ``CMD STAT`` + blocks of TLVs in.

Promise: a response is either understood whole or refused; its printed form never shows contents,
because contents may hold card data.
"""

from collections.abc import Sequence
from enum import IntEnum

from msgspec import Struct

from edge_agent.devices.drivers.abecs.frame import ascii_digits
from edge_agent.devices.errors import DeviceProtocolError

BLOCK_MAX = 999
HEADER = 4
TRACK_METHODS = frozenset((b"10", b"11", b"50", b"51", b"90", b"91"))
"""The values of MTHDDAT that encrypt."""
ID_BYTES = 2
OK = "000"


class Ask(IntEnum):
    """Ids of what we send (SPE)."""

    IDLIST = 0x0001
    MTHDPIN = 0x0002
    MTHDDAT = 0x0003
    TAGLIST = 0x0004
    CEXOPT = 0x0006
    TRACKS = 0x0007
    KEYIDX = 0x0009
    MSGIDX = 0x000B
    TIMEOUT = 0x000C
    MINDIG = 0x000D
    MAXDIG = 0x000E
    ACQREF = 0x0010
    APPTYPE = 0x0011
    AMOUNT = 0x0013
    TRNDATE = 0x0015
    TRNTIME = 0x0016
    GCXOPT = 0x0017
    GOXOPT = 0x0018
    FCXOPT = 0x0019
    TRMPAR = 0x001A
    DSPMSG = 0x001B
    MNUOPT = 0x0020
    TRNCURR = 0x0022
    PANMASK = 0x0023
    PBKMOD = 0x0024
    PBKEXP = 0x0025


class Said(IntEnum):
    """Ids of what the pinpad returns (PP)."""

    SERNUM = 0x8001
    MODEL = 0x8003
    MNNAME = 0x8004
    CAPAB = 0x8005
    SPECVER = 0x8007
    EVENT = 0x8040
    TRACK2 = 0x8045
    VALUE = 0x804D
    CARDTYPE = 0x804F
    AIDTABINFO = 0x8051
    PAN = 0x8052
    EMVDATA = 0x8054
    CHNAME = 0x8055
    GOXRES = 0x8056
    PINBLK = 0x8057
    FCXRES = 0x8058
    LABEL = 0x805B
    ENCKRAND = 0x8063
    TABVER = 0x9300


Field = tuple[Ask, bytes]


class Response(Struct, frozen=True):
    """One answer. ``status`` is ``000`` for yes. ``repr`` hides the body: it may hold card data."""

    command: str
    status: str
    body: bytes = b""

    def __repr__(self) -> str:
        return f"Response({self.command}{self.status}, {len(self.body)} bytes)"

    def fields(self) -> dict[int, bytes]:
        """The TLVs by id; of a repeated id the first wins. Raises DeviceProtocolError."""
        found: dict[int, bytes] = {}
        body = self.body
        while body:
            size = int.from_bytes(body[ID_BYTES:HEADER], "big")
            if len(body) < HEADER + size:
                raise DeviceProtocolError(f"{self.command}: a field is cut short")
            found.setdefault(int.from_bytes(body[:ID_BYTES], "big"), body[HEADER : HEADER + size])
            body = body[HEADER + size :]
        return found


def command(name: str, fields: Sequence[Field] = ()) -> bytes:
    """``name`` and its fields, in order, in as few blocks as hold whole fields.

    Raises ValueError when a field does not fit a block, and for GTK without an encryption method:
    the pinpad would answer with the tracks in clear.
    """
    methods = [value for ident, value in fields if ident == Ask.MTHDDAT]
    if name == "GTK" and not (methods and TRACK_METHODS.issuperset(methods)):
        raise ValueError("GTK without MTHDDAT would return the tracks in clear")
    blocks: list[bytes] = []
    for ident, value in fields:
        field = ident.to_bytes(ID_BYTES, "big") + len(value).to_bytes(2, "big") + value
        if len(field) > BLOCK_MAX:
            raise ValueError(f"{name}: field {ident:04X} does not fit a block")
        if blocks and len(blocks[-1]) + len(field) <= BLOCK_MAX:
            blocks[-1] += field
        else:
            blocks.append(field)
    return _built(name, blocks)


def classic(name: str, *blocks: bytes) -> bytes:
    """A command of the old form: ``name`` and blocks of plain text. Raises ValueError for one
    that does not fit, and for GTK, which must say how it encrypts.
    """
    if name == "GTK" or any(len(block) > BLOCK_MAX for block in blocks):
        raise ValueError(f"{name} is no command of plain blocks of at most {BLOCK_MAX}")
    return _built(name, blocks)


def _built(name: str, blocks: Sequence[bytes]) -> bytes:
    return name.encode("ascii") + b"".join(b"%03d" % len(block) + block for block in blocks)


def parse_response(data: bytes) -> Response:
    """Raises DeviceProtocolError unless ``data`` is a whole, well formed response."""
    name, status, rest = data[:3], data[3:6], data[6:]
    if len(name) < 3 or not (name.isalnum() and name.isascii()):
        raise DeviceProtocolError("an answer without a command name")
    ascii_digits(status)
    if len(status) < 3 or (status != b"000" and rest):
        raise DeviceProtocolError(f"{name.decode()}: malformed status")
    body = bytearray()
    while rest:
        size = ascii_digits(rest[:3])
        if len(rest) < 3 + size:
            raise DeviceProtocolError(f"{name.decode()}: a block is cut short")
        body += rest[3 : 3 + size]
        rest = rest[3 + size :]
    return Response(name.decode("ascii"), status.decode("ascii"), bytes(body))
