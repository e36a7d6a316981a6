"""The numbers of the specification that this pinpad knows, and the checks of their values."""

from edge_agent.devices.emulators.abecs.message import Status, StatusError


class Par:
    """Parameters a kiosk sends."""

    ID_LIST = 0x0001
    PIN_METHOD = 0x0002
    TAG_LIST = 0x0004
    CEX_OPTIONS = 0x0006
    KEY_INDEX = 0x0009
    MESSAGE_INDEX = 0x000B
    TIMEOUT = 0x000C
    DIGITS_MIN = 0x000D
    ACQUIRER = 0x0010
    APP_TYPES = 0x0011
    AMOUNT = 0x0013
    CASHBACK = 0x0014
    DATE = 0x0015
    TIME = 0x0016
    GCX_OPTIONS = 0x0017
    GOX_OPTIONS = 0x0018
    FCX_OPTIONS = 0x0019
    TEXT = 0x001B
    TYPE = 0x0021
    CURRENCY = 0x0022
    PAN_MASK = 0x0023


class Res:
    """Values the pinpad returns."""

    EVENT = 0x8040
    TYPED = 0x804D
    CARD_TYPE = 0x804F
    CHIP_STATE = 0x8050
    AID_INFO = 0x8051
    PAN = 0x8052
    PAN_SEQUENCE = 0x8053
    EMV = 0x8054
    HOLDER = 0x8055
    GOX_RESULT = 0x8056
    FCX_RESULT = 0x8058
    LABEL = 0x805B
    COUNTRY = 0x805C
    EXPIRY = 0x805D


def identity(serial: str) -> dict[int, bytes]:
    """GIX, by id, in the order of a full answer."""
    texts = {
        0x8001: serial,
        0x8002: "EMU-0001",
        0x8003: "EMU-1;8MB",
        0x8004: "TOTEM",
        0x8005: "0000000000",
        0x8006: "EMULATOR 1",
        0x8007: "2.12",
        0x8008: "001.00",
        0x8009: "001.00",
        0x8020: "0216",
    }
    return {number: text.encode() for number, text in texts.items()}


def need(parameters: dict[int, bytes], number: int) -> bytes:
    try:
        return parameters[number]
    except KeyError:
        raise StatusError(Status.MISSING_PARAMETER) from None


def digits(value: bytes, length: int | None) -> str:
    if not value.isdigit() or (length is not None and len(value) != length):
        raise StatusError(Status.INVALID_PARAMETER)
    return value.decode()
