"""Card sales by the ABECS driver against a scripted pinpad."""

from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from edge_agent.devices.drivers.abecs import DRIVER, two_lines
from edge_agent.devices.drivers.abecs.emv import masked
from edge_agent.devices.drivers.abecs.tlv import Ask, command, parse_response
from edge_agent.devices.errors import (
    DeviceGoneError,
    DeviceProtocolError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import CardOutcome
from tests.support.scripted_pinpad import (
    CAN,
    CLX_ASK,
    PAN,
    Heard,
    Pinpad,
    an_intent,
    decided,
    emv,
    frame,
    paid,
    reader_of,
    said,
    unframe,
    with_card,
)

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
    reader.pay(an_intent(), Heard())
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
    ("verdict", "more", "outcome"),
    [
        (b"002000", (), CardOutcome("declined", "go_online")),
        (b"202000", (), CardOutcome("declined", "go_online")),
        (b"001000", ((0x8057, bytes(8)),), CardOutcome("declined", "go_online")),
        (b"010000", (), CardOutcome("declined", "card_unsupported")),
        (b"210000", (), CardOutcome("declined", "card_unsupported")),
        (b"102000", (), CardOutcome("declined", "card_declined")),
    ],
    ids=[
        "PIN for the host",
        "host and its PIN",
        "PIN block",
        "signature",
        "host and signature",
        "declined",
    ],
)
def test_a_payment_that_needs_more_than_the_card_is_never_stored(
    verdict: bytes, more: tuple[tuple[int, bytes], ...], outcome: CardOutcome
) -> None:
    pinpad = with_card(Pinpad())
    pinpad.answers["GOX"] = [frame(said("GOX", (0x8056, verdict), (0x8054, emv()), *more))]
    pinpad.answers["FCX"] = [frame(said("FCX", (0x8058, b"000"), (0x8054, emv())))]
    assert paid(pinpad)[0] == outcome
    assert pinpad.sent("FCX") == []


@pytest.mark.parametrize("verdict", [b"001000", b"000100", b"201000"])
def test_a_pin_the_card_verified_or_a_phones_owner_can_be_stored(verdict: bytes) -> None:
    pinpad = decided(with_card(Pinpad()), verdict)
    pinpad.answers["FCX"] = [frame(said("FCX", (0x8058, b"000"), (0x8054, emv())))]
    assert paid(pinpad)[0].kind == "approved_offline"


@pytest.mark.parametrize("verdict", [b"", b"0", b"0X0000", b"003000", b"300000"])
def test_a_verdict_nobody_knows_is_no_approval(verdict: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        paid(decided(with_card(Pinpad()), verdict))


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
        reader.pay(an_intent(), Heard())
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
    reader.pay(an_intent(), Heard())
    assert pinpad.sent("GCX")[0][Ask.GCXOPT] == b"00000"
    sent = pinpad.sent("GOX")[0]
    assert (sent[Ask.ACQREF], sent[Ask.KEYIDX], sent[Ask.MTHDPIN]) == (b"02", b"07", b"1")
