"""A sale's two ends: what the kiosk orders in GCX, and what the pinpad tells of the card it
read."""

from msgspec import Struct

from edge_agent.devices.emulators.abecs.cards import ARQC, Deal, Kind, emv_data, emv_tags
from edge_agent.devices.emulators.abecs.dictionary import Par, Res, digits, need
from edge_agent.devices.emulators.abecs.tracks import Tracks, part_of_first, part_of_second

READ_STRIPE, READ_CHIP, READ_TAP = b"00", b"03", b"06"
A_CARD, A_PHONE = b"00", b"01"
BRAZIL = b"076"
DEBIT, CREDIT = "02", "01"
PAN_CLEAR = "9999"
SPOKEN_LATER = ("9F26", "9F27", "9F10", "9F36", "9F37")


class Order(Struct, frozen=True):
    """What GCX asks for. Digits as they came, checked."""

    amount_minor: int
    cashback_minor: int
    currency: str
    kind: Kind
    date_yymmdd: str
    type_code: int


def order_from(parameters: dict[int, bytes]) -> Order:
    digits(need(parameters, Par.TIME), 6)
    types = digits(parameters.get(Par.APP_TYPES, CREDIT.encode()), None)
    listed = {types[at : at + 2] for at in range(0, len(types), 2)}
    return Order(
        amount_minor=int(digits(parameters.get(Par.AMOUNT, b"0" * 12), 12)),
        cashback_minor=int(digits(parameters.get(Par.CASHBACK, b"0" * 12), 12)),
        currency=digits(parameters.get(Par.CURRENCY, b"986"), 3),
        kind="debit" if DEBIT in listed and CREDIT not in listed else "credit",
        date_yymmdd=digits(need(parameters, Par.DATE), 6),
        type_code=int.from_bytes(parameters.get(Par.TYPE, b"\0"), "big") & 0xFF,
    )


def pan_mask(parameters: dict[int, bytes]) -> tuple[int, int]:
    """How many digits of a number may be seen left and right."""
    mask = digits(parameters.get(Par.PAN_MASK, PAN_CLEAR.encode()), 4)
    return int(mask[:2]), int(mask[2:])


def stripe_values(
    tracks: Tracks, chip_state: bytes, parameters: dict[int, bytes]
) -> dict[int, bytes]:
    """``chip_state`` tells how reading a chip just before ended."""
    mask = pan_mask(parameters)
    return {
        Res.CARD_TYPE: READ_STRIPE,
        Res.CHIP_STATE: chip_state,
        Res.TRACK_1_PART: part_of_first(tracks.first, mask),
        Res.TRACK_2_PART: part_of_second(tracks.second, mask),
    }


def card_values(
    deal: Deal, tracks: Tracks, parameters: dict[int, bytes], serial: str
) -> dict[int, bytes]:
    mask = pan_mask(parameters)
    kind_code = DEBIT if deal.kind == "debit" else CREDIT
    tapped = deal.way == "antenna"
    values = {
        Res.CARD_TYPE: READ_TAP if tapped else READ_CHIP,
        Res.CHIP_STATE: b"0",
        Res.TRACK_2_PART: part_of_second(tracks.second, mask),
        Res.AID_INFO: f"0101{kind_code}".encode(),
        Res.PAN: deal.card.masked(*mask).encode(),
        Res.PAN_SEQUENCE: b"00",
        Res.HOLDER: deal.card.holder.encode(),
        Res.LABEL: deal.application.label.encode(),
        Res.COUNTRY: BRAZIL,
        Res.EXPIRY: deal.card.expires_yymmdd.encode(),
    }
    if tapped:
        values[Res.DEVICE_TYPE] = A_PHONE if deal.by_phone else A_CARD
    if Par.TAG_LIST in parameters:
        tags = emv_tags(deal, serial, ARQC)
        static = {name: value for name, value in tags.items() if name not in SPOKEN_LATER}
        values[Res.EMV] = emv_data(static, parameters[Par.TAG_LIST])
    return values
