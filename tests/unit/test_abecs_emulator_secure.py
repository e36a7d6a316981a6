"""The emulator's secure channel and the ways a whole card leaves it, judged from the outside."""

import pytest
from cryptography.hazmat.primitives.asymmetric import padding

from edge_agent.devices.emulators.abecs import AbecsEmulator
from edge_agent.devices.emulators.abecs.ciphers import (
    data_key,
    encrypt,
    initial_key,
    next_ksn,
)
from edge_agent.devices.emulators.abecs.keys import BASE_KEY, master_key
from edge_agent.devices.emulators.abecs.secure import PacketError, seal, unseal
from edge_agent.devices.emulators.abecs.tracks import sealed_digits, sealed_text
from tests.support.pinpad_line import (
    EXPONENT,
    MODULUS,
    NAK,
    RSA_KEY,
    SECURE_OPN,
    Line,
    after_power_cut,
    block,
    gcx,
    opened,
    opened_packet,
    packed_packet,
    play,
    tlv,
    values_in,
)

KSEC = bytes.fromhex("DB3B4D015432AB3223555A1F81759A94")
GIX = block("GIX", tlv(1, bytes.fromhex("8001800480349101910E")))
SEALED_GIX = bytes.fromhex("12EA229EDD36F84C2AA7E00275105C3A8A787FC9B2883540AEE827BA1C5A039496")
SERIAL = block("GIX", tlv(1, bytes.fromhex("8001")))
RSA = tlv(0x0024, MODULUS) + tlv(0x0025, EXPONENT)


# ---- the channel


def test_a_packet_is_sealed_as_published() -> None:
    assert seal(KSEC, GIX) == SEALED_GIX == packed_packet(KSEC, GIX)
    assert unseal(KSEC, SEALED_GIX) == GIX


@pytest.mark.parametrize("broken", [SEALED_GIX[:-1], SEALED_GIX[:1], SEALED_GIX[:17]])
def test_a_packet_cut_short_is_none(broken: bytes) -> None:
    with pytest.raises(PacketError):
        unseal(KSEC, broken)


def test_a_secure_opn_gives_a_new_key_and_everything_after_it_is_sealed() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        first = await line.secure()
        assert values_in(await line.ask_sealed(SERIAL))[0x8001] == b"SN00000001"
        assert await line.ask_sealed(b"UNK") == b"ERR010"
        assert await line.ask_sealed(b"GIX9") == b"GIX011"
        second = await line.secure()
        assert len(first) == len(second) == 16
        assert first != second

    play(scene)


def test_a_readable_command_is_refused_and_the_channel_stays() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        await line.secure()
        for command in (SERIAL, gcx(), b"CLX"):
            assert await line.ask(command) == command[:3] + b"009"
        assert await line.ask(b"UNK") == b"ERR010"
        assert (await line.ask_sealed(SERIAL)).startswith(b"GIX000")
        assert await line.ask(b"OPN") == b"OPN000"
        assert (await line.ask(SERIAL)).startswith(b"GIX000")

    play(scene)


@pytest.mark.parametrize("at", [0, 5, 31])
def test_a_broken_packet_costs_the_key(at: int) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        key = await line.secure()
        packet = bytearray(packed_packet(key, GIX))
        packet[1 + at] ^= 1
        assert await line.ask(bytes(packet)) == b"ERR009"
        assert await line.ask(packed_packet(key, SERIAL)) == b"ERR003"
        assert (await line.ask(SERIAL)).startswith(b"GIX000")

    play(scene)


def test_a_sealed_opn_closes_the_channel() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        key = await line.secure()
        assert await line.ask(packed_packet(key, b"OPN")) == b"OPN010"
        assert await line.ask(packed_packet(key, SERIAL)) == b"ERR003"

    play(scene)


@pytest.mark.parametrize("farewell", [b"CLX", block("CLO", b" " * 32)])
def test_the_answer_to_a_farewell_is_readable(farewell: bytes) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        key = await line.secure()
        assert await line.ask(packed_packet(key, farewell)) == farewell[:3] + b"000"
        assert (await line.ask(SERIAL)).startswith(b"GIX000")

    play(scene)


def test_notifications_and_late_answers_are_sealed_and_nak_repeats_them() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        key = await line.secure()
        sealed = await line.ask(packed_packet(key, gcx()))
        assert opened_packet(key, sealed).startswith(b"GCX000")
        notices = [opened_packet(key, notice) for notice in line.notices]
        assert notices[0] == b"NTM000032    R$ 12,90    INSIRA O CARTAO "
        line.write(NAK)
        assert await line.answer() == sealed

    play(scene)


def test_can_leaves_the_channel_as_it_is() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        await line.secure()
        await line.cancel()
        assert (await line.ask_sealed(SERIAL)).startswith(b"GIX000")

    play(scene)


def test_power_off_forgets_the_key() -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        key = await line.secure()
        later = await after_power_cut(emulator, line)
        assert await later.ask(packed_packet(key, SERIAL)) == b"ERR003"
        await later.close()

    play(scene)


@pytest.mark.parametrize(
    "command",
    [
        block("OPN", b"0"),
        SECURE_OPN.replace(b"OPN5230", b"OPN5231"),
        SECURE_OPN[:-1] + b"G",
        block("OPN", SECURE_OPN[6:-7] + b"2010001"),
        block("OPN", b"0256" + b"0" * 512 + b"3010001"),
    ],
)
def test_an_opn_without_a_sound_key_is_refused(command: bytes) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(command) == b"OPN011"
        assert (await line.ask(SERIAL)).startswith(b"GIX000")

    play(scene)


def test_an_old_pinpad_answers_bare_and_knows_no_tlvs() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(SECURE_OPN) == b"OPN000"
        assert await line.ask(SERIAL) == b"ERR010"
        assert (await line.ask(block("GIN", b"00"))).startswith(b"GIN000100TOTEM")

    play(scene, faults={"old_pinpad"})


# ---- GTK


def test_a_number_is_sealed_as_published() -> None:
    key = bytes.fromhex("FF4755399AE4289344D4BBC07D968B5F")
    sealed = sealed_digits("4444333322221111", 0, lambda data: encrypt(key, data, "cbc"))
    assert sealed.hex().upper() == "F158F8C22E09591E"


def test_open_digits_stay_in_front_and_fillers_behind() -> None:
    assert sealed_digits("66733246732413=15126", 4, lambda data: data).hex().upper() == (
        "6673" + "3246732413D15126"
    )
    assert sealed_text("B99944443^N", 4, lambda data: data) == b"B99944443^N" + b"\0\0"


@pytest.mark.parametrize("mode", ["0", "1"])
def test_a_card_leaves_under_a_random_key_once(mode: str) -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        pan = values_in(await line.ask(gcx()))[0x8052]
        method = tlv(0x0003, b"9" + mode.encode())
        values = values_in(await line.ask(block("GTK", tlv(0x0007, b"1110"), method, RSA)))
        key = RSA_KEY.decrypt(values[0x8063], padding.PKCS1v15())
        assert opened(key, values[0x804A], mode).hex().encode() == pan
        track = opened(key, values[0x8045], mode).hex().upper().rstrip("F")
        assert track.encode().startswith(pan + b"D3112201")
        assert 0x8044 not in values
        assert await line.ask(block("GTK")) == b"GTK010"
        (entry,) = emulator.disclosures()
        assert (entry.method, entry.masked_pan[6:-4]) == ("9" + mode, "******")

    play(scene)


def test_a_card_asked_for_in_clear_leaves_in_clear_and_the_witness_tells() -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        assert await line.ask(b"GTK") == b"GTK010"
        await line.ask(block("CEX", tlv(0x0006, b"010000")))
        values = values_in(await line.ask(b"GTK"))
        assert values[0x8044].startswith(b"B")
        assert values[0x8045].hex().split("d")[0].encode() == values[0x8044][1:17]
        assert 0x804A not in values
        assert [entry.method for entry in emulator.disclosures()] == ["clear"]

    play(scene)


def test_dukpt_spends_one_key_for_ecb_and_one_a_field_for_cbc() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        for method, numbers in ((b"50", 1), (b"51", 2)):
            pan = values_in(await line.ask(gcx()))[0x8052]
            how = tlv(0x0003, method) + tlv(0x0009, b"07")
            values = values_in(await line.ask(block("GTK", how)))
            assert len({values[0x804B], values[0x8048]}) == numbers
            key = data_key(initial_key(BASE_KEY, values[0x804B]), values[0x804B])
            assert opened(key, values[0x804A], method[1:].decode()).hex().encode() == pan
        following = values_in(await line.ask(block("GIX", tlv(1, b"\x92\x07"))))[0x9207]
        assert following == next_ksn(values[0x8048])

    play(scene)


def test_a_working_key_seals_under_the_slots_master_key() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        working = bytes(range(16))
        pan = values_in(await line.ask(gcx()))[0x8052]
        sealed_key = tlv(0x000A, encrypt(master_key(7), working))
        how = tlv(0x0003, b"11") + tlv(0x0009, b"07") + sealed_key + tlv(0x001D, bytes(8))
        values = values_in(await line.ask(block("GTK", how, tlv(0x0007, b"1"))))
        assert opened(working, values[0x804A], "1").hex().encode() == pan
        assert set(values) == {0x804A}

    play(scene)


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        (tlv(3, b"90"), b"019"),
        (tlv(3, b"50"), b"019"),
        (tlv(3, b"11") + tlv(9, b"07"), b"019"),
        (tlv(3, b"50") + tlv(9, b"10"), b"042"),
        (tlv(3, b"50") + tlv(9, b"32"), b"011"),
        (tlv(3, b"30") + tlv(9, b"01"), b"011"),
        (tlv(3, b"5x") + tlv(9, b"01"), b"011"),
        (tlv(3, b"91") + RSA + tlv(0x1D, b"1"), b"011"),
        (tlv(3, b"91") + tlv(0x24, MODULUS[:128]) + tlv(0x25, EXPONENT), b"011"),
        (tlv(8, b"3"), b"011"),
    ],
)
def test_a_refused_gtk_hands_out_nothing_and_can_be_repaired(
    parameters: bytes, status: bytes
) -> None:
    async def scene(emulator: AbecsEmulator, line: Line) -> None:
        await line.ask(gcx())
        assert await line.ask(block("GTK", parameters)) == b"GTK" + status
        assert emulator.disclosures() == []
        right = tlv(3, b"91") + RSA
        assert (await line.ask(block("GTK", right))).startswith(b"GTK000")

    play(scene)


@pytest.mark.parametrize("ending", [b"CLX", b"OPN", block("CLO", b" " * 32)])
def test_a_farewell_forgets_the_card(ending: bytes) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        await line.ask(gcx())
        await line.ask(ending)
        assert await line.ask(b"GTK") == b"GTK010"

    play(scene)
