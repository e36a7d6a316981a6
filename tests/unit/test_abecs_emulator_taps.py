"""Cards held to the emulator's antenna or drawn through its stripe reader, and what goes wrong."""

import pytest

from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour, Fault, Outcome
from tests.support.pinpad_line import GOX, Line, block, gcx, play, tlv, values_in

LASTING: dict[Fault, bytes] = {
    "ctls_error_twice": b"081",
    "ctls_invalidated": b"082",
    "ctls_problems": b"083",
    "ctls_no_app": b"084",
    "ctls_refused": b"085",
    "ctls_interface": b"087",
}
PASSING: dict[Fault, bytes] = {
    "ctls_multiple": b"080",
    "ctls_error": b"081",
    "ctls_phone": b"086",
}


@pytest.mark.parametrize("fault", LASTING)
def test_a_lasting_trouble_ends_when_the_antenna_is_off(fault: Fault) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        for _n in range(2):
            assert await line.ask(gcx(b"10000")) == b"GCX" + LASTING[fault]
        assert values_in(await line.ask(gcx(b"00000")))[0x804F] == b"03"

    play(scene, faults={fault})


@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_trouble_ends_with_the_next_tap(fault: Fault) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        for _n in range(2):
            assert await line.ask(gcx(b"10000")) == b"GCX" + PASSING[fault]
            await line.cancel()
            values = values_in(await line.ask(gcx(b"10000")))
            by_phone = fault == "ctls_phone"
            assert values[0x804F] == b"06"
            assert values[0x8060] == (b"01" if by_phone else b"00")
            result = values_in(await line.ask(GOX))[0x8056]
            assert result == (b"000100" if by_phone else b"000000")

    assert len(play(scene, faults={fault}).approvals()) == 2


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("tap_two_cards", b"080"),
        ("tap_pulled_away", b"081"),
        ("tap_invalidated", b"082"),
        ("tap_problems", b"083"),
        ("tap_no_app", b"084"),
        ("tap_refused", b"085"),
        ("tap_phone", b"086"),
        ("tap_interface", b"087"),
    ],
)
def test_a_customer_may_cause_the_same(outcome: Outcome, status: bytes) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(gcx(b"10000")) == b"GCX" + status
        assert await line.ask(GOX) == b"GOX010"
        assert values_in(await line.ask(gcx(b"10000")))[0x804F] == b"06"
        assert values_in(await line.ask(gcx(b"00000")))[0x804F] == b"03"

    play(scene, Behaviour(script=(outcome, "tap", outcome), delay_s=0))


def test_a_pinpad_without_antenna_says_so_and_reads_chips() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert values_in(await line.ask(block("GIX", tlv(1, b"\x80\x05"))))[0x8005][:1] == b"0"
        assert values_in(await line.ask(gcx(b"10000")))[0x804F] == b"03"

    play(scene, Behaviour(script=("tap_phone",), delay_s=0, contactless=False))


def test_a_swiped_card_can_be_read_but_not_decide() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(gcx()) == b"GCX060"
        await line.cancel()
        values = values_in(await line.ask(gcx(b"00000", tlv(0x23, b"0604"))))
        assert (values[0x804F], values[0x8050]) == (b"00", b"1")
        assert await line.ask(GOX) == b"GOX010"

    play(scene, Behaviour(script=("card_mute", "swipe"), delay_s=0))
