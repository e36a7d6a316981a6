"""A business day is sealed at the totem and computed again at headquarters: both must agree."""

import pytest

from central.services.audit import audit
from edge_agent.journal.writer import Writing
from sync_protocol.events import Event
from tests.support.central_server import Central
from tests.support.sync_totem import SyncTotem

OFFLINE_DAYS = [f"2026-11-{day}" for day in range(20, 27)]


def sealed(central: Central) -> list[tuple[str, str]]:
    return [
        (day, verdict)
        for day, verdict in central.query(
            "SELECT business_day, verdict FROM seals ORDER BY epoch, seq"
        )
    ]


def test_seven_days_offline_with_5000_sales_drain_and_every_seal_is_confirmed(
    central: Central, totem: SyncTotem
) -> None:
    for day, tomorrow in zip(OFFLINE_DAYS, [*OFFLINE_DAYS[1:], "2026-11-27"], strict=True):
        totem.today = day
        totem.sell(5000 // len(OFFLINE_DAYS) + 1)
        totem.close_day(tomorrow)
    totem.talk()
    assert central.query("SELECT count(*) FROM sales")[0][0] >= 5000
    assert sealed(central) == [(day, "confirmed") for day in OFFLINE_DAYS]
    with totem.journal.reading() as connection:
        told = connection.execute("SELECT verdict FROM seal_answers").fetchall()
    assert told == [("confirmed",)] * len(OFFLINE_DAYS)
    assert central.ledger(audit).balanced


def test_a_day_is_not_sealed_before_it_is_over_nor_twice(
    central: Central, totem: SyncTotem
) -> None:
    totem.sell(2)
    totem.close_day(totem.today)
    totem.close_day("2026-11-25")
    totem.close_day("2026-11-25")
    totem.talk()
    assert sealed(central) == [("2026-11-24", "confirmed")]


def test_a_clock_that_went_back_keeps_the_day_open(central: Central, totem: SyncTotem) -> None:
    totem.sell(1)
    totem.close_day("2019-01-01")
    totem.talk()
    assert sealed(central) == []


def test_one_poison_event_delays_nothing_and_is_seen(central: Central, totem: SyncTotem) -> None:
    before = totem.sell(3)

    def poison(writing: Writing) -> None:
        stamp = writing.stamp
        event = Event(
            writing.head.seq + 1,
            "SaleClosed",
            1,
            stamp.wall_ms,
            stamp.boot_id,
            0,
            stamp.business_day,
            b'{"sale":"KIOSK1-1-1-00000000"}',
        )
        writing._put(event)

    totem.journal.submit(poison).result()
    after = totem.sell(3)
    totem.close_day("2026-11-25")
    totem.talk()
    held = {row[0] for row in central.query("SELECT sale FROM sales")}
    assert held == {*before, *after}
    aside = central.query("SELECT type, status, reason FROM events WHERE status <> 'posted'")
    assert [(kind, status) for kind, status, _ in aside] == [("SaleClosed", "quarantined")]
    assert "KIOSK1-1-1-00000000" in aside[0][2]
    assert sealed(central) == [("2026-11-24", "confirmed_with_quarantine")]
    assert totem.incidents == ["quarantined"]


def test_a_seal_over_other_rows_is_a_mismatch(central: Central, totem: SyncTotem) -> None:
    totem.sell(2)
    totem.talk()
    central.query("UPDATE events SET hash = hash || '\\x00' WHERE seq = 3")
    totem.close_day("2026-11-25")
    totem.talk()
    assert sealed(central) == [("2026-11-24", "mismatch")]
    assert "seal-mismatch" in totem.incidents


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE seals SET perpetual_minor = perpetual_minor + 1", "does not say what its event"),
        ("DELETE FROM seals", "the row is missing"),
        ("UPDATE seals SET verdict = 'confirmed', rows = 99", "does not say what its event"),
        (
            "UPDATE events SET hash = sha256(hash), status = 'parked' WHERE seq = 3",
            "the root over the rows held here is another",
        ),
    ],
)
def test_the_audit_computes_every_seal_again(
    central: Central, totem: SyncTotem, change: str, named: str
) -> None:
    totem.sell(2)
    totem.close_day("2026-11-25")
    totem.talk()
    assert central.ledger(audit).balanced
    central.query(change)
    found = [text for text in central.ledger(audit).differences if " seals " in text]
    assert len(found) == 1
    assert named in found[0]
