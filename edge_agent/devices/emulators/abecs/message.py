"""Commands and responses inside the frames: three letters, blocks of at most 999 bytes,
parameters as TLVs."""

from collections.abc import Iterator

from msgspec import Struct

BLOCK_MAX = 999
TLV_HEADER = 4


class Status:
    """The three digits of a response."""

    OK = 0
    NOT_SECURE = 3
    BAD_PACKET = 9
    INVALID_CALL = 10
    INVALID_PARAMETER = 11
    TIMEOUT = 12
    CANCEL = 13
    MISSING_PARAMETER = 19
    TABLES_DIFFER = 20
    TABLE_ERROR = 21
    NO_KEY = 42
    NO_CARD = 43
    TOO_LONG = 45
    MUTE_CARD = 60
    CTLS_MULTIPLE = 80
    CTLS_ERROR = 81
    CTLS_INVALIDATED = 82
    CTLS_PROBLEMS = 83
    CTLS_NO_APP = 84
    CTLS_REFUSED = 85
    CTLS_PHONE = 86
    CTLS_INTERFACE = 87


class StatusError(Exception):
    """The command ends with this status and no data."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status:03d}")
        self.status = status


class Request(Struct, frozen=True):
    """A command as it came. Parameters are read only by the commands that have some."""

    command: str
    blocks: list[bytes]

    def parameters(self) -> dict[int, bytes]:
        """By id; of a repeated one the first. Raises StatusError when a block is no run of TLVs."""
        return dict(reversed(list(self._tlvs())))

    def every(self, number: int) -> list[bytes]:
        """All values of a parameter that may be repeated, in the order sent."""
        return [value for found, value in self._tlvs() if found == number]

    def text(self) -> bytes:
        """The one block of a command without TLVs."""
        return b"".join(self.blocks)

    def _tlvs(self) -> Iterator[tuple[int, bytes]]:
        for block in self.blocks:
            at = 0
            while at < len(block):
                header, at = block[at : at + TLV_HEADER], at + TLV_HEADER
                length = int.from_bytes(header[2:], "big")
                if len(header) < TLV_HEADER or at + length > len(block):
                    raise StatusError(Status.INVALID_PARAMETER)
                yield int.from_bytes(header[:2], "big"), block[at : at + length]
                at += length


def parse(data: bytes) -> Request:
    """Raises StatusError when the blocks do not add up; the command's name is the caller's to
    judge."""
    blocks, at = [], 3
    while at < len(data):
        digits = data[at : at + 3]
        end = at + 3 + int(digits) if len(digits) == 3 and digits.isdigit() else len(data) + 1
        if end > len(data):
            raise StatusError(Status.INVALID_PARAMETER)
        blocks.append(data[at + 3 : end])
        at = end
    return Request(name_of(data), blocks)


def name_of(data: bytes) -> str:
    return data[:3].decode("latin-1")


def refusal(command: str, status: int) -> bytes:
    return f"{command}{status:03d}".encode("latin-1")


def response(command: str, values: dict[int, bytes] | None = None) -> bytes:
    """Status 000 with ``values`` as TLVs, packed into as few blocks as hold them whole."""
    blocks = [b""]
    for number, value in (values or {}).items():
        tlv = number.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value
        if len(blocks[-1]) + len(tlv) > BLOCK_MAX:
            blocks.append(b"")
        blocks[-1] += tlv
    body = b"".join(f"{len(block):03d}".encode() + block for block in blocks if block)
    return refusal(command, Status.OK) + body


def fields(command: str, *texts: bytes) -> bytes:
    """Status 000 with one block of fixed fields, as commands older than TLVs answer."""
    block = b"".join(texts)
    return refusal(command, Status.OK) + f"{len(block):03d}".encode() + block


def notification(text: str) -> bytes:
    """What the pinpad shows, for the other side's screen: at most 32 characters."""
    shown = text[:32].encode("latin-1", "replace")
    return b"NTM000" + f"{len(shown):03d}".encode() + shown
