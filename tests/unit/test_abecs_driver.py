"""The ABECS driver against golden frames and a scripted pinpad with its own CRC and clock."""

import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.devices.drivers.abecs import DRIVER, AbecsReader, two_lines
from edge_agent.devices.drivers.abecs_emv import masked, parse_emv
from edge_agent.devices.drivers.abecs_frame import BadFrameError, FrameDecoder, crc16, encode
from edge_agent.devices.drivers.abecs_link import Link
from edge_agent.devices.drivers.abecs_tlv import Ask, Response, command, parse_response
from edge_agent.devices.errors import (
    DeviceGoneError,
    DeviceProtocolError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import CardIntent, CardOutcome, CardStep

CAN, EOT, ACK, NAK = b"\x18", b"\x04", b"\x06", b"\x15"
PAN = b"476173******0119"

GOLDEN = {
    "OPN": "16 4F 50 4E 17 A8 A9",
    "OPN000": "16 4F 50 4E 30 30 30 17 77 5E",
    "CLX000": "16 43 4C 58 30 30 30 17 FD 8D",
    "ERR010": "16 45 52 52 30 31 30 17 B7 11",
    "GCX012": "16 47 43 58 30 31 32 17 A8 1A",
    "GCX013": "16 47 43 58 30 31 33 17 9B 2B",
    "X\x13\x16\x17": "16 58 13 33 13 36 13 37 17 9E 95",
}
GCX_1290 = (
    "16 47 43 58 30 36 35 00 13 33 00 0C 30 30 30 30 30 30 30 30 31 32 39 30 00 15 00 06 32 36 31"
    " 31 32 33 00 13 36 00 06 31 34 33 35 30 37 00 13 37 00 05 31 30 30 30 30 00 22 00 03 39 38 36"
    " 00 23 00 04 30 36 30 34 00 0C 00 01 3C 17 51 BC"
)
GIX_ASK = "16 47 49 58 30 31 30 00 01 00 06 80 01 80 03 80 07 17 78 52"
GIX_SAID = (
    "16 47 49 58 30 30 30 30 33 35 80 01 00 0A 53 4E 30 30 30 30 30 30 30 31 80 03 00 09 45 4D 55"
    " 2D 31 3B 38 4D 42 80 07 00 04 32 2E 31 32 17 69 E7"
)
GOX_APPROVED = (
    "16 47 4F 58 30 30 30 30 32 33 80 56 00 06 30 30 30 30 30 30 80 54 00 09 9F 27 01 40 9F 36 02"
    " 00 4C 17 55 3C"
)
FCX_ASK = "16 46 43 58 30 31 36 00 19 00 04 32 30 30 30 00 04 00 04 9F 26 9F 27 17 AC 0A"
CLX_ASK = "16 43 4C 58 30 31 32 00 1B 00 08 4F 42 52 49 47 41 44 4F 17 B8 3C"


def frame(data: bytes) -> bytes:
    """A frame made without the driver: replacement for stuffing, the library's CRC."""
    check = binascii.crc_hqx(data + b"\x17", 0).to_bytes(2, "big")
    for plain in b"\x13\x16\x17":
        data = data.replace(bytes((plain,)), bytes((0x13, plain + 0x20)))
    return b"\x16" + data + b"\x17" + check


def unframe(raw: bytes) -> bytes:
    assert raw[0] == 0x16
    assert raw[-3] == 0x17
    data = raw[1:-3]
    for plain in b"\x17\x16\x13":
        data = data.replace(bytes((0x13, plain + 0x20)), bytes((plain,)))
    assert frame(data) == raw
    return data


def tlvs(*fields: tuple[int, bytes]) -> bytes:
    return b"".join(i.to_bytes(2, "big") + len(v).to_bytes(2, "big") + v for i, v in fields)


def said(name: str, *fields: tuple[int, bytes], status: str = "000") -> bytes:
    body = tlvs(*fields)
    return f"{name}{status}".encode() + (b"%03d" % len(body) + body if body else b"")


def asked(data: bytes) -> dict[int, bytes]:
    return Response("", "", data[6:]).fields() if len(data) > 3 else {}


class SlowTime:
    """A clock that only waiting moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def wall_ms(self) -> int:
        return int(self.now * 1000)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Pinpad:
    """The far end: answers CAN with EOT, a frame with ACK and the next scripted bytes."""

    name = "scripted"

    def __init__(self, chunk: int = 512) -> None:
        self.clock = SlowTime()
        self.answers: dict[str, list[bytes]] = {
            "OPN": [frame(b"OPN000")],
            "GIX": [frame(said("GIX", (0x8001, b"SN1"), (0x8003, b"M"), (0x8005, b"1000000000")))],
            "CLX": [frame(b"CLX000")],
        }
        self.commands: list[bytes] = []
        self.controls = b""
        self.acks: list[bytes] = []
        self.deaf_cans = 0
        self.before_eot = b""
        self.gone = False
        self._chunk = chunk
        self._out = bytearray()
        self._last = b""

    def open(self) -> None: ...

    def close(self) -> None: ...

    def write(self, data: bytes, deadline_s: float) -> None:
        if self.gone:
            raise DeviceGoneError("unplugged")
        if data in (CAN, NAK):
            self.controls += data
            self._on_control(data)
            return
        asked_for = unframe(data)
        self.commands.append(asked_for)
        acknowledgement = self.acks.pop(0) if self.acks else ACK
        self._out += acknowledgement
        if acknowledgement == ACK:
            queue = self.answers.get(asked_for[:3].decode(), [])
            self._last = queue.pop(0) if len(queue) > 1 else b"".join(queue)
            self._out += self._last

    def _on_control(self, data: bytes) -> None:
        if data == NAK:
            self._out += self._last
        elif self.deaf_cans:
            self.deaf_cans -= 1
        else:
            self._out += self.before_eot + EOT

    def read(self, most: int, deadline_s: float) -> bytes:
        if self.gone:
            raise DeviceGoneError("unplugged")
        if not self._out:
            self.clock.now += max(deadline_s, 0.001)
            return b""
        size = min(most, self._chunk)
        data = bytes(self._out[:size])
        del self._out[:size]
        return data

    def sent(self, name: str) -> list[dict[int, bytes]]:
        return [asked(data) for data in self.commands if data[:3] == name.encode()]


def an_intent(amount: int = 1290, allow_offline: bool = True) -> CardIntent:
    at = datetime(2026, 11, 23, 17, 35, 7, tzinfo=UTC)
    return CardIntent(
        attempt="p1",
        amount_minor=amount,
        currency="BRL",
        kind="credit",
        timeout_s=60,
        allow_offline=allow_offline,
        wall_ms=int(at.timestamp() * 1000),
    )


def emv(kind: int = 0x40, amount: int = 1290) -> bytes:
    echoed = bytes.fromhex(f"{amount:012d}")
    return (
        bytes.fromhex("9F26081122334455667788")
        + bytes((0x9F, 0x27, 1, kind))
        + bytes.fromhex("9F3602004C 8407A0000000031010 5A084761739001010119")
        + b"\x9f\x02\x06"
        + echoed
    )


def with_card(pinpad: Pinpad, card_type: bytes = b"03", pan: bytes = PAN) -> Pinpad:
    pinpad.answers["GCX"] = [
        frame(said("GCX", (0x804F, card_type), (0x8052, pan), (0x805B, b"VISA CREDITO  ")))
    ]
    return pinpad


def decided(pinpad: Pinpad, verdict: bytes, data: bytes | None = None) -> Pinpad:
    pinpad.answers["GOX"] = [
        frame(said("GOX", (0x8056, verdict), (0x8054, emv() if data is None else data)))
    ]
    return pinpad


def reader_of(pinpad: Pinpad, **options: str) -> AbecsReader:
    reader = DRIVER.build(options, pinpad, pinpad.clock)
    assert isinstance(reader, AbecsReader)
    return reader


def paid(
    pinpad: Pinpad,
    intent: CardIntent | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[CardOutcome, list[tuple[CardStep, str]]]:
    told: list[tuple[CardStep, str]] = []
    outcome = reader_of(pinpad).pay(
        intent or an_intent(), lambda step, text: told.append((step, text)), cancelled
    )
    return outcome, told


# ---- golden frames


@pytest.mark.parametrize(("data", "hexa"), GOLDEN.items())
def test_golden_frames_are_sent_byte_for_byte(data: str, hexa: str) -> None:
    assert encode(data.encode("latin-1")) == bytes.fromhex(hexa)


@pytest.mark.parametrize(
    ("data", "crc"), [(b"AAAAAAAA\x17", 0x9A63), (b"UNK\x17", 0x7C32), (b"123456789", 0x31C3)]
)
def test_crc_matches_published_vectors(data: bytes, crc: int) -> None:
    assert crc16(data) == crc == binascii.crc_hqx(data, 0)


def test_golden_commands_are_built_byte_for_byte() -> None:
    gcx = command(
        "GCX",
        [
            (Ask.AMOUNT, b"000000001290"),
            (Ask.TRNDATE, b"261123"),
            (Ask.TRNTIME, b"143507"),
            (Ask.GCXOPT, b"10000"),
            (Ask.TRNCURR, b"986"),
            (Ask.PANMASK, b"0604"),
            (Ask.TIMEOUT, b"\x3c"),
        ],
    )
    gix = command("GIX", [(Ask.IDLIST, bytes.fromhex("800180038007"))])
    fcx = command("FCX", [(Ask.FCXOPT, b"2000"), (Ask.TAGLIST, bytes.fromhex("9F269F27"))])
    clx = command("CLX", [(Ask.DSPMSG, b"OBRIGADO")])
    for built, golden in ((gcx, GCX_1290), (gix, GIX_ASK), (fcx, FCX_ASK), (clx, CLX_ASK)):
        assert encode(built) == bytes.fromhex(golden)


def test_golden_responses_are_parsed() -> None:
    gix = parse_response(unframe(bytes.fromhex(GIX_SAID))).fields()
    assert gix == {0x8001: b"SN00000001", 0x8003: b"EMU-1;8MB", 0x8007: b"2.12"}
    gox = parse_response(unframe(bytes.fromhex(GOX_APPROVED))).fields()
    assert gox[0x8056] == b"000000"
    assert parse_emv(gox[0x8054]) == {"9F27": b"\x40", "9F36": b"\x00\x4c"}


def test_gcx_of_a_sale_starts_with_the_golden_fields() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    paid(pinpad)
    gcx = next(data for data in pinpad.commands if data.startswith(b"GCX"))
    golden = unframe(bytes.fromhex(GCX_1290))
    assert gcx[6 : len(golden)] == golden[6:]
    assert asked(gcx)[Ask.APPTYPE] == b"01"
    assert asked(gcx)[Ask.ACQREF] == b"00"


# ---- streams


@given(st.lists(st.binary(max_size=80), min_size=1, max_size=4), st.binary(max_size=8))
def test_frames_survive_any_splitting_and_noise_between(parts: list[bytes], noise: bytes) -> None:
    noise = noise.replace(b"\x16", b"")
    decoder = FrameDecoder()
    stream = b"".join(noise + frame(part) for part in parts)
    found = [data for byte in stream if (data := decoder.feed(byte)) is not None]
    assert found == parts


@given(st.binary(min_size=1, max_size=60), st.data())
def test_one_flipped_bit_is_never_taken_for_the_data(data: bytes, draw: st.DataObject) -> None:
    raw = bytearray(frame(data))
    place = draw.draw(st.integers(0, len(raw) * 8 - 1))
    raw[place // 8] ^= 1 << place % 8
    decoder = FrameDecoder()
    try:
        found = [got for byte in raw if (got := decoder.feed(byte)) is not None]
    except BadFrameError:
        return
    assert data not in found


@given(st.binary(max_size=60))
def test_any_answer_is_understood_or_refused(data: bytes) -> None:
    try:
        parse_response(data).fields()
    except DeviceProtocolError:
        return
    assert data[3:6].isdigit()


@given(st.binary(max_size=40))
def test_any_card_data_is_understood_or_refused(raw: bytes) -> None:
    try:
        parse_emv(raw)
    except DeviceProtocolError:
        return


@given(st.integers(1, 9))
def test_a_sale_is_approved_however_the_stream_is_split(chunk: int) -> None:
    outcome, _ = paid(decided(with_card(Pinpad(chunk)), b"000000"))
    assert outcome.kind == "approved_offline"


@given(st.data())
def test_garbled_answers_never_approve_by_accident(draw: st.DataObject) -> None:
    pinpad = decided(with_card(Pinpad()), b"100000", emv(kind=0))
    good = pinpad.answers["GOX"][0]
    raw = bytearray(good)
    raw[draw.draw(st.integers(0, len(raw) - 1))] ^= draw.draw(st.integers(1, 255))
    pinpad.answers["GOX"] = [bytes(raw)]
    try:
        outcome, _ = paid(pinpad)
    except (DeviceProtocolError, DeviceTimeoutError):
        return
    assert outcome.kind != "approved_offline"


def test_a_garbled_answer_is_asked_for_again_with_nak() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    pinpad.answers["OPN"] = [frame(b"OPN000")[:-1] + b"\x00"]
    link = Link(pinpad, pinpad.clock)
    with pytest.raises(DeviceProtocolError):
        link.exchange(command("OPN"))
    assert pinpad.controls == NAK * 4


def test_a_good_answer_is_answered_with_nothing() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    paid(pinpad)
    assert pinpad.controls == CAN


def test_a_refused_frame_is_sent_again_three_times() -> None:
    pinpad = Pinpad()
    pinpad.acks = [NAK, NAK]
    reader_of(pinpad).open()
    assert pinpad.commands[:3] == [b"OPN"] * 3
    pinpad.acks = [NAK] * 3
    with pytest.raises(DeviceProtocolError):
        reader_of(pinpad).open()


def test_silence_instead_of_ack_or_answer_is_a_timeout() -> None:
    pinpad = Pinpad()
    pinpad.acks = [b""]
    with pytest.raises(DeviceTimeoutError):
        reader_of(pinpad).open()
    pinpad.answers["OPN"] = []
    with pytest.raises(DeviceTimeoutError):
        reader_of(pinpad).open()


# ---- the conversation


def test_open_tells_who_the_reader_is() -> None:
    info = reader_of(Pinpad()).open()
    assert (info.serial, info.model, info.contactless) == ("SN1", "M", True)


def test_idle_is_asked_for_three_times_and_a_late_answer_is_no_eot() -> None:
    pinpad = Pinpad(chunk=3)
    pinpad.deaf_cans = 2
    pinpad.before_eot = frame(said("GIX", (0x8001, b"\x04\x04\x04")))
    reader_of(pinpad).ping()
    assert pinpad.controls == CAN * 3
    pinpad.deaf_cans = 3
    with pytest.raises(DeviceTimeoutError):
        reader_of(pinpad).ping()


def test_a_refusal_carries_the_code() -> None:
    pinpad = Pinpad()
    pinpad.answers["OPN"] = [frame(b"ERR010")]
    with pytest.raises(DeviceRefusedError) as caught:
        reader_of(pinpad).open()
    assert caught.value.code == "ERR010"


def test_an_approved_sale_carries_evidence_and_never_the_number() -> None:
    outcome, told = paid(decided(with_card(Pinpad()), b"000000"))
    data = outcome.data
    assert outcome.kind == "approved_offline"
    assert data is not None
    assert (data.masked_pan, data.brand, data.aid) == (PAN.decode(), "VISA CREDITO", data.aid)
    assert (data.cryptogram, data.atc, data.reader_serial) == ("1122334455667788", "004C", "SN1")
    assert "4761739001010119" not in data.emv
    assert data.emv.startswith("9F26081122334455667788" + "9F270140")
    assert [step for step, _ in told] == ["insert_card", "reading", "remove_card"]


def test_pay_stops_before_clx_and_finish_says_goodbye() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    reader = reader_of(pinpad)
    reader.pay(an_intent(), lambda step, text: None, lambda: False)
    assert [data[:3] for data in pinpad.commands] == [b"OPN", b"GIX", b"GCX", b"GOX"]
    reader.finish("OBRIGADO")
    assert pinpad.commands[-1] == unframe(bytes.fromhex(CLX_ASK))


def test_a_card_that_wants_a_host_decides_alone_by_fcx_2000() -> None:
    pinpad = decided(with_card(Pinpad(), b"06"), b"200000", emv(kind=0x80))
    pinpad.answers["FCX"] = [frame(said("FCX", (0x8058, b"000"), (0x8054, emv())))]
    outcome, told = paid(pinpad)
    assert outcome.kind == "approved_offline"
    assert pinpad.sent("FCX")[0][Ask.FCXOPT] == b"2000"
    assert [step for step, _ in told] == ["insert_card", "reading", "authorising"]
    pinpad.answers["FCX"] = [frame(said("FCX", (0x8058, b"100")))]
    assert paid(pinpad)[0] == CardOutcome("declined", "go_online")


def test_without_offline_the_reader_is_forbidden_to_approve() -> None:
    pinpad = decided(with_card(Pinpad()), b"200000")
    outcome, _ = paid(pinpad, an_intent(allow_offline=False))
    assert outcome == CardOutcome("declined", "go_online")
    assert pinpad.sent("GOX")[0][Ask.GOXOPT][1:2] == b"1"
    assert pinpad.sent("GOX")[0][Ask.TRMPAR] == bytes(10)
    assert pinpad.sent("FCX") == []
    decided(pinpad, b"000000")
    assert paid(pinpad, an_intent(allow_offline=False))[0] == CardOutcome("failed", "reader_error")


@pytest.mark.parametrize(
    "evidence",
    [emv(kind=0x80), emv(kind=0x00), emv(amount=1291), b"", emv()[:16]],
    ids=["arqc", "aac", "other amount", "nothing", "cryptogram only"],
)
def test_an_approval_without_proof_is_none(evidence: bytes) -> None:
    pinpad = decided(with_card(Pinpad()), b"000000", evidence)
    try:
        assert paid(pinpad)[0] == CardOutcome("failed", "reader_error")
    except DeviceProtocolError:
        assert evidence == emv()[:16]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("012", CardOutcome("cancelled", "timeout")),
        ("013", CardOutcome("cancelled", "customer_cancelled")),
        ("043", CardOutcome("failed", "card_removed")),
        ("060", CardOutcome("failed", "card_error")),
        ("070", CardOutcome("failed", "card_unsupported")),
        ("079", CardOutcome("declined", "card_declined")),
        ("042", CardOutcome("failed", "reader_error")),
        ("999", CardOutcome("failed", "reader_error")),
    ],
)
def test_reader_statuses_end_the_sale(status: str, outcome: CardOutcome) -> None:
    pinpad = with_card(Pinpad())
    pinpad.answers["GOX"] = [frame(said("GOX", status=status))]
    assert paid(pinpad)[0] == outcome
    pinpad.answers["GCX"] = [frame(said("GCX", status=status))]
    assert paid(pinpad)[0] == outcome


@pytest.mark.parametrize("card_type", [b"00", b"05"])
def test_a_magnetic_card_cannot_be_taken_offline(card_type: bytes) -> None:
    assert paid(with_card(Pinpad(), card_type))[0] == CardOutcome("failed", "card_unsupported")


@pytest.mark.parametrize(
    ("statuses", "options"),
    [
        (["083"], ["1", "0"]),
        (["081"], ["1", "1"]),
        (["081", "081"], ["1", "1", "0"]),
        (["080", "084"], ["1", "1", "0"]),
        (["086", "086"], ["1", "1", "1"]),
    ],
)
def test_contactless_trouble_is_tried_again(statuses: list[str], options: list[str]) -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    pinpad.answers["GCX"][:0] = [frame(said("GCX", status=status)) for status in statuses]
    assert paid(pinpad)[0].kind == "approved_offline"
    assert [sent[Ask.GCXOPT][:1].decode() for sent in pinpad.sent("GCX")] == options


def test_contactless_trouble_is_not_tried_for_ever() -> None:
    pinpad = Pinpad()
    pinpad.answers["GCX"] = [frame(b"GCX086")]
    assert paid(pinpad)[0] == CardOutcome("failed", "card_error")
    assert len(pinpad.sent("GCX")) == 6


def test_what_the_reader_shows_is_told() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    pinpad.answers["GCX"][0] = frame(b"NTM000014INSIRA O CARTAO"[:23]) + pinpad.answers["GCX"][0]
    pinpad.answers["GOX"][0] = frame(b"NTM000014DIGITE A SENHA") + pinpad.answers["GOX"][0]
    _, told = paid(pinpad)
    assert ("insert_card", "INSIRA O CARTA") in told
    assert ("enter_pin", "DIGITE A SENHA") in told


def test_calling_off_leaves_the_reader_idle_within_a_fifth_of_a_second() -> None:
    pinpad = Pinpad()
    pinpad.answers["GCX"] = []
    asked_at: list[float] = []

    def cancelled() -> bool:
        asked_at.append(pinpad.clock.now)
        return len(asked_at) > 20

    outcome, _ = paid(pinpad, cancelled=cancelled)
    assert outcome == CardOutcome("cancelled", "we_cancelled")
    assert pinpad.controls == CAN * 2
    waited = asked_at[2:]
    assert max(b - a for a, b in pairwise(waited)) <= 0.2


def test_a_reader_that_waits_for_ever_is_called_off_ten_seconds_late() -> None:
    pinpad = Pinpad()
    pinpad.answers["GCX"] = []
    started = pinpad.clock.now
    assert paid(pinpad)[0] == CardOutcome("cancelled", "timeout")
    assert 70 <= pinpad.clock.now - started < 72


def test_a_reader_that_dies_while_waiting_is_a_timeout() -> None:
    pinpad = Pinpad()
    pinpad.answers["GCX"] = []

    def die() -> bool:
        pinpad.deaf_cans = 9
        return bool(pinpad.sent("GCX"))

    with pytest.raises(DeviceTimeoutError):
        paid(pinpad, cancelled=die)


def test_an_unplugged_reader_is_gone_and_finish_does_not_mind() -> None:
    pinpad = Pinpad()
    reader = reader_of(pinpad)
    pinpad.gone = True
    with pytest.raises(DeviceGoneError):
        reader.pay(an_intent(), lambda step, text: None, lambda: False)
    reader.finish("OBRIGADO")


def test_recover_brings_the_reader_to_idle_and_closes() -> None:
    pinpad = Pinpad()
    reader_of(pinpad).recover()
    assert (pinpad.controls, pinpad.commands) == (CAN, [b"CLX"])


# ---- secrets and small rules


def test_a_number_in_clear_is_refused_and_not_repeated() -> None:
    pinpad = decided(with_card(Pinpad(), pan=b"4761739001010119"), b"000000")
    with pytest.raises(DeviceProtocolError) as caught:
        paid(pinpad)
    assert "4761" not in str(caught.value)
    assert pinpad.controls == CAN * 2


@given(st.text("0123456789*FX ", max_size=20))
def test_a_masked_number_shows_ten_digits_at_most(pan: str) -> None:
    try:
        shown = masked(pan.encode())
    except DeviceProtocolError:
        assert sum(char.isdigit() for char in pan) > 10
        return
    assert sum(char.isdigit() for char in shown) <= 10
    assert not any(char.isdigit() for char in shown[6:-4])


def test_a_response_never_prints_its_contents() -> None:
    assert "4761" not in repr(parse_response(said("GCX", (0x8052, b"4761739001010119"))))


def test_the_first_of_a_repeated_field_wins() -> None:
    assert parse_response(said("GIX", (0x8001, b"A"), (0x8001, b"B"))).fields() == {0x8001: b"A"}


def test_fields_over_a_block_go_into_the_next_one() -> None:
    built = command("MNU", [(Ask.DSPMSG, b"x" * 600), (Ask.DSPMSG, b"y" * 600)])
    assert built[3:6] == b"604"
    assert built[6 + 604 :][:3] == b"604"
    with pytest.raises(ValueError, match="does not fit"):
        command("MNU", [(Ask.DSPMSG, b"x" * 996)])


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("OBRIGADO", b"OBRIGADO"),
        ("PAGAMENTO\nAPROVADO", b"PAGAMENTO\rAPROVADO"),
        (" NAO  CONCLUIDO    RETIRE O CARTAO", b"NAO  CONCLUIDO\rRETIRE O CARTAO"),
    ],
)
def test_the_goodbye_is_two_lines_of_sixteen(message: str, shown: bytes) -> None:
    assert two_lines(message) == shown


@pytest.mark.parametrize(
    "options", [{"speed": "1"}, {"acquirer": "1"}, {"contactless": "maybe"}, {"key_index": "xx"}]
)
def test_unknown_options_are_refused(options: dict[str, str]) -> None:
    pinpad = Pinpad()
    with pytest.raises(ValueError, match=r".+"):
        DRIVER.build(options, pinpad, pinpad.clock)


def test_options_reach_the_reader() -> None:
    pinpad = decided(with_card(Pinpad()), b"000000")
    reader = reader_of(pinpad, acquirer="02", key_index="07", pin_method="1", contactless="no")
    reader.pay(an_intent(), lambda step, text: None, lambda: False)
    assert pinpad.sent("GCX")[0][Ask.GCXOPT] == b"00000"
    sent = pinpad.sent("GOX")[0]
    assert (sent[Ask.ACQREF], sent[Ask.KEYIDX], sent[Ask.MTHDPIN]) == (b"02", b"07", b"1")
