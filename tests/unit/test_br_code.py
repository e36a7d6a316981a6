"""The text of a PIX QR is read as the public layout says, and refused when one sign is wrong."""

import pytest

from edge_agent.devices.emulators.charges.qr_text import checksum, dynamic_code, static_code
from edge_agent.domain.br_code import BrCodeError, crc16, fault_of, read_br_code

STATIC = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR"
    "5913Fulano de Tal6008BRASILIA62070503***63041D3D"
)
WITH_AMOUNT = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000520400005303986540523.50"
    "5802BR5913FULANO DE TAL6008BRASILIA62070503***63049816"
)
CPF_KEY = (
    "00020126330014BR.GOV.BCB.PIX01115794666323452040000530398654041.005802BR5925"
    "CLENILTON CRUZ DE ALENCAR6006MANAUS62070503***6304FA88"
)
DYNAMIC = (
    "00020101021226770014BR.GOV.BCB.PIX2555pix.example.com/qr/93598be0-1bd0-4997-8318-81776a1d8a99"
    "5204000053039865802BR5907EMPRESA6009SAO PAULO62070503***6304EEAB"
)
OWN_STATIC = (
    "00020126480014br.gov.bcb.pix0114+55619123456780208Totem 01520400005303986540510.005802BR"
    "5910LOJA TOTEM6009SAO PAULO62280524TOTEM01A000000000000000163042720"
)
OWN_DYNAMIC = (
    "00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca25"
    "5204000053039865802BR5910LOJA TOTEM6009SAO PAULO62070503***6304991B"
)
NO_ACCOUNT = "0002015204000053039865802BR5904LOJA6004CITY6304"


def test_the_checksum_is_crc_16_ccitt_false() -> None:
    assert crc16(b"123456789") == 0x29B1
    assert checksum("123456789") == "29B1"


@pytest.mark.parametrize(
    ("text", "url", "key", "amount_minor", "merchant"),
    [
        (STATIC, "", "123e4567-e12b-12d1-a456-426655440000", None, "Fulano de Tal"),
        (WITH_AMOUNT, "", "123e4567-e12b-12d1-a456-426655440000", 2350, "FULANO DE TAL"),
        (CPF_KEY, "", "57946663234", 100, "CLENILTON CRUZ DE ALENCAR"),
        (DYNAMIC, "pix.example.com/qr/93598be0-1bd0-4997-8318-81776a1d8a99", "", None, "EMPRESA"),
        (OWN_STATIC, "", "+5561912345678", 1000, "LOJA TOTEM"),
        (
            OWN_DYNAMIC,
            "pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca25",
            "",
            None,
            "LOJA TOTEM",
        ),
    ],
)
def test_known_codes_are_read(
    text: str, url: str, key: str, amount_minor: int | None, merchant: str
) -> None:
    code = read_br_code(text)
    assert (code.url, code.key, code.amount_minor, code.merchant) == (
        url,
        key,
        amount_minor,
        merchant,
    )


def test_a_checksum_in_small_letters_is_read() -> None:
    assert read_br_code(OWN_DYNAMIC[:-4] + "991b").url


@pytest.mark.parametrize(
    "text",
    [
        "",
        OWN_DYNAMIC[:-4] + "991C",
        OWN_DYNAMIC[:-8],
        OWN_DYNAMIC.replace("LOJA", "LOJB"),
        STATIC.replace("62070503***", "62080503***"),
        OWN_DYNAMIC[:40],
        OWN_DYNAMIC + "00",
        "000201" + "6304" + "F" * 600,
        OWN_DYNAMIC.replace("LOJA", "LÓJA"),
        NO_ACCOUNT + checksum(NO_ACCOUNT),
    ],
)
def test_a_damaged_code_is_refused(text: str) -> None:
    with pytest.raises(BrCodeError):
        read_br_code(text)


def test_every_single_wrong_sign_is_found() -> None:
    for place in range(len(OWN_DYNAMIC)):
        other = "1" if OWN_DYNAMIC[place] != "1" else "2"
        with pytest.raises(BrCodeError):
            read_br_code(OWN_DYNAMIC[:place] + other + OWN_DYNAMIC[place + 1 :])


def test_only_a_dynamic_code_of_the_right_amount_may_be_shown() -> None:
    assert fault_of(OWN_DYNAMIC, 4500) == ""
    assert "static" in fault_of(STATIC, 4500)
    url = "pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca25"
    assert fault_of(dynamic_code(url, "LOJA TOTEM", "SAO PAULO", 4500), 4500) == ""
    assert "amount" in fault_of(dynamic_code(url, "LOJA TOTEM", "SAO PAULO", 4501), 4500)
    assert "checksum" in fault_of(OWN_DYNAMIC[:-4] + "0000", 4500)


def test_the_emulated_psp_writes_the_known_codes() -> None:
    url = "pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca25"
    assert dynamic_code(url, "LOJA TOTEM", "SAO PAULO") == OWN_DYNAMIC
    key = "123e4567-e12b-12d1-a456-426655440000"
    assert static_code(key, "Fulano de Tal", "BRASILIA", None, "***") == STATIC
