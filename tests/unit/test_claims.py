"""What the corner tells of a sale's money."""

import pytest

from edge_agent.domain.payment import TABLE
from edge_agent.services.claims import MONEY, money_of


def test_every_state_of_a_payment_is_told() -> None:
    assert {*TABLE.values()} - {*MONEY} == set()


@pytest.mark.parametrize(
    ("kind", "method", "payment", "told"),
    [
        ("paid", "credit", "CONFIRMED", "paid_card"),
        ("paid", "pix", "CONFIRMED", "paid_pix"),
        ("paid", "pix", "HONOURED", "paid_pix"),
        ("", "pix", "PAID_LATE", "paid_late"),
        ("", "pix", "REFUNDED", "refunded"),
        ("free", "free", "", "free"),
        ("", "", "", "nothing"),
    ],
)
def test_a_payment_is_told_by_how_it_was_made(
    kind: str, method: str, payment: str, told: str
) -> None:
    assert money_of(kind, method, payment) == told
