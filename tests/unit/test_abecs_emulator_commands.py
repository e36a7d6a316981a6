"""What the emulator's customer types, chooses and presses, how a kiosk stops it, and its page."""

import asyncio
import json

import pytest
from hypothesis import given, settings, strategies as st

from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour, Outcome
from edge_agent.devices.emulators.abecs.hardware import assembled
from edge_agent.devices.emulators.abecs.link import Link, Outside, Timing
from edge_agent.devices.emulators.abecs.panel import Key
from edge_agent.devices.emulators.abecs.terminal import Terminal
from tests.support.pinpad_line import (
    ACK,
    CAN,
    EOT,
    GOX,
    Line,
    block,
    framed,
    frames_in,
    gcx,
    play,
    prompted,
    tlv,
    values_in,
)

SLOW = Behaviour(mode="manual", delay_s=0.01)
CPF = block("GCD", tlv(0x0B, b"\0\7"), tlv(0x0D, b"\x0b"), tlv(0x0E, b"\x0b"), tlv(0x0C, b"\x3c"))
RMC = block("RMC", b"RETIRE O CARTAO ".ljust(32))
GPN = block("GPN", b"300", b"0" * 32, b"134012345678909      10412", b"SENHA".ljust(32))


def gcd(index: int, least: int = 0, most: int = 32, timeout: int = 1) -> bytes:
    limits = tlv(0x0D, bytes([least])) + tlv(0x0E, bytes([most])) + tlv(0x0C, bytes([timeout]))
    return block("GCD", tlv(0x0B, index.to_bytes(2, "big")), limits)


def mnu(*options: bytes, title: bytes = b"ESCOLHA") -> bytes:
    return block("MNU", tlv(0x1B, title), *(tlv(0x20, option) for option in options))


def cex(options: bytes, *more: bytes) -> bytes:
    return block("CEX", tlv(0x06, options), *more)


# ---- the paper's frames, byte for byte


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        (
            "16 474344303231 000B00020007 000D00010B 000E00010B 000C00013C 17 4B75",
            "16 474344303030303135 804D000B 3132333435363738393039 17 C817",
        ),
        (
            "16 434558303135 00060006313131313030 000C00013C 17 0F01",
            "16 434558303030303036 80400002 3932 17 0970",
        ),
        ("16 434C58303132 001B0008 4F4252494741444F 17 B83C", "16 434C58303030 17 FD8D"),
        ("16 554E4B 17 7C32", "16 455252303130 17 B711"),
    ],
)
def test_golden_frames_get_golden_answers(sent: str, answer: str) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        line.write(bytes.fromhex(sent))
        assert await line.byte() == ACK
        assert framed(await line.answer()) == bytes.fromhex(answer)

    play(scene)


# ---- GCD


@pytest.mark.parametrize("index", range(0x36))
def test_every_message_takes_a_number_of_the_wanted_length(index: int) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        answer = await line.ask(gcd(index, 3, 8))
        if index == 0:
            assert answer == b"GCD011"
        else:
            typed = values_in(answer)[0x804D]
            assert typed.isdigit()
            assert 3 <= len(typed) <= 8
            assert len(line.notices[0]) == 9 + 32

    play(scene)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (gcd(0x36), b"GCD011"),
        (gcd(7, 5, 4), b"GCD011"),
        (gcd(7, 0, 33), b"GCD011"),
        (block("GCD", tlv(0x0D, b"\1")), b"GCD019"),
        (block("GCD", tlv(0x0B, b"\0" * 9)), b"GCD011"),
        (block("DEX", b"A" * 161), b"DEX011"),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(command: bytes, answer: bytes) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(command) == answer

    play(scene)


def test_the_customers_number_is_a_knob() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert values_in(await line.ask(gcd(7, 11, 11)))[0x804D] == b"11144477735"
        assert values_in(await line.ask(gcd(0x33)))[0x804D] == b"1"

    play(scene, Behaviour(delay_s=0, digits={7: "11144477735"}))


@pytest.mark.parametrize("command", [gcd(7), block("MNU", tlv(0x20, b"A"), tlv(0x0C, b"\1"))])
def test_a_customer_may_cancel_or_walk_away(command: bytes) -> None:
    async def cancels(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(command) == command[:3] + b"013"

    async def walks_away(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(command) == command[:3] + b"012"

    play(cancels, Behaviour(delay_s=0, keypad="cancels"))
    play(walks_away, Behaviour(delay_s=0, second_s=0.02, keypad="walks_away"))


def test_a_number_is_confirmed_only_when_it_is_long_enough() -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        asking = asyncio.create_task(line.ask(gcd(0x1F, 2, 3, 60)))
        await prompted(emulator, "type")
        for key in ("4", "ok", "7", "clear", "8", "9", "5", "f1", "ok"):
            emulator._panel.press(key)
        assert values_in(await asking)[0x804D] == b"489"
        assert emulator._panel.prompt == ""

    play(scene, SLOW)


# ---- MNU


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (["ok"], b"01"),
        (["down", "down", "ok"], b"03"),
        (["up", "ok"], b"04"),
        (["3"], b"03"),
        (["7", "down", "ok"], b"02"),
    ],
)
def test_a_menu_is_walked_or_short_cut(keys: list[Key], chosen: bytes) -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        menu = mnu(b"5.Chamado", b"1.Consultas", b"3.Ajuda", b"Voltar!!")
        asking = asyncio.create_task(line.ask(menu))
        await prompted(emulator, "menu")
        for key in keys:
            emulator._panel.press(key)
        assert values_in(await asking)[0x804D] == chosen

    play(scene, SLOW)


def test_a_menu_has_one_to_twenty_short_options() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert values_in(await line.ask(mnu(*[b"A" * 24] * 20)))[0x804D] == b"20"
        assert await line.ask(mnu(*[b"A"] * 21)) == b"MNU011"
        assert await line.ask(mnu(b"A" * 25)) == b"MNU011"
        assert await line.ask(mnu()) == b"MNU019"

    play(scene, Behaviour(delay_s=0, choice=20))


# ---- CEX and RMC


@pytest.mark.parametrize(
    ("key", "event"),
    [
        ("ok", b"00"), ("up", b"02"), ("down", b"03"), ("f1", b"04"), ("f2", b"05"),
        ("f3", b"06"), ("f4", b"07"), ("clear", b"08"), ("cancel", b"13"),
    ],
)  # fmt: skip
def test_every_key_is_an_event(key: Key, event: bytes) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert values_in(await line.ask(cex(b"100000"))) == {0x8040: event}

    play(scene, Behaviour(delay_s=0, key=key))


@pytest.mark.parametrize(
    ("script", "options", "event"),
    [
        ("approve_offline", b"001000", b"92"),
        ("approve_offline", b"000100", b"94"),
        ("approve_offline", b"010000", b"90"),
        ("tap", b"111100", b"94"),
        ("swipe", b"1111", b"90"),
        ("tap", b"111000", b"92"),
        ("approve_offline", b"002000", b"91"),
    ],
)
def test_a_card_is_seen_where_the_pinpad_looks(
    script: Outcome, options: bytes, event: bytes
) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert values_in(await line.ask(cex(options)))[0x8040] == event

    play(scene, Behaviour(script=(script,), delay_s=0))


def test_a_swiped_card_shows_the_beginning_of_its_tracks_masked() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        values = values_in(await line.ask(cex(b"010000", tlv(0x23, b"0604"))))
        assert values[0x8042][6:12] == b"******"
        assert values[0x8042][16:] == b"=3112201"
        assert values[0x8041][17:] == b"^CLIENTE DE TESTE^3112201"
        assert values[0x8041][7:13] == b"******"

    play(scene)


def test_the_antenna_rests_after_two_minutes() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert values_in(await line.ask(cex(b"000100")))[0x8040] == b"93"
        assert await line.ask(cex(b"000100", tlv(0x0C, b"\x05"))) == b"CEX012"

    play(scene, Behaviour(script=("timeout", "timeout"), delay_s=0, second_s=0.0002))


def test_keys_nobody_asked_for_do_nothing() -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        asking = asyncio.create_task(line.ask(cex(b"001000")))
        await prompted(emulator, "insert")
        for key in ("ok", "cancel", "5"):
            emulator._panel.press(key)
        emulator._customer.insert_card("decline")
        assert values_in(await asking)[0x8040] == b"92"
        asking = asyncio.create_task(line.ask(cex(b"102000")))
        await prompted(emulator, "remove")
        emulator._panel.press("5")
        emulator._panel.remove()
        assert values_in(await asking)[0x8040] == b"91"

    play(scene, SLOW)


# ---- CAN and new frames


BLOCKING = {
    "GCX": gcx(),
    "GOX": GOX,
    "CEX": cex(b"100000"),
    "RMC": RMC,
    "GCD": CPF,
    "MNU": mnu(b"A"),
    "GPN": GPN,
}


async def made_to_wait(emulator: AbecsEmulator, line: Line, name: str) -> None:
    if name in ("GOX", "RMC"):
        emulator._customer.insert_card("approve_offline")
        await line.ask(gcx())
    line.write(framed(BLOCKING[name]))
    assert await line.byte() == ACK
    await prompted(emulator)


@pytest.mark.parametrize("name", BLOCKING)
def test_can_ends_a_waiting_command_without_an_answer(name: str) -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        await made_to_wait(emulator, line, name)
        line.write(CAN)
        while (heard := await line.byte()) != EOT:
            assert heard != ACK
        await line.silence()
        assert emulator._panel.prompt == ""
        assert await line.ask(b"OPN") == b"OPN000"

    assert play(scene, Behaviour(mode="manual", delay_s=0.3)).approvals() == []


@pytest.mark.parametrize("name", BLOCKING)
def test_a_new_frame_ends_a_waiting_command_without_an_answer(name: str) -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        await made_to_wait(emulator, line, name)
        line.write(framed(block("GTS", b"00")))
        while await line.byte() != ACK:
            continue
        assert await line.frame() == b"GTS0000100000000000"
        await line.silence()

    assert play(scene, Behaviour(mode="manual", delay_s=0.3)).approvals() == []


# ---- a person at the page


async def act(port: int, deed: dict[str, object]) -> dict[str, object]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps(deed).encode()
    head = b"POST /act HTTP/1.1\r\nHost: 127.0.0.1:1\r\nContent-Type: application/json\r\n"
    writer.write(head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    state: dict[str, object] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return state


def test_a_person_types_chooses_taps_and_swipes_through_the_page() -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        port = await emulator.start_http()
        typing = asyncio.create_task(line.ask(gcd(0x1F, 1, 3, 60)))
        await prompted(emulator, "type")
        await act(port, {"do": "key", "key": "4"})
        await act(port, {"do": "key", "key": "2"})
        assert emulator._panel.lines == ("NUMERO DA MESA".center(16), "42".rjust(16))
        await act(port, {"do": "key", "key": "ok"})
        assert values_in(await typing)[0x804D] == b"42"
        choosing = asyncio.create_task(line.ask(mnu(b"SIM", b"NAO")))
        await prompted(emulator, "menu")
        state = await act(port, {"do": "choose", "item": 9})
        assert (state["prompt"], state["options"]) == ("menu", ["SIM", "NAO"])
        await act(port, {"do": "choose", "item": 2})
        assert values_in(await choosing)[0x804D] == b"02"
        for deed, card_type in (("tap", b"06"), ("swipe", b"00")):
            buying = asyncio.create_task(line.ask(gcx(b"10000")))
            await prompted(emulator, "insert")
            await act(port, {"do": deed})
            assert values_in(await buying)[0x804F] == card_type
        buying = asyncio.create_task(line.ask(gcx(b"10000")))
        await prompted(emulator, "insert")
        await act(port, {"do": "tap_two_cards"})
        assert await buying == b"GCX080"

    play(scene, Behaviour(mode="manual", delay_s=0))


# ---- any line


ASKED = {
    b"OPN": b"OPN000",
    block("GTS", b"00"): b"GTS0000100000000000",
    block("GIX", tlv(1, b"\x80\x07\x80\x01")): block(
        "GIX000", tlv(0x8007, b"2.12"), tlv(0x8001, b"SN00000001")
    ),
    block("DSP", b"\x13\x16\x17".ljust(32)): b"DSP000",
    b"UNK": b"ERR010",
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(ASKED)), min_size=1, max_size=5), st.data())
def test_a_stream_split_and_garbled_anywhere_never_gets_a_wrong_answer(
    commands: list[bytes], draw: st.DataObject
) -> None:
    stream = bytearray(b"".join(framed(command) for command in commands))
    garbled = draw.draw(st.one_of(st.none(), st.integers(0, len(stream) - 1)))
    if garbled is not None:
        stream[garbled] ^= draw.draw(st.integers(1, 255))
    cuts = sorted(draw.draw(st.sets(st.integers(0, len(stream)), max_size=6)))

    async def run() -> bytes:
        sent = bytearray()
        terminal = Terminal(assembled(Behaviour(delay_s=0), None, 0, frozenset()))
        outside = Outside(sent.extend, lambda: None, lambda: None)
        link = Link(terminal, outside, set(), Timing())
        for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
            link.hear(bytes(stream[start:end]))
            await asyncio.sleep(0)
        link.close()
        return bytes(sent)

    answers = frames_in(asyncio.run(run()))
    right = [ASKED[command] for command in commands]
    if garbled is None:
        assert answers == right
    assert set(answers) <= set(right)
