"""Card attempts as the journal has them: what a reader's driver is asked about after a cut."""

from typing import Any, NamedTuple, cast

from msgspec import json

from edge_agent.devices.ports import Attempt, CardIntent, CardKind
from edge_agent.journal.journal import Journal
from edge_agent.journal.moments import wall_ms_of
from sync_protocol.events import Confirm, Line
from sync_protocol.ids import parse_name

CARD_TIMEOUT_S = 60
EPOCHS_APART = 10_000_000

_COLUMNS = (
    "payment, sale, method, state, currency, amount_minor, confirm, instalments, notes, proof"
)


class Held(NamedTuple):
    """One attempt. ``proof`` is JSON of a CardProof, empty before an authorisation."""

    payment: str
    sale: str
    state: str
    confirm: Confirm
    proof: str
    attempt: Attempt


def unsettled(journal: Journal) -> list[Held]:
    """Attempts whose end the far end must still tell or hear, oldest first; those under way
    (REQUESTED) belong to who runs them.
    """
    sql = (
        f"SELECT {_COLUMNS} FROM payments WHERE state IN ('AUTHORISED', 'UNKNOWN') "
        "AND method != 'pix' ORDER BY payment"
    )
    with journal.reading() as connection:
        rows = connection.execute(sql).fetchall()
        return [_held(row, wall_ms_of(connection, row[0])) for row in rows]


def is_any_unsettled(journal: Journal) -> bool:
    sql = (
        "SELECT 1 FROM payments WHERE state IN ('AUTHORISED', 'UNKNOWN') "
        "AND method != 'pix' LIMIT 1"
    )
    with journal.reading() as connection:
        return connection.execute(sql).fetchone() is not None


def read_attempt(journal: Journal, payment: str) -> Held:
    """The attempt of this name. Raises KeyError."""
    sql = f"SELECT {_COLUMNS} FROM payments WHERE payment = ?"
    with journal.reading() as connection:
        row = connection.execute(sql, (payment,)).fetchone()
        if row is None:
            raise KeyError(payment)
        return _held(row, wall_ms_of(connection, payment))


def number_of(payment: str) -> int:
    """A number of at most 9 digits that no other attempt of this totem has."""
    place = parse_name(payment)
    return place.epoch % 100 * EPOCHS_APART + place.seq % EPOCHS_APART


def first_service(journal: Journal, sale: str) -> str:
    """The service on the sale's first line; empty when it has none."""
    with journal.reading() as connection:
        row = connection.execute("SELECT lines FROM sales WHERE sale = ?", (sale,)).fetchone()
    lines = json.decode(row[0], type=list[Line]) if row else []
    return lines[0].service if lines else ""


def _held(row: tuple[Any, ...], asked_ms: int) -> Held:
    payment, sale, method, state, currency, amount_minor, confirm, instalments, notes, proof = row
    intent = CardIntent(
        attempt=payment,
        amount_minor=amount_minor,
        currency=currency,
        kind=cast(CardKind, method),
        timeout_s=CARD_TIMEOUT_S,
        allow_offline=confirm == "none",
        wall_ms=asked_ms,
        instalments=instalments,
        number=number_of(payment),
    )
    kept = json.decode(notes, type=dict[str, str])
    return Held(payment, sale, state, confirm, proof, Attempt(intent, kept))
