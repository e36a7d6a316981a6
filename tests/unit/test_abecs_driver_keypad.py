"""The ABECS driver without a sale: typed numbers, menus, texts, cards; and the card's way out."""

from collections.abc import Callable

import pytest

from edge_agent.devices.drivers.abecs import AbecsReader, Keypad, Prompt
from edge_agent.devices.drivers.abecs.keypad import REMOVE_S
from edge_agent.devices.errors import DeviceProtocolError, DeviceRefusedError
from edge_agent.devices.ports import CardOutcome
from tests.support.scripted_pinpad import (
    CAN,
    CLX_ASK,
    Heard,
    Pinpad,
    an_intent,
    decided,
    frame,
    reader_of,
    said,
    unframe,
    with_card,
)

GCD_ASK = (
    "16 47 43 44 30 32 31 00 0B 00 02 00 07 00 0D 00 01 0B 00 0E 00 01 0B 00 0C 00 01 3C 17 4B 75"
)
GCD_SAID = "16 47 43 44 30 30 30 30 31 35 80 4D 00 0B 31 32 33 34 35 36 37 38 39 30 39 17 C8 17"
CEX_ASK = "16 43 45 58 30 31 35 00 06 00 06 31 31 31 31 30 30 00 0C 00 01 3C 17 0F 01"
CEX_SAID = "16 43 45 58 30 30 30 30 30 36 80 40 00 02 39 32 17 09 70"
DSP_TEXT = "PAGUE R$ 12,90  \nAPROXIME CARTAO "
DSP_CRC = "6B C9"


def never() -> bool:
    return False


def opened(pinpad: Pinpad, **options: str) -> tuple[AbecsReader, Keypad]:
    reader = reader_of(pinpad, **options)
    reader.open()
    pinpad.commands.clear()
    pinpad.controls = b""
    return reader, reader.keypad


# ---- golden frames


def test_cpf_is_asked_and_read_byte_for_byte() -> None:
    pinpad = Pinpad()
    pinpad.answers["GCD"] = [bytes.fromhex(GCD_SAID)]
    _, keypad = opened(pinpad)
    assert keypad.ask_number(Prompt.CPF, (11, 11), 60, never) == "12345678909"
    assert frame(pinpad.commands[0]) == bytes.fromhex(GCD_ASK)
    assert pinpad.controls == CAN


def test_a_card_put_in_is_told_byte_for_byte() -> None:
    pinpad = Pinpad()
    pinpad.answers["CEX"] = [bytes.fromhex(CEX_SAID)]
    _, keypad = opened(pinpad)
    assert keypad.await_card(60, never) == "inserted"
    assert frame(pinpad.commands[0]) == bytes.fromhex(CEX_ASK)


def test_two_short_lines_are_shown_byte_for_byte() -> None:
    pinpad = Pinpad()
    pinpad.answers["DSP"] = [frame(b"DSP000")]
    _, keypad = opened(pinpad)
    keypad.show(DSP_TEXT)
    assert frame(pinpad.commands[0])[-2:] == bytes.fromhex(DSP_CRC)
    keypad.show("    OPERAÇÃO\n   FINALIZADA")
    assert frame(pinpad.commands[1])[-2:] == bytes.fromhex("5213")


# ---- answers


def test_long_texts_go_the_long_way_and_are_cut() -> None:
    pinpad = Pinpad()
    pinpad.answers["DEX"] = [frame(b"DEX000")]
    _, keypad = opened(pinpad)
    keypad.show("UMA\nDUAS\nTRES")
    assert pinpad.commands == [b"DEX016013UMA\rDUAS\rTRES"]
    keypad.show("x" * 300)
    assert pinpad.commands[1] == b"DEX163160" + b"x" * 160


def test_a_menu_returns_the_place_of_the_option() -> None:
    pinpad = Pinpad()
    pinpad.answers["MNU"] = [frame(said("MNU", (0x804D, b"02")))]
    _, keypad = opened(pinpad)
    assert keypad.choose(["DEBITO", "CREDITO"], "COMO PAGAR?", 30, never) == 1
    assert pinpad.commands == [
        b"MNU041\0\x20\0\x06DEBITO\0\x20\0\x07CREDITO\0\x1b\0\x0bCOMO PAGAR?\0\x0c\0\x01\x1e"
    ]


@pytest.mark.parametrize("options", [[], ["x"] * 21, ["x" * 25], [""]])
def test_a_menu_has_limits(options: list[str]) -> None:
    pinpad = Pinpad()
    with pytest.raises(ValueError, match="menu"):
        reader_of(pinpad).keypad.choose(options, "", 30, never)
    assert pinpad.commands == []


@pytest.mark.parametrize("value", [b"00", b"03", b"", b"xx"])
def test_an_option_that_was_not_offered_is_nonsense(value: bytes) -> None:
    pinpad = Pinpad()
    pinpad.answers["MNU"] = [frame(said("MNU", (0x804D, value)))]
    with pytest.raises(DeviceProtocolError):
        reader_of(pinpad).keypad.choose(["A", "B"], "", 30, never)


@pytest.mark.parametrize("typed", [b"123", b"1234567890x", b"123456789012"])
def test_digits_that_were_not_asked_for_are_nonsense(typed: bytes) -> None:
    pinpad = Pinpad()
    pinpad.answers["GCD"] = [frame(said("GCD", (0x804D, typed)))]
    with pytest.raises(DeviceProtocolError):
        reader_of(pinpad).keypad.ask_number(Prompt.CPF, (11, 11), 60, never)


@pytest.mark.parametrize(
    ("code", "event"),
    [
        (b"00", "key"),
        (b"08", "key"),
        (b"13", "cancelled"),
        (b"90", "swiped"),
        (b"91", "removed"),
        (b"93", "timeout"),
        (b"94", "tapped"),
    ],
)
def test_events_have_names(code: bytes, event: str) -> None:
    pinpad = Pinpad()
    pinpad.answers["CEX"] = [frame(said("CEX", (0x8040, code), (0x8041, b"4761")))]
    assert reader_of(pinpad).keypad.await_card(60, never) == event


def test_an_unknown_event_is_nonsense() -> None:
    pinpad = Pinpad()
    pinpad.answers["CEX"] = [frame(said("CEX", (0x8040, b"77")))]
    with pytest.raises(DeviceProtocolError):
        reader_of(pinpad).keypad.await_card(60, never)


def test_a_pinpad_without_antenna_is_not_asked_for_taps() -> None:
    pinpad = Pinpad()
    pinpad.answers["GIX"] = [frame(said("GIX", (0x8005, b"0000000000")))]
    pinpad.answers["CEX"] = [frame(b"CEX012")]
    assert reader_of(pinpad).keypad.await_card(60, never) == "timeout"
    assert pinpad.sent("CEX")[0][6] == b"111000"


# ---- giving up

Blocking = Callable[[Keypad, Callable[[], bool]], object]
BLOCKING: dict[str, tuple[Blocking, object]] = {
    "GCD": (lambda pad, off: pad.ask_number(Prompt.PHONE, (10, 11), 60, off), ""),
    "MNU": (lambda pad, off: pad.choose(["A"], "", 60, off), None),
    "CEX": (lambda pad, off: pad.await_card(60, off), "cancelled"),
    "RMC": (lambda pad, off: pad.remove_card("RETIRE", 60, off), False),
}


@pytest.mark.parametrize("name", BLOCKING)
@pytest.mark.parametrize("looks", [1, 2, 7, 400])
def test_calling_off_at_any_time_leaves_an_idle_pinpad(name: str, looks: int) -> None:
    pinpad = Pinpad()
    pinpad.answers[name] = []
    _, keypad = opened(pinpad)
    call, nothing = BLOCKING[name]
    seen = 0

    def off() -> bool:
        nonlocal seen
        seen += 1
        return seen > looks

    assert call(keypad, off) == nothing
    assert pinpad.controls == CAN * 2
    assert seen == looks + 1


@pytest.mark.parametrize("name", BLOCKING)
def test_who_called_off_before_the_start_gets_no_prompt(name: str) -> None:
    pinpad = Pinpad()
    _, keypad = opened(pinpad)
    call, nothing = BLOCKING[name]
    assert call(keypad, lambda: True) == nothing
    assert pinpad.commands == []


@pytest.mark.parametrize("name", BLOCKING)
def test_nobody_is_waited_for_for_ever(name: str) -> None:
    pinpad = Pinpad()
    pinpad.answers[name] = []
    _, keypad = opened(pinpad)
    call, nothing = BLOCKING[name]
    started = pinpad.clock.now
    assert call(keypad, never) == ("timeout" if name == "CEX" else nothing)
    assert 60 <= pinpad.clock.now - started < 73


@pytest.mark.parametrize("status", [b"012", b"013"])
def test_a_customer_who_does_not_answer_is_no_error(status: bytes) -> None:
    pinpad = Pinpad()
    for name in BLOCKING:
        pinpad.answers[name] = [frame(name.encode() + status)]
    _, keypad = opened(pinpad)
    assert keypad.ask_number(Prompt.CPF, (11, 11), 60, never) == ""
    assert keypad.choose(["A"], "", 60, never) is None
    assert keypad.await_card(60, never) == ("timeout" if status == b"012" else "cancelled")
    assert keypad.remove_card("RETIRE") is False


def test_a_command_the_pinpad_does_not_know_is_a_refusal() -> None:
    pinpad = Pinpad()
    pinpad.answers["GCD"] = [frame(b"ERR010")]
    with pytest.raises(DeviceRefusedError) as caught:
        reader_of(pinpad).keypad.ask_number(Prompt.CPF, (11, 11), 60, never)
    assert caught.value.code == "ERR010"


# ---- the card's way out


def test_an_inserted_card_is_asked_back_before_the_goodbye() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    pinpad.answers["RMC"] = [frame(b"RMC000")]
    reader = reader_of(pinpad)
    reader.pay(an_intent(), Heard())
    reader.finish("OBRIGADO")
    assert pinpad.commands[-2] == b"RMC032OBRIGADO        RETIRE O CARTAO "
    assert pinpad.commands[-1] == unframe(bytes.fromhex(CLX_ASK))
    reader.finish("OBRIGADO")
    assert [data[:3] for data in pinpad.commands[-2:]] == [b"CLX", b"CLX"]


def test_a_forgotten_card_holds_the_goodbye_up_for_half_a_minute() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    pinpad.answers["RMC"] = []
    reader = reader_of(pinpad)
    reader.pay(an_intent(), Heard())
    started = pinpad.clock.now
    reader.finish("OBRIGADO")
    assert REMOVE_S <= pinpad.clock.now - started < REMOVE_S + 2
    assert pinpad.controls[-1:] == CAN
    assert pinpad.commands[-1] == unframe(bytes.fromhex(CLX_ASK))


def test_a_pinpad_that_cannot_wait_for_the_card_still_says_goodbye() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    pinpad.answers["RMC"] = [frame(b"ERR010")]
    reader = reader_of(pinpad)
    reader.pay(an_intent(), Heard())
    reader.finish("OBRIGADO")
    assert pinpad.commands[-1][:3] == b"CLX"


def test_a_tapped_card_is_not_asked_back() -> None:
    pinpad = decided(with_card(Pinpad(), b"06"), b"000000")
    reader = reader_of(pinpad)
    reader.pay(an_intent(), Heard())
    reader.finish("OBRIGADO")
    assert pinpad.sent("RMC") == []


def test_a_chip_card_nobody_can_read_is_asked_back_too() -> None:
    pinpad = Pinpad()
    pinpad.answers |= {"GCX": [frame(b"GCX060")], "RMC": [frame(b"RMC000")]}
    reader = reader_of(pinpad)
    assert reader.pay(an_intent(), Heard()) == CardOutcome("failed", "card_error")
    reader.finish("NAO CONCLUIDO")
    assert [data[:3] for data in pinpad.commands[-2:]] == [b"RMC", b"CLX"]
