"""What an older build could not read is parked, and posted by the build that can."""

import pytest

from central.ledger.refused import KEPT
from central.ledger.replay import replay_all
from central.services.audit import audit
from sync_protocol import events
from tests.support.central_server import Central
from tests.support.totem_and_central import central, headquarters
from tests.support.totem_peer import acked, refused

__all__ = ["central", "headquarters"]


def test_a_sale_parked_by_an_older_build_is_posted_after_the_deploy(
    central: Central, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = central.peer()
    with monkeypatch.context() as older:
        older.delitem(events._decoders, ("PaymentStoredOffline", 1))
        sale = peer.sell("debit", 3200)
        acked(peer.push(peer.run()))
        parked = central.query("SELECT type FROM events WHERE status = 'parked' ORDER BY seq")
        assert parked[0] == ("PaymentStoredOffline",)
        assert ("SaleSettled",) in parked, "what follows in the same sale waits behind it"
        assert central.query("SELECT count(*)::int FROM legs") == [(0,)]
        assert central.ledger(replay_all) == 0
    assert central.ledger(replay_all) == len(parked)
    assert central.query("SELECT sale, state FROM sales") == [(sale, "CLOSED")]
    assert central.query("SELECT sum(amount_minor)::int, count(*)::int FROM legs") == [(0, 4)]
    assert central.ledger(audit).balanced
    assert central.ledger(replay_all) == 0


def test_a_push_that_cannot_be_read_is_kept_as_it_came_and_told(central: Central) -> None:
    peer = central.peer()
    for _ in range(2):
        refused(peer.post(b"not zstd"), "malformed-envelope")
    assert central.query("SELECT totem, wire FROM refused_pushes") == [("KIOSK1", b"not zstd")]
    (detail,) = central.query(
        "SELECT detail::text FROM incidents WHERE kind = 'malformed-envelope'"
    )
    assert "why" in detail[0]
    for number in range(KEPT + 5):
        peer.post(b"not zstd %d" % number)
    assert central.query("SELECT count(*)::int FROM refused_pushes") == [(KEPT,)]
    newest = central.query("SELECT wire FROM refused_pushes ORDER BY taken_at DESC LIMIT 1")
    assert newest == [(b"not zstd %d" % (KEPT + 4),)]
    peer.sell()
    acked(peer.push(peer.run()))
