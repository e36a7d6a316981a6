"""The states of a PIX: what may follow what, at the totem and at headquarters alike."""

import pytest

from central.domain.fold import PAYMENT_MOVES, SALE_MOVES
from edge_agent.domain import payment, sale
from edge_agent.domain.machine import IllegalTransitionError, advance
from sync_protocol import accounts, events
from sync_protocol.events import Body, decode_body
from tests.unit.test_protocol_golden import VECTORS

PIX = sorted(name for name, _ in events.TYPES if name.startswith("Pix"))
WAYS = [
    "PaymentRequested PixActivated PixConfirmed",
    "PaymentRequested PixActivated PixExpired",
    "PaymentRequested PixActivated PaymentCancelled PixPaidLate PixHonoured",
    "PaymentRequested PixActivated PixExpired PixPaidLate PixRefundRequested",
    "PaymentRequested PixActivated PaymentUnknown PixConfirmed",
    "PaymentRequested PixActivated PaymentUnknown PixExpired",
    "PaymentRequested PixActivated PaymentUnknown PixPaidLate PixHonoured",
    "PaymentRequested PaymentUnknown PixExpired",
    "PaymentRequested PaymentDeclined",
]


@pytest.mark.parametrize("way", WAYS)
def test_both_ends_go_the_same_way(way: str) -> None:
    state = "NONE"
    for happened in way.split():
        before, state = state, advance(payment.TABLE, state, happened)
        if happened == "PaymentRequested":
            continue
        to, allowed = PAYMENT_MOVES[getattr(events, happened)]
        assert (to, before in allowed) == (state, True), (before, happened)


@pytest.mark.parametrize(
    ("state", "happened"),
    [
        ("CONFIRMED", "PixConfirmed"),
        ("CONFIRMED", "PixPaidLate"),
        ("CONFIRMED", "PixExpired"),
        ("EXPIRED", "PixConfirmed"),
        ("CANCELLED", "PixConfirmed"),
        ("HONOURED", "PixRefundRequested"),
        ("REFUND_REQUESTED", "PixHonoured"),
        ("ACTIVE", "PixPaidLate"),
        ("ACTIVE", "PaymentDeclined"),
    ],
)
def test_what_is_over_is_not_paid_again(state: str, happened: str) -> None:
    with pytest.raises(IllegalTransitionError):
        advance(payment.TABLE, state, happened)
    assert state not in PAYMENT_MOVES[getattr(events, happened)][1]


def test_whatever_the_totem_may_do_headquarters_takes() -> None:
    for (state, happened), to in payment.TABLE.items():
        kind = getattr(events, happened)
        if happened in PIX or state in ("ACTIVE", "EXPIRED", "PAID_LATE"):
            assert PAYMENT_MOVES[kind][0] == to
            assert state in PAYMENT_MOVES[kind][1], (state, happened)
    for (state, happened), to in sale.TABLE.items():
        if happened in PIX:
            assert SALE_MOVES[state, getattr(events, happened)] == to


def test_a_sale_takes_no_other_attempt_while_a_pix_may_be_paid() -> None:
    assert {"REQUESTED", "ACTIVE", "UNKNOWN"} <= payment.UNDECIDED
    assert not {"EXPIRED", "CANCELLED", "CONFIRMED"} & payment.UNDECIDED


@pytest.mark.parametrize("name", PIX)
def test_the_legs_of_every_pix_event_sum_to_zero(name: str) -> None:
    body = decode_body(name, 1, VECTORS["events"][f"{name}.1"].encode())
    assert sum(leg.amount_minor for leg in accounts.legs(body)) == 0


def money(kind: type[Body]) -> Body:
    found: Body = kind(payment="p", sale="s", currency="BRL", amount_minor=4500, **WHERE[kind])
    return found


PAID = {"end_to_end_id": "E1", "paid_at_ms": 1}
WHERE: dict[type[Body], dict[str, object]] = {
    events.PixConfirmed: PAID,
    events.PixPaidLate: PAID,
    events.PixSurplusPaid: PAID,
    events.PixHonoured: {},
    events.PixRefundRequested: {"reason": "not_claimed"},
}


@pytest.mark.parametrize(
    ("what", "left"),
    [
        ([events.PixConfirmed], {"pix_receivable": 4500, "customer_due": -4500}),
        (
            [events.PixPaidLate, events.PixHonoured],
            {"pix_receivable": 4500, "pix_unclaimed": 0, "customer_due": -4500},
        ),
        (
            [events.PixPaidLate, events.PixRefundRequested],
            {"pix_receivable": 4500, "pix_unclaimed": 0, "refund_payable": -4500},
        ),
        (
            [events.PixConfirmed, events.PixSurplusPaid],
            {"pix_receivable": 9000, "customer_due": -4500, "refund_payable": -4500},
        ),
    ],
)
def test_money_stands_where_it_is_owed(what: list[type[Body]], left: dict[str, int]) -> None:
    found: dict[str, int] = {}
    for kind in what:
        for leg in accounts.legs(money(kind)):
            found[leg.account] = found.get(leg.account, 0) + leg.amount_minor
    assert found == left


def test_late_money_is_in_no_sum_before_it_settles_a_sale() -> None:
    assert all(accounts.settled(money(kind)) is None for kind in WHERE)
