"""Keys and PINs of the emulator: the standard's own examples, then over the line."""

import pytest

from edge_agent.devices.emulators.abecs import AbecsEmulator, Behaviour
from edge_agent.devices.emulators.abecs.ciphers import (
    data_key,
    encrypt,
    initial_key,
    next_ksn,
    pin_key,
)
from edge_agent.devices.emulators.abecs.keypad import pin_block
from edge_agent.devices.emulators.abecs.keys import BASE_KEY, master_key
from tests.support.pinpad_line import (
    EXPONENT,
    MODULUS,
    Line,
    block,
    gcx,
    opened,
    play,
    tlv,
    values_in,
)

RSA = tlv(0x0024, MODULUS) + tlv(0x0025, EXPONENT)


@pytest.mark.parametrize(
    ("count", "sealed_pin"), [(1, "1B9C1845EB993A7A"), (2, "10A01C8D02C69107")]
)
def test_a_pin_is_sealed_as_in_the_standard(count: int, sealed_pin: str) -> None:
    ksn = bytes.fromhex(f"FFFF9876543210E{count:05X}")
    initial = initial_key(BASE_KEY, ksn)
    assert initial.hex() == "6ac292faa1315b4d858ab3a3d7d5933a"
    sealed = encrypt(pin_key(initial, ksn), pin_block("1234", "4012345678909"))
    assert sealed.hex().upper() == sealed_pin


def test_the_data_key_is_the_standards() -> None:
    ksn = bytes.fromhex("FFFF9876543210E00001")
    key = data_key(initial_key(BASE_KEY, ksn), ksn)
    assert key.hex() == "448d3f076d8304036a55a3d7e0055a78"


def test_a_counter_never_has_more_than_ten_ones() -> None:
    assert next_ksn(bytes.fromhex("FFFF9876543210E003FF")).hex().endswith("e00400")
    assert next_ksn(bytes.fromhex("FFFF9876543210E007FE")).hex().endswith("e00800")


# ---- EBX and GPN


def test_ebx_encrypts_what_it_is_given() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        data = b"DADO A SER CRIPTOGRAFADO"
        how = tlv(3, b"51") + tlv(9, b"03")
        values = values_in(await line.ask(block("EBX", tlv(0x0F, data), how)))
        key = data_key(initial_key(BASE_KEY, values[0x804C]), values[0x804C])
        assert opened(key, values[0x804E], "1") == data
        assert await line.ask(block("EBX", tlv(0x0F, data[:-1]), how)) == b"EBX011"
        rsa = block("EBX", tlv(0x0F, data), tlv(3, b"91"), RSA)
        assert await line.ask(rsa) == b"EBX011"
        assert await line.ask(block("EBX", how)) == b"EBX019"

    play(scene)


def gpn(method: bytes, slot: bytes, pan: bytes, tail: bytes = b"10412", key: bytes = b"") -> bytes:
    size = f"{len(pan):02d}".encode()
    return block(
        "GPN", method, slot, key.hex().upper().encode() or b"0" * 32, size, pan.ljust(19), tail,
        b"R$         34,56DIGITE SUA SENHA",
    )  # fmt: skip


def test_a_pin_leaves_encrypted_under_either_key() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        pan, working = "4012345678909", bytes(range(16))
        answer = await line.ask(gpn(b"3", b"00", pan.encode()))
        assert answer == b"GPN0000361B9C1845EB993A7AFFFF9876543210E00001"
        answer = await line.ask(gpn(b"3", b"00", pan.encode()))
        assert answer == b"GPN00003610A01C8D02C69107FFFF9876543210E00002"
        sealed = encrypt(master_key(8), working)
        answer = await line.ask(gpn(b"1", b"08", pan.encode(), key=sealed))
        expected = encrypt(working, pin_block("1234", pan)).hex().upper().encode()
        assert answer == b"GPN000036" + expected + b"0" * 20

    play(scene)


def test_the_card_read_before_need_not_be_named() -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(gpn(b"3", b"00", b"")) == b"GPN010"
        pan = values_in(await line.ask(gcx()))[0x8052].decode()
        unnamed = await line.ask(gpn(b"3", b"01", b""))
        ksn = bytes.fromhex(unnamed[-20:].decode())
        key = pin_key(initial_key(BASE_KEY, ksn), ksn)
        assert unnamed[9:25].decode() == encrypt(key, pin_block("1234", pan)).hex().upper()

    play(scene)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (gpn(b"3", b"10", b"4012345678909"), b"042"),
        (gpn(b"3", b"40", b"4012345678909"), b"011"),
        (gpn(b"2", b"00", b"4012345678909"), b"011"),
        (gpn(b"3", b"00", b"401234567890A"), b"011"),
        (gpn(b"3", b"00", b"4012345678909", b"10312"), b"011"),
        (gpn(b"3", b"00", b"4012345678909", b"10604"), b"011"),
        (gpn(b"3", b"00", b"4012345678909", b"20412"), b"011"),
        (gpn(b"3", b"\xb2\xb2", b"4012345678909"), b"011"),
        (block("GPN", b"3"), b"011"),
    ],
)
def test_a_pin_order_that_does_not_add_up_asks_nobody(command: bytes, status: bytes) -> None:
    async def scene(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(command) == b"GPN" + status

    play(scene)


def test_a_pin_may_be_cancelled_or_waited_for_in_vain() -> None:
    async def cancelled(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(gpn(b"3", b"00", b"4012345678909")) == b"GPN013"

    async def in_vain(_: AbecsEmulator, line: Line) -> None:
        assert await line.ask(gpn(b"3", b"00", b"4012345678909")) == b"GPN012"

    play(cancelled, Behaviour(delay_s=0, keypad="cancels"))
    play(in_vain, Behaviour(delay_s=0, second_s=0.001, keypad="walks_away"))
