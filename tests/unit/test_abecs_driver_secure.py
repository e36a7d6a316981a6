"""The ABECS driver's secure channel: the published vector, damaged packets, lost channels."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings, strategies as st

from edge_agent.devices.drivers.abecs.secure import OpeningKey, SecureChannel
from edge_agent.devices.drivers.abecs.tlv import Ask, command
from edge_agent.devices.errors import DeviceProtocolError, DeviceRefusedError
from tests.support.scripted_pinpad import (
    CAN,
    Heard,
    Pinpad,
    an_intent,
    decided,
    frame,
    reader_of,
    said,
    with_card,
)
from tests.support.secure_pinpad import KSEC, SecurePinpad, opened, packet, wrapped

GIX_ASK = bytes.fromhex("0001000A 8001 8004 8034 9101 910E")
VECTOR = bytes.fromhex(
    "12 EA229EDD36F84C2AA7E00275105C3A8A787FC9B2883540AEE827BA1C5A039496".replace(" ", "")
)
PRIVATE = rsa.generate_private_key(65537, 2048)


@pytest.fixture(autouse=True)
def _one_key_pair_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsa, "generate_private_key", lambda *_: PRIVATE)


def selling(pinpad: SecurePinpad) -> SecurePinpad:
    decided(with_card(pinpad), b"000000")
    return pinpad


# ---- packets


def test_the_published_packet_byte_for_byte() -> None:
    asked = command("GIX", [(Ask.IDLIST, GIX_ASK[4:])])
    assert asked == b"GIX014" + GIX_ASK
    channel = SecureChannel(KSEC)
    assert channel.seal(asked) == VECTOR == packet(asked)
    assert channel.unseal(VECTOR) == asked


@given(st.binary(max_size=300))
def test_what_is_sealed_is_unsealed(data: bytes) -> None:
    assert opened(SecureChannel(KSEC).seal(data)) == data
    assert SecureChannel(KSEC).unseal(packet(data)) == data


@settings(derandomize=True, max_examples=300)
@given(st.binary(max_size=80), st.data())
def test_a_packet_with_a_wrong_bit_is_an_error(data: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(packet(data))
    place = draw.draw(st.integers(0, len(damaged) * 8 - 1))
    damaged[place // 8] ^= 1 << place % 8
    with pytest.raises(DeviceProtocolError):
        SecureChannel(KSEC).unseal(bytes(damaged))


@settings(derandomize=True)
@given(st.binary(max_size=80))
def test_noise_is_no_packet(noise: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        SecureChannel(KSEC).unseal(b"\x12" + noise)


# ---- opening


def test_the_opening_block_has_the_published_form() -> None:
    modulus = PRIVATE.public_key().public_numbers().n
    assert OpeningKey().block() == f"0256{modulus:0512X}3010001".encode()


def test_each_opening_has_its_own_key_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    pinpad = SecurePinpad()
    reader = reader_of(pinpad, secure="yes")
    reader.open()
    reader.open()
    assert len(set(pinpad.openings)) == 2


@pytest.mark.parametrize(
    "body",
    [b"256", b"256" + b"Z" * 512, b"128" + b"00" * 256, b"256" + b"FF" * 256],
    ids=["empty", "no hex", "other size", "no ciphertext"],
)
def test_a_session_key_that_makes_no_sense_opens_nothing(body: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        OpeningKey().session_key(body)


def test_a_session_key_has_sixteen_bytes() -> None:
    numbers = PRIVATE.public_key().public_numbers()
    body = b"256" + wrapped(KSEC[:8], numbers.n, numbers.e).hex().encode()
    with pytest.raises(DeviceProtocolError):
        OpeningKey().session_key(body)


def test_an_old_pinpad_is_refused_in_clear_words() -> None:
    with pytest.raises(DeviceRefusedError, match="too old") as caught:
        reader_of(Pinpad(), secure="yes").open()
    assert caught.value.code == "no_secure"


def test_a_pinpad_without_security_refuses_with_its_code() -> None:
    pinpad = Pinpad()
    pinpad.answers["OPN"] = [frame(b"OPN003")]
    with pytest.raises(DeviceRefusedError) as caught:
        reader_of(pinpad, secure="yes").open()
    assert caught.value.code == "OPN003"


# ---- conversations


def test_a_sale_and_its_goodbye_on_the_secure_channel() -> None:
    pinpad = selling(SecurePinpad())
    pinpad.answers["RMC"] = [frame(b"RMC000")]
    reader = reader_of(pinpad, secure="yes")
    outcome = reader.pay(an_intent(), Heard())
    assert outcome.kind == "approved_offline"
    reader.finish("OBRIGADO")
    names = [data[:3] for data in pinpad.commands]
    assert names == [b"OPN", b"GIX", b"GCX", b"GOX", b"RMC", b"CLX"]
    assert not pinpad.secured


def test_notifications_come_sealed_as_well() -> None:
    pinpad = selling(SecurePinpad())
    pinpad.answers["GCX"][0] = frame(b"NTM000014INSIRA O CARTA") + pinpad.answers["GCX"][0]
    talk = Heard()
    reader_of(pinpad, secure="yes").pay(an_intent(), talk)
    assert ("insert_card", "INSIRA O CARTA") in talk.told


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.sampled_from(["GCX", "GOX"]), st.integers(0, 5000))
def test_a_damaged_answer_never_approves(name: str, bit: int) -> None:
    pinpad = selling(SecurePinpad())
    pinpad.damage[name] = bit
    with pytest.raises(DeviceProtocolError):
        reader_of(pinpad, secure="yes").pay(an_intent(), Heard())
    assert pinpad.controls == CAN * 2


def test_an_answer_in_clear_never_approves() -> None:
    pinpad = selling(SecurePinpad())

    class Downgraded(SecurePinpad):
        def spoken(self, frames: bytes) -> bytes:
            return frames if b"GOX" in frames else super().spoken(frames)

    liar = Downgraded()
    liar.answers.update(pinpad.answers)
    with pytest.raises(DeviceProtocolError, match="clear"):
        reader_of(liar, secure="yes").pay(an_intent(), Heard())


@pytest.mark.parametrize("name", ["GIX", "GCX", "GOX"])
def test_a_lost_channel_is_opened_once_more(name: str) -> None:
    pinpad = selling(SecurePinpad())
    pinpad.drop_before = [name]
    reader = reader_of(pinpad, secure="yes")
    assert reader.pay(an_intent(), Heard()).kind == "approved_offline"
    assert len(pinpad.openings) == 2


def test_a_channel_lost_twice_is_an_error_and_nothing_is_approved() -> None:
    pinpad = selling(SecurePinpad())
    pinpad.drop_before = ["GCX", "GCX"]
    with pytest.raises(DeviceProtocolError):
        reader_of(pinpad, secure="yes").pay(an_intent(), Heard())
    assert len(pinpad.openings) == 2


def test_status_009_of_a_command_opens_again() -> None:
    pinpad = selling(SecurePinpad())
    pinpad.answers["GOX"].insert(0, frame(b"GOX009"))
    assert reader_of(pinpad, secure="yes").pay(an_intent(), Heard()).kind == "approved_offline"


def test_the_keypad_opens_again_too() -> None:
    pinpad = SecurePinpad()
    pinpad.answers["GCD"] = [frame(said("GCD", (0x804D, b"12345678909")))]
    pinpad.drop_before = ["GCD"]
    keypad = reader_of(pinpad, secure="yes").keypad
    assert keypad.ask_number(7, (11, 11), 60, lambda: False) == "12345678909"
    assert len(pinpad.openings) == 2


@pytest.mark.parametrize("secure_now", ["yes", "no"])
def test_recover_ends_a_channel_that_an_earlier_run_left(secure_now: str) -> None:
    pinpad = Pinpad()
    pinpad.answers["CLX"] = [frame(b"CLX009"), frame(b"CLX000")]
    reader_of(pinpad, secure=secure_now).recover()
    assert pinpad.commands == [b"CLX", b"OPN", b"CLX"]


def test_an_error_with_status_zero_is_nonsense() -> None:
    pinpad = with_card(Pinpad())
    pinpad.answers["GOX"] = [frame(b"ERR000")]
    with pytest.raises(DeviceProtocolError):
        reader_of(pinpad).pay(an_intent(), Heard())
