"""Bad days between one totem and central, on real parts: nothing lost, nothing doubled, and told.

Each test ends in the audit: the books follow from the events held, and balance.
"""

import asyncio
import shutil
from pathlib import Path

import pytest

from central.domain.errors import OperatorError
from central.domain.incidents import in_words
from central.ledger import posting
from central.ledger.database import Database
from central.services.audit import audit
from central.services.enrolment import new_code
from edge_agent.journal.writer import Writing
from sync_protocol.events import Event, Origin
from sync_protocol.ids import name_of
from tests.support.central_server import Central
from tests.support.sync_totem import SyncTotem


def sales_at(central: Central) -> set[str]:
    return {row[0] for row in central.query("SELECT sale FROM sales")}


def set_aside(central: Central) -> list[tuple[str, ...]]:
    return central.query("SELECT type, status, reason FROM events WHERE status <> 'posted'")


def assert_balanced(central: Central) -> None:
    findings = central.ledger(audit)
    assert findings.differences == []
    assert findings.balanced


def incidents_at(central: Central) -> set[str]:
    return {row[0] for row in central.query("SELECT kind FROM incidents")}


def test_a_totem_restored_from_a_backup_gets_back_what_it_lost(
    central: Central, totem: SyncTotem, tmp_path: Path
) -> None:
    before = totem.sell(3)
    totem.talk()
    totem.backup(tmp_path / "backup")
    lost = totem.sell(4)
    totem.talk()
    totem.stop()
    mark = (totem.data_dir / "journal.high-water").read_bytes()
    shutil.rmtree(totem.data_dir)
    shutil.copytree(tmp_path / "backup", totem.data_dir)
    (totem.data_dir / "journal.high-water").write_bytes(mark)
    totem.boot()
    assert totem.conversation.barred == "restored"
    totem.talk()
    assert totem.conversation.barred == ""
    after = totem.sell(2)
    totem.talk()
    assert sales_at(central) == {*before, *lost, *after}
    with totem.journal.reading() as connection:
        here = {row[0] for row in connection.execute("SELECT sale FROM sales")}
    assert here == {*before, *lost, *after}
    assert "epoch" in incidents_at(central)
    assert_balanced(central)


def test_a_restore_that_nobody_noticed_keeps_both_histories(
    central: Central, totem: SyncTotem, tmp_path: Path
) -> None:
    before = totem.sell(2)
    totem.talk()
    totem.backup(tmp_path / "backup")
    lost = totem.sell(3)
    totem.talk()
    totem.set_back(tmp_path / "backup")
    unknowing = totem.sell(2)
    totem.talk()
    assert sales_at(central) == {*before, *lost, *unknowing}
    assert "epoch" in incidents_at(central)
    assert_balanced(central)


def test_a_payment_that_a_restore_forgot_is_not_declined_here(
    central: Central, totem: SyncTotem, tmp_path: Path
) -> None:
    totem.talk()
    requested = totem.request_card()
    totem.backup(tmp_path / "backup")
    totem.set_back(tmp_path / "backup")
    totem.talk()
    states = dict(central.query("SELECT payment, state FROM payments"))
    assert states[requested.payment] == "DECLINED"
    assert_balanced(central)


def test_a_copied_disk_in_another_machine_is_refused_and_its_journal_kept(
    central: Central, totem: SyncTotem, tmp_path: Path
) -> None:
    totem.sell(2)
    totem.talk()
    totem.backup(tmp_path / "copy")
    copy = SyncTotem(tmp_path / "copy", central.url, "board-2")
    copy.boot()
    offline = copy.sell(2)
    totem.sell()
    totem.talk()
    copy.talk()
    assert copy.conversation.barred == "copy"
    assert "clone" in incidents_at(central)
    told = central.ledger(lambda database: posting.incidents(database, 10))
    words = [in_words(it.totem, it.kind, it.detail) for it in told if it.kind == "clone"]
    assert "(board-2) asked to write as KIOSK1 while board-1 works" in words[0].what
    assert "totem choose KIOSK1 board-2" in words[0].todo
    kept = central.query("SELECT epoch, seq, hash FROM forensic WHERE type = 'SaleOpened'")
    assert {*offline} <= {name_of("KIOSK1", *row) for row in kept}
    assert totem.sell()[0] not in sales_at(central)
    totem.talk()
    assert totem.conversation.barred == ""
    assert_balanced(central)
    copy.stop()


def test_a_machine_that_an_operator_chose_goes_on_and_brings_its_sales(
    central: Central, totem: SyncTotem, tmp_path: Path
) -> None:
    from central.ledger.epochs import give_leave

    totem.sell(2)
    totem.talk()
    totem.backup(tmp_path / "copy")
    other = SyncTotem(tmp_path / "copy", central.url, "board-2")
    other.boot()
    theirs = other.sell(2)
    ours = totem.sell()
    totem.talk()
    other.talk()

    async def leave(database: Database) -> bool:
        return await give_leave(database, "KIOSK1", "board-2")

    assert central.ledger(leave)
    other.talk()
    assert other.conversation.barred == ""
    assert {*theirs, *ours} <= sales_at(central)
    totem.sell()
    totem.talk()
    assert totem.conversation.barred == "copy"
    assert_balanced(central)
    other.stop()


def test_central_restored_before_an_epoch_learns_of_it_from_the_totem(
    central: Central, totem: SyncTotem, tmp_path: Path
) -> None:
    first = totem.sell(2)
    totem.talk()
    totem.backup(tmp_path / "backup")
    second = totem.sell(1)
    totem.talk()
    set_back(central, to_epoch=1, to_seq=5)
    totem.talk()
    assert sales_at(central) == {*first, *second}
    totem.set_back(tmp_path / "backup")
    third = totem.sell(1)
    totem.talk()
    fourth = totem.sell(1)
    totem.talk()
    set_back(central, to_epoch=1, to_seq=9)
    totem.talk()
    assert set_aside(central) == []
    assert sales_at(central) == {*first, *second, *third, *fourth}
    assert totem.book.heads()[-1].epoch == 2
    assert_balanced(central)


def set_back(central: Central, to_epoch: int, to_seq: int) -> None:
    """What a restore to an older point leaves, for one totem in an otherwise empty ledger."""
    for table in ("sales", "payments", "tickets", "cases", "legs"):
        central.query(f"DELETE FROM {table}")
    central.query("DELETE FROM events WHERE epoch > $1 OR seq > $2", to_epoch, to_seq)
    central.query("DELETE FROM epochs WHERE epoch > $1", to_epoch)
    central.query("UPDATE epochs SET closed_at = NULL")
    central.query(
        "UPDATE heads SET epoch = $1, held_seq = $2, held_hash ="
        " (SELECT hash FROM events WHERE epoch = $1 AND seq = $2)",
        to_epoch,
        to_seq,
    )
    asyncio.run(rebuilt(central))


async def rebuilt(central: Central) -> None:
    """Projections of what is left, as they were at that point."""
    from central.domain import standing
    from central.domain.rows import Books
    from central.domain.standing import Place
    from central.ledger import evidence, projections

    database = await Database.open(central.database_url, 2)
    try:
        books = Books("KIOSK1")
        async with evidence.snapshot(database) as totems:
            async for row in totems[0].events():
                reading = standing.read(row.event, Place("KIOSK1", row.epoch, row.hash))
                standing.settle(books, reading, row.epoch)
        async with database.transaction() as connection:
            await projections.store(connection, books)
    finally:
        await database.close()


def test_a_new_disk_gets_the_whole_history_and_goes_on(
    central: Central, totem: SyncTotem, tmp_path: Path
) -> None:
    sold = [*totem.sell(3), totem.pay_by_card()]
    totem.close_day("2026-11-25")
    totem.talk()
    totem.stop()
    code = central.ledger(lambda it: new_code(it, "KIOSK1", is_replacement=True))
    new = SyncTotem(tmp_path / "new-disk", central.url, "board-2")
    new.data_dir.mkdir()
    new.enrol(code)
    new.boot()
    sold += new.sell(1)
    new.talk()
    new.stop()
    new.boot()
    sold += new.sell(1)
    new.close_day("2026-11-26")
    new.talk_until_home()
    with new.journal.reading() as connection:
        here = {row[0] for row in connection.execute("SELECT sale FROM sales")}
        cards = connection.execute("SELECT count FROM stored_cards").fetchone()
    assert here == set(sold) == sales_at(central)
    assert cards == (1,)
    assert {row[0] for row in central.query("SELECT verdict FROM seals")} == {"confirmed"}
    assert central.query("SELECT max(epoch) FROM epochs") == [(2,)]
    assert incidents_at(central) == {"epoch"}
    assert_balanced(central)
    totem.boot()
    totem.talk()
    assert totem.conversation.barred == "copy", "the machine before it sells no more"
    new.stop()


def test_only_an_enrolled_totem_is_replaced(central: Central, totem: SyncTotem) -> None:
    with pytest.raises(OperatorError, match="--replace"):
        central.ledger(lambda it: new_code(it, "KIOSK1"))
    central.code("KIOSK2")
    with pytest.raises(OperatorError, match="without --replace"):
        central.ledger(lambda it: new_code(it, "KIOSK2", is_replacement=True))


def test_a_poison_event_that_comes_again_in_a_later_epoch_leaves_the_books_provable(
    central: Central, totem: SyncTotem
) -> None:
    totem.sell(1)

    def poison(writing: Writing) -> Event:
        stamp, seq = writing.stamp, writing.head.seq + 1
        body = b'{"sale":"KIOSK1-1-1-00000000"}'
        event = Event(seq, "SaleClosed", 1, stamp.wall_ms, "b", 0, stamp.business_day, body)
        writing._put(event)
        return event

    event = totem.journal.submit(poison).result()
    digest = totem.journal.hash_at(event.seq)
    assert digest is not None
    totem.sell(1)
    totem.talk()
    totem.conversation.lose_epoch("fork")
    totem.talk()
    again = Origin(1, event.seq, digest)
    for _ in range(2):
        totem.journal.submit(lambda it: it.append_again(event, again)).result()
    totem.sell(1)
    totem.talk_until_home()
    assert central.query(
        "SELECT status FROM events WHERE type = 'SaleClosed' ORDER BY epoch, seq"
    ) == [
        ("quarantined",),
        ("posted",),
        ("posted",),
    ]
    assert_balanced(central)
