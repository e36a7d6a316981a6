"""The Cielo POS driver when lines break and power is cut: who hears what, and when it counts."""

from collections.abc import Callable

import pytest

from edge_agent.devices.errors import (
    DeviceGoneError,
    DeviceProtocolError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import Attempt, CardOutcome
from tests.support.scripted_cielo import (
    OTHER_POS,
    POS,
    SEQ_AC,
    SEQ_POS,
    Line,
    Shop,
    end,
    init,
    intent,
)

REVERSED = CardOutcome("failed", "reversed")
NEXT = "00018726"


def last(status: int) -> dict[str, str | int]:
    return {"seq_pos": SEQ_POS, "seq_ac": SEQ_AC, "status": status}


def authorised() -> tuple[Shop, Line]:
    """An approval whose end waits on a line that the POS still holds."""
    shop = Shop()
    lines = shop.customer()
    assert shop.pay().kind == "authorised"
    return shop, lines[1]


def settle(shop: Shop, keeps: bool) -> None:
    (shop.reader.confirm if keeps else shop.reader.undo)(shop.attempt())


# ---- confirm and undo while the totem stays up


@pytest.mark.parametrize(("keeps", "status"), [(True, 0), (False, 12)])
def test_the_decision_goes_out_on_the_open_line_and_can_be_repeated(
    keeps: bool, status: int
) -> None:
    shop, line = authorised()
    shop.lan.pass_time(40)
    settle(shop, keeps)
    assert [answer["status"] for answer in line.heard] == [status]
    settle(shop, keeps)
    assert len(line.heard) == 1
    with pytest.raises(DeviceRefusedError):
        settle(shop, not keeps)
    assert len(line.heard) == 1


@pytest.mark.parametrize(("keeps", "status"), [(True, 0), (False, 12)])
def test_a_broken_line_is_made_good_when_the_pos_comes_back(keeps: bool, status: int) -> None:
    shop, line = authorised()
    line.hang_up()
    back: list[Line] = []
    shop.lan.after(3, lambda: back.append(shop.lan.call(end())))
    settle(shop, keeps)
    assert line.heard == []
    assert back[0].heard[0]["status"] == status


@pytest.mark.parametrize(("keeps", "status"), [(True, 0), (False, 12)])
def test_a_pos_that_gave_up_hears_it_at_its_next_start(keeps: bool, status: int) -> None:
    shop, line = authorised()
    line.hang_up()
    with pytest.raises(DeviceTimeoutError):
        settle(shop, keeps)
    start = shop.lan.call(init(seq_pos=NEXT))
    settle(shop, keeps)
    assert start.heard[0]["status"] == 10
    assert start.heard[0]["last_endsession"] == last(status)


def test_a_pos_may_hear_it_in_a_ping_or_in_the_next_sale() -> None:
    for by_sale in (False, True):
        shop, line = authorised()
        line.hang_up()
        with pytest.raises(DeviceTimeoutError):
            settle(shop, keeps=True)
        if by_sale:
            following = shop.next_sale(43)
            lines = following.customer(seq_pos=NEXT)
            assert following.pay().kind == "authorised"
            assert lines[0].heard[0]["last_endsession"] == last(0)
        else:
            shop.lan.call(init(seq_pos=NEXT))
            shop.reader.ping()
        before = shop.lan.now
        settle(shop, keeps=True)
        assert shop.lan.now == before


def test_an_answer_that_nobody_took_is_no_success() -> None:
    shop, line = authorised()
    line.is_deaf = True
    with pytest.raises(DeviceTimeoutError):
        settle(shop, keeps=True)
    line = shop.lan.call(end())
    line.stays = True
    before = shop.lan.now
    with pytest.raises(DeviceTimeoutError):
        settle(shop, keeps=True)
    assert line.heard[0]["status"] == 0
    assert line.is_closed_by_us
    assert 9.9 < shop.lan.now - before < 16
    shop.lan.call(end())
    settle(shop, keeps=True)


def test_a_line_that_we_closed_ourselves_proves_nothing() -> None:
    shop, line = authorised()
    line.stays = True

    def cut(most: int, deadline_s: float) -> bytes:
        shop.reader.close()
        raise DeviceGoneError("closed under the call")

    line.on_answer = lambda _: setattr(line, "read", cut)
    with pytest.raises(DeviceGoneError, match="not listening"):
        settle(shop, keeps=True)
    shop.reader.open()
    with pytest.raises(DeviceTimeoutError):
        settle(shop, keeps=True)


def test_an_end_is_not_answered_when_the_pos_has_stopped_waiting() -> None:
    shop, line = authorised()
    shop.lan.pass_time(56)
    with pytest.raises(DeviceTimeoutError):
        settle(shop, keeps=True)
    assert line.heard == []
    assert line.is_closed_by_us


def test_a_pos_that_speaks_on_has_heard_the_answer() -> None:
    shop, line = authorised()
    line.hang_up()
    start = shop.lan.call(init(seq_pos=NEXT))
    start.stays = True
    shop.lan.after(2, lambda: start.send(init(seq_pos="00018727")))
    before = shop.lan.now
    settle(shop, keeps=True)
    assert shop.lan.now - before < 3


def test_a_pos_that_comes_back_with_a_refusal_has_undone_the_sale() -> None:
    shop, line = authorised()
    line.hang_up()
    again = shop.lan.call(end(3))
    with pytest.raises(DeviceRefusedError):
        settle(shop, keeps=True)
    assert again.heard[0]["status"] == 3


def test_two_lines_with_the_same_end_hear_the_same() -> None:
    shop, line = authorised()
    second = shop.lan.call(end())
    settle(shop, keeps=False)
    assert [it.heard[0]["status"] for it in (line, second)] == [12, 12]


def test_an_attempt_without_an_approval_cannot_be_kept() -> None:
    shop = Shop(asked=intent(timeout_s=2))
    shop.pay()
    with pytest.raises(DeviceRefusedError):
        settle(shop, keeps=True)
    settle(shop, keeps=False)


# ---- power cuts


def before_init() -> Shop:
    shop = Shop(asked=intent(timeout_s=2))
    shop.pay()
    return shop


def after_init() -> Shop:
    shop = Shop()
    shop.lan.call(init())
    shop.lan.after(9, lambda: setattr(shop.lan, "is_broken", True))
    with pytest.raises(DeviceGoneError, match="not listening"):
        shop.pay()
    shop.lan.is_broken = False
    return shop


def after_end() -> Shop:
    return authorised()[0]


def after_answer() -> Shop:
    shop = authorised()[0]
    settle(shop, keeps=True)
    return shop


CUTS_WITHOUT_END = [before_init, after_init]
CUTS_WITH_END = [after_end, after_answer]
Cut = Callable[[], Shop]


def restarted(cut: Cut) -> Shop:
    shop = cut()
    shop.restart()
    return shop


def statuses_of_next_end(shop: Shop, rounds: int = 1) -> list[int]:
    line = shop.lan.call(end())
    for _ in range(rounds):
        shop.reader.ping()
        shop.lan.pass_time(1)
    return [answer["status"] for answer in line.heard]


@pytest.mark.parametrize("cut", CUTS_WITHOUT_END)
def test_a_cut_before_the_end_is_reversed_and_its_end_refused(cut: Cut) -> None:
    shop = restarted(cut)
    assert shop.reader.resolve(shop.attempt()) == REVERSED
    assert statuses_of_next_end(shop) == [4]
    assert shop.reader.resolve(shop.attempt()) == REVERSED


@pytest.mark.parametrize("cut", CUTS_WITHOUT_END)
def test_a_cut_before_the_end_can_be_undone_and_not_confirmed(cut: Cut) -> None:
    shop = restarted(cut)
    with pytest.raises(DeviceRefusedError):
        settle(shop, keeps=True)
    settle(shop, keeps=False)
    settle(shop, keeps=False)
    assert statuses_of_next_end(shop) == [4]


@pytest.mark.parametrize("cut", CUTS_WITH_END)
def test_a_cut_after_the_end_is_still_authorised(cut: Cut) -> None:
    shop = restarted(cut)
    outcome = shop.reader.resolve(shop.attempt())
    assert outcome.kind == "authorised"
    assert outcome.amount_minor == 1290
    assert outcome.data is not None
    assert outcome.data.nsu == "001234"
    assert statuses_of_next_end(shop) == []


@pytest.mark.parametrize("cut", CUTS_WITH_END)
@pytest.mark.parametrize("resolves", [True, False])
@pytest.mark.parametrize(("keeps", "status"), [(True, 0), (False, 12)])
def test_a_cut_after_the_end_is_settled_when_the_pos_comes(
    cut: Cut, resolves: bool, keeps: bool, status: int
) -> None:
    for comes_with_end in (True, False):
        shop = restarted(cut)
        if resolves:
            shop.reader.resolve(shop.attempt())
        with pytest.raises(DeviceTimeoutError):
            settle(shop, keeps)
        line = shop.lan.call(end() if comes_with_end else init(seq_pos=NEXT))
        settle(shop, keeps)
        if comes_with_end:
            assert line.heard[0]["status"] == status
        else:
            assert line.heard[0]["last_endsession"] == last(status)
        settle(shop, keeps)


def test_the_pos_may_come_before_the_journal_is_read() -> None:
    shop = restarted(after_end)
    line = shop.lan.call(end())
    shop.reader.ping()
    shop.lan.pass_time(15)
    shop.reader.ping()
    assert line.heard == []
    settle(shop, keeps=True)
    assert line.heard[0]["status"] == 0


def test_a_waiting_end_is_refused_at_once_when_its_attempt_is_given_up() -> None:
    shop = restarted(after_init)
    line = shop.lan.call(end())
    shop.reader.ping()
    assert shop.reader.resolve(shop.attempt()) == REVERSED
    assert line.heard[0]["status"] == 4


def test_an_end_that_nobody_claims_is_refused_in_time() -> None:
    shop = Shop()
    started = shop.lan.now
    line = shop.lan.call(end(seq_ac="00000099"))
    for _ in range(30):
        shop.reader.ping()
        shop.lan.pass_time(1)
    assert [answer["status"] for answer in line.heard] == [4]
    assert 20 <= line.heard_at - started < 60


def test_an_unclaimed_end_is_refused_when_the_next_payment_starts() -> None:
    shop = Shop()
    line = shop.lan.call(end(seq_ac="00000041"))
    shop.reader.ping()
    shop.customer()
    assert shop.pay().kind == "authorised"
    assert [answer["status"] for answer in line.heard] == [4]


def test_a_sale_that_was_refused_meanwhile_cannot_be_confirmed() -> None:
    shop = restarted(after_end)
    assert statuses_of_next_end(shop, rounds=30) == [4]
    assert shop.reader.resolve(shop.attempt()) == REVERSED
    with pytest.raises(DeviceRefusedError):
        settle(shop, keeps=True)
    settle(shop, keeps=False)


def test_an_old_refusal_is_told_again_after_a_restart() -> None:
    shop = Shop()
    shop.customer(end(21))
    shop.pay()
    shop.restart()
    shop.reader.resolve(shop.attempt())
    line = shop.lan.call(init(seq_pos=NEXT))
    shop.reader.ping()
    assert line.heard[0]["last_endsession"] == last(21)


def test_notes_that_were_cut_short_are_an_error_and_no_outcome() -> None:
    shop = authorised()[0]
    notes = dict(shop.journal.notes)
    del notes["pos_id"]
    with pytest.raises(DeviceProtocolError, match="pos_id"):
        shop.reader.resolve(Attempt(shop.intent, notes))


def test_one_pos_never_hears_of_the_other() -> None:
    shop, line = authorised()
    line.hang_up()
    with pytest.raises(DeviceTimeoutError):
        settle(shop, keeps=True)
    other = shop.lan.call(init(OTHER_POS))
    with pytest.raises(DeviceTimeoutError):
        settle(shop, keeps=True)
    assert "last_endsession" not in other.heard[0]
    assert other.heard[0]["pos_id"] == OTHER_POS
    assert line.heard == []
    assert shop.journal.notes["pos_id"] == POS


def test_many_sales_leave_the_last_answer_known() -> None:
    shop = Shop()
    for number in range(100, 200):
        shop = shop.next_sale(number)
        lines = shop.customer(seq_pos=f"{number:08d}")
        assert shop.pay().kind == "authorised"
        settle(shop, keeps=True)
        if number > 100:
            told = lines[0].heard[0]["last_endsession"]
            assert told["seq_ac"] == f"{number - 1:08d}"
