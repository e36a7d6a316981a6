"""The numbers of the specification that this pinpad knows, and the checks of their values."""

from edge_agent.devices.emulators.abecs.message import Status, StatusError

COUNT_SIZE_MAX = 4


class Par:
    """Parameters a kiosk sends."""

    ID_LIST = 0x0001
    PIN_METHOD = 0x0002
    DATA_METHOD = 0x0003
    TAG_LIST = 0x0004
    CEX_OPTIONS = 0x0006
    TRACKS = 0x0007
    OPEN_DIGITS = 0x0008
    KEY_INDEX = 0x0009
    WORKING_KEY = 0x000A
    MESSAGE_INDEX = 0x000B
    TIMEOUT = 0x000C
    DIGITS_MIN = 0x000D
    DIGITS_MAX = 0x000E
    DATA_IN = 0x000F
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
    CBC_START = 0x001D
    MENU_OPTION = 0x0020
    TYPE = 0x0021
    CURRENCY = 0x0022
    PAN_MASK = 0x0023
    RSA_MODULUS = 0x0024
    RSA_EXPONENT = 0x0025


class Res:
    """Values the pinpad returns."""

    PIN_MASTER_KEYS = 0x8032
    DATA_MASTER_KEYS = 0x8033
    PIN_DUKPT_KEYS = 0x8035
    DATA_DUKPT_KEYS = 0x8036
    EVENT = 0x8040
    TRACK_1_PART = 0x8041
    TRACK_2_PART = 0x8042
    TRACK_1 = 0x8044
    TRACK_2 = 0x8045
    TRACK_1_KSN = 0x8047
    TRACK_2_KSN = 0x8048
    WHOLE_PAN = 0x804A
    WHOLE_PAN_KSN = 0x804B
    KSN = 0x804C
    TYPED = 0x804D
    DATA_OUT = 0x804E
    CARD_TYPE = 0x804F
    CHIP_STATE = 0x8050
    AID_INFO = 0x8051
    PAN = 0x8052
    PAN_SEQUENCE = 0x8053
    EMV = 0x8054
    HOLDER = 0x8055
    GOX_RESULT = 0x8056
    PIN_BLOCK = 0x8057
    FCX_RESULT = 0x8058
    LABEL = 0x805B
    COUNTRY = 0x805C
    EXPIRY = 0x805D
    DEVICE_TYPE = 0x8060
    TABLE_ROOM = 0x8062
    RANDOM_KEY = 0x8063
    PIN_KSN_OF_SLOT = 0x9100
    DATA_KSN_OF_SLOT = 0x9200
    TABLE_VERSION_OF = 0x9300


def need(parameters: dict[int, bytes], number: int) -> bytes:
    try:
        return parameters[number]
    except KeyError:
        raise StatusError(Status.MISSING_PARAMETER) from None


def digits(value: bytes, length: int | None) -> str:
    if not value.isdigit() or (length is not None and len(value) != length):
        raise StatusError(Status.INVALID_PARAMETER)
    return value.decode()


def counted(value: bytes) -> int:
    """A big-endian binary number of at most four bytes."""
    if len(value) > COUNT_SIZE_MAX:
        raise StatusError(Status.INVALID_PARAMETER)
    return int.from_bytes(value, "big")
