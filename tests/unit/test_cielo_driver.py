"""The Cielo POS driver against a scripted POS: one payment, who may talk."""

import socket
import threading
import time
from typing import Any

import pytest

from edge_agent.devices.drivers.cielo import DRIVER, CieloReader
from edge_agent.devices.errors import (
    DeviceError,
    DeviceGoneError,
    DeviceRefusedError,
)
from edge_agent.devices.ports import CardOutcome
from edge_agent.devices.transports import TcpListener
from tests.support.scripted_cielo import (
    OTHER_POS,
    POS,
    RECEIPT,
    SEQ_AC,
    SEQ_POS,
    STRANGER,
    Journal,
    Json,
    Lan,
    Shop,
    end,
    framed_json,
    init,
    intent,
    unframed,
)

# ---- one payment


def test_a_sale_from_start_to_kept() -> None:
    shop = Shop()
    lines = shop.customer()
    outcome = shop.pay()
    assert outcome.kind == "authorised"
    assert outcome.amount_minor == 1290
    assert outcome.data is not None
    assert outcome.data.brand == "VISA CREDITO"
    assert (outcome.data.nsu, outcome.data.auth_code) == ("001234", "A1B2C3")
    assert outcome.data.slip == tuple(RECEIPT)
    assert outcome.data.reader_serial == "SN77"
    assert shop.journal.steps == ["insert_card", "authorising"]
    assert lines[0].heard == [
        {
            "msg_id": "RspInitSession",
            "pos_id": POS,
            "seq_pos": SEQ_POS,
            "status": 0,
            "seq_ac": SEQ_AC,
            "transaction": {"amount": "1290"},
        }
    ]
    assert lines[1].heard == []
    shop.reader.confirm(shop.attempt())
    assert lines[1].heard == [
        {
            "msg_id": "RspEndSession",
            "pos_id": POS,
            "seq_pos": SEQ_POS,
            "seq_ac": SEQ_AC,
            "status": 0,
        }
    ]


def test_everything_is_on_disk_before_it_is_said() -> None:
    shop = Shop()
    shop.customer()
    shop.pay()
    shop.reader.confirm(shop.attempt())
    told = [(what, said.get("msg_id") or sorted(said)) for what, said in shop.lan.log]
    assert [what for what, _ in told] == ["keep", "answer", "keep", "answer"]
    assert told[0] == ("keep", ["seq_ac"])
    assert shop.lan.log[2][1]["status"] == "0"
    assert told[3] == ("answer", "RspEndSession")


def test_the_amount_is_told_within_three_seconds() -> None:
    shop = Shop()
    lines = shop.customer()
    started = shop.lan.now + 1
    shop.pay()
    assert lines[0].heard_at - started < 3


def test_the_pos_may_stay_on_its_first_line() -> None:
    shop = Shop()
    line = shop.lan.call(init())
    line.stays = True
    line.on_answer = lambda _: shop.lan.after(120, lambda: line.send(end()))
    assert shop.pay().kind == "authorised"
    line.stays, line.on_answer = False, lambda _: None
    shop.reader.confirm(shop.attempt())
    assert line.heard[-1]["status"] == 0


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (3, "cancelled", "customer_cancelled"),
        (20, "declined", "go_online"),
        (21, "declined", "host_declined"),
        (99, "declined", "reader_error"),
        (42, "declined", "reader_error"),
    ],
)
def test_a_refusal_is_kept_and_echoed(status: int, kind: str, reason: str) -> None:
    shop = Shop()
    lines = shop.customer(end(status))
    outcome = shop.pay()
    assert (outcome.kind, outcome.reason) == (kind, reason)
    assert lines[1].heard[0]["status"] == status
    assert [what for what, _ in shop.lan.log[-2:]] == ["keep", "answer"]
    assert shop.reader.resolve(shop.attempt()) == outcome
    shop.restart()
    assert shop.reader.resolve(shop.attempt()) == outcome


@pytest.mark.parametrize("charged", ["1289", "0", "1291", "129000"])
def test_another_amount_than_asked_is_undone(charged: str) -> None:
    shop = Shop()
    lines = shop.customer(end(amount=charged))
    outcome = shop.pay()
    assert (outcome.kind, outcome.reason) == ("failed", "wrong_amount")
    assert outcome.amount_minor == int(charged)
    assert lines[1].heard[0]["status"] == 99
    with pytest.raises(DeviceRefusedError):
        shop.reader.confirm(shop.attempt())
    shop.restart()
    assert shop.reader.resolve(shop.attempt()) == outcome
    shop.reader.undo(shop.attempt())


def test_an_approval_that_does_not_say_what_it_charged_is_undone() -> None:
    shop = Shop()
    lines = shop.customer(end(transaction=None))
    assert shop.pay().reason == "wrong_amount"
    assert lines[1].heard[0]["status"] == 99


def test_numbers_may_be_written_either_way() -> None:
    shop = Shop()
    charged = end()["transaction"] | {"nsu": 1234, "prod_pri": 1, "installments": 2}
    shop.customer(end(transaction=charged) | {"status": "0"})
    outcome = shop.pay()
    assert outcome.data is not None
    assert (outcome.data.nsu, outcome.data.brand) == ("1234", "1 CREDITO")


def test_no_card_number_and_no_control_character_gets_in() -> None:
    shop = Shop()
    lines = ["4761 7390 0101 0119", "\x1b@4761739001010119", "DOC 1234567890123", "a\nb"]
    shop.customer(end(transaction=end()["transaction"] | {"receipt_cli": lines}))
    outcome = shop.pay()
    assert outcome.data is not None
    shown = ("476173******0119", " @476173******0119", "DOC 1234567890123", "a b")
    assert outcome.data.slip == shown
    assert "4761739001010119" not in str(shop.journal.notes)
    assert shop.reader.resolve(shop.attempt()) == outcome


def test_nobody_comes() -> None:
    shop = Shop(asked=intent(timeout_s=30))
    assert shop.pay() == CardOutcome("failed", "timeout")
    assert 1030 <= shop.lan.now < 1031


def test_the_end_does_not_come_and_is_refused_when_it_does() -> None:
    shop = Shop()
    line = shop.lan.call(init())
    line.stays = True
    assert shop.pay() == CardOutcome("failed", "timeout")
    assert 1280 < shop.lan.now < 1300
    assert line.is_closed_by_us
    late = shop.lan.call(end())
    shop.reader.ping()
    assert late.heard[0]["status"] == 4


@pytest.mark.parametrize("cancel_after", [0.5, 3.0])
def test_giving_up_is_quick_and_what_comes_later_is_refused(cancel_after: float) -> None:
    shop = Shop()
    lines = shop.customer()
    shop.journal.cancel_at = shop.lan.now + cancel_after
    assert shop.pay() == CardOutcome("cancelled", "we_cancelled")
    assert shop.lan.now <= shop.journal.cancel_at + 0.2
    for _ in range(10):
        shop.reader.ping()
        shop.lan.pass_time(1)
    statuses = [line.heard[0]["status"] for line in lines]
    assert statuses == ([10] if cancel_after == 0.5 else [0, 4])


@pytest.mark.parametrize(("room", "answers"), [(0, 0), (1, 1)])
def test_a_full_disk_stops_the_payment_before_the_next_answer(room: int, answers: int) -> None:
    shop = Shop()
    lines = shop.customer()
    shop.journal.full_after = room
    with pytest.raises(DeviceError, match="full"):
        shop.pay()
    assert sum(len(line.heard) for line in lines) == answers
    assert [line.is_closed_by_us for line in lines[1:]] == [True] * answers
    assert shop.reader.resolve(shop.attempt()) == CardOutcome("failed", "reversed")
    again = shop.lan.call(end())
    shop.reader.ping()
    assert again.heard[0]["status"] == 4


# ---- who may talk


def test_a_stranger_is_told_nothing() -> None:
    shop = Shop()
    asking = shop.lan.call(init(STRANGER))
    ending = shop.lan.call(end(pos_id=STRANGER))
    lines = shop.customer()
    assert shop.pay().kind == "authorised"
    assert [it["status"] for it in asking.heard] == [1]
    assert "transaction" not in asking.heard[0]
    assert ending.heard == []
    assert ending.is_closed_by_us
    assert lines[0].heard[0]["status"] == 0


def test_another_pos_is_told_that_we_are_busy() -> None:
    shop = Shop()
    other: list[Any] = []
    lines = shop.customer()
    shop.lan.after(3, lambda: other.append(shop.lan.call(init(OTHER_POS))))
    assert shop.pay().kind == "authorised"
    assert other[0].heard[0]["status"] == 11
    assert other[0].heard_at - 1003 < 3
    assert lines[0].heard[0]["status"] == 0


def test_a_pos_that_begins_again_gets_the_amount_again_and_its_old_end_is_refused() -> None:
    shop = Shop()
    shop.lan.call(init(seq_pos="00000001"))
    stale: list[Any] = []
    shop.lan.after(2, lambda: shop.lan.call(init(seq_pos="00000002")))
    shop.lan.after(3, lambda: stale.append(shop.lan.call(end(seq_pos="00000001"))))
    shop.lan.after(4, lambda: shop.lan.call(end(seq_pos="00000002")))
    assert shop.pay().kind == "authorised"
    assert stale[0].heard[0]["status"] == 4
    assert shop.journal.notes["seq_pos"] == "00000002"


def test_whoever_calls_while_nothing_is_to_pay_hears_so() -> None:
    shop = Shop()
    line = shop.lan.call(init())
    shop.reader.ping()
    expected = {"msg_id": "RspInitSession", "pos_id": POS, "seq_pos": SEQ_POS, "status": 10}
    assert line.heard == [expected]


def test_a_call_that_was_given_up_before_the_payment_does_not_start_it() -> None:
    shop = Shop(asked=intent(timeout_s=5))
    stale = shop.lan.call(init())
    stale.hang_up()
    assert shop.pay() == CardOutcome("failed", "timeout")
    assert stale.heard == []


def test_silent_callers_are_closed_and_cannot_crowd_out_the_pos() -> None:
    shop = Shop()
    crowd = [shop.lan.call() for _ in range(20)]
    shop.lan.after(12, lambda: shop.customer())
    assert shop.pay().kind == "authorised"
    assert all(line.is_closed_by_us for line in crowd)


def test_a_pos_that_does_not_close_is_closed_after_ten_seconds() -> None:
    shop = Shop()
    line = shop.lan.call(init())
    line.stays = True
    shop.lan.after(2, lambda: line.send(end(21)))
    shop.pay()
    answered = shop.lan.now
    shop.reader.finish("")
    assert line.is_closed_by_us
    assert 9.9 < shop.lan.now - answered < 10.5


def test_the_last_answer_is_told_to_the_pos_it_was_given_to_only() -> None:
    first = Shop()
    first.customer()
    first.pay()
    first.reader.confirm(first.attempt())
    second = first.next_sale(43)
    told = second.customer(seq_pos="00018726")
    second.pay()
    expected = {"seq_pos": SEQ_POS, "seq_ac": SEQ_AC, "status": 0}
    assert told[0].heard[0]["last_endsession"] == expected
    second.reader.confirm(second.attempt())
    other = first.lan.call(init(OTHER_POS))
    first.reader.ping()
    assert "last_endsession" not in other.heard[0]


def test_no_payment_starts_while_an_approval_is_undecided() -> None:
    shop = Shop()
    shop.customer()
    shop.pay()
    with pytest.raises(DeviceRefusedError, match="decision"):
        shop.next_sale(43).pay()
    curious = shop.lan.call(init(seq_pos="00018726"))
    shop.reader.ping()
    assert curious.heard == []
    assert curious.is_closed_by_us


def test_only_reais_and_no_void() -> None:
    shop = Shop(asked=intent(currency="USD"))
    with pytest.raises(DeviceRefusedError, match="BRL"):
        shop.pay()
    with pytest.raises(DeviceRefusedError):
        shop.reader.void(shop.attempt(), shop.intent, shop.journal)


def test_a_broken_listener_is_told() -> None:
    shop = Shop()
    shop.lan.after(2, lambda: setattr(shop.lan, "is_broken", True))
    with pytest.raises(DeviceGoneError):
        shop.pay()
    with pytest.raises(DeviceGoneError):
        shop.reader.ping()
    with pytest.raises(DeviceGoneError):
        shop.reader.open()


# ---- setting up


def test_open_listens_and_names_the_pos() -> None:
    shop = Shop()
    info = shop.reader.open()
    assert (info.serial, info.maker, info.contactless) == ("Caixa 1", "Cielo", True)
    shop.reader.close()
    assert not shop.lan.is_open
    assert (DRIVER.id, DRIVER.kind, DRIVER.transport) == ("cielo", "card_reader", "listener")


@pytest.mark.parametrize(
    "options",
    [{}, {"pos_ids": " , "}, {"pos_ids": "91-7"}, {"pos_ids": "123456789"}, {"pos": "1"}],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="pos"):
        DRIVER.build(options, Lan(), Lan())


class RealClock(Lan):
    """The machine's own time."""

    def monotonic(self) -> float:
        return time.monotonic()


def test_a_sale_over_real_sockets() -> None:
    lan = RealClock()
    listener = TcpListener("127.0.0.1", 0)
    reader = DRIVER.build({"pos_ids": POS}, listener, lan)
    assert isinstance(reader, CieloReader)
    reader.open()
    answers: list[Json] = []

    def talk(message: Json) -> None:
        with socket.create_connection(("127.0.0.1", listener.port), 5) as link:
            for byte in framed_json(message):
                link.send(bytes((byte,)))
            answers.append(unframed(link.recv(4096)))

    def pos() -> None:
        talk(init())
        talk(end())

    peer = threading.Thread(target=pos)
    peer.start()
    try:
        journal = Journal(lan, intent())
        assert reader.pay(journal.intent, journal).kind == "authorised"
        reader.confirm(journal.attempt())
        peer.join(5)
    finally:
        reader.close()
    assert [answer["status"] for answer in answers] == [0, 0]
