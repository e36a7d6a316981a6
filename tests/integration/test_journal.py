"""The journal on a real encrypted SQLite file."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge_agent.devices.ports import CardOutcome
from edge_agent.domain.machine import IllegalTransitionError
from edge_agent.journal.connection import (
    JOURNAL_FILE,
    KEY_FILE,
    Connection,
    DatabaseError,
    connect,
    load_key,
)
from edge_agent.journal.errors import (
    CommitError,
    JournalError,
    KeyLostError,
    NotDurableError,
    NotEnrolledError,
    UnknownNameError,
)
from edge_agent.journal.inspection import inspect
from edge_agent.journal.journal import Journal
from edge_agent.journal.outbox import Outbox
from edge_agent.journal.writer import Stamp, Writing, open_epoch
from edge_agent.services import card_sale, checkout
from edge_agent.services.errors import RefusedError
from sync_protocol import chain
from sync_protocol.events import SaleFulfilled, SaleOpened
from sync_protocol.uplink import Run
from tests.support.bench_totem import CARD, DAY, GRANT, basket, open_journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = open_journal(tmp_path)
    yield opened
    opened.stop()


def sell_by_card(journal: Journal) -> checkout.Issued:
    wanted = basket("blood")
    requested = journal.submit(
        card_sale.request_card(wanted, card_sale.Asked("debit"), "reader")
    ).result()
    return journal.submit(card_sale.approve_card(wanted, requested, "debit", CARD)).result()


def test_a_card_sale_is_a_verified_chain_with_its_money(journal: Journal, tmp_path: Path) -> None:
    sell_by_card(journal)
    found = inspect(tmp_path, load_key(tmp_path))
    assert found.faults == []
    assert found.events == journal.head().seq
    assert found.head_hash == journal.head().hash.hex()
    assert found.sums_by_method == {"debit": 4_500}
    assert [payment.amount_minor for payment in found.paid_by_card] == [4_500]


def test_declared_sums_equal_the_sums_of_the_events(journal: Journal) -> None:
    sell_by_card(journal)
    journal.submit(checkout.sell_at_counter(basket())).result()
    declared = Outbox(journal).declared()
    assert declared.sums_by_method == {"debit": 4_500}
    assert (declared.seq, declared.hash) == journal.head()[2:4]


def test_a_failed_deed_leaves_nothing_and_takes_no_number(journal: Journal) -> None:
    before = journal.head()

    def deed(writing: Writing) -> None:
        writing.append(SaleOpened("pt"))
        writing.append(SaleFulfilled("T0001-1-2-00000000"))

    with pytest.raises(UnknownNameError):
        journal.submit(deed).result()
    assert journal.head() == before
    assert sell_by_card(journal).sale.startswith(f"T0001-1-{before.seq + 1}-")


def test_a_deed_that_fails_does_not_disturb_its_group(journal: Journal) -> None:
    futures = [journal.submit(checkout.sell_at_counter(basket())) for _ in range(20)]
    bad = journal.submit(checkout.give_free(basket("blood")))
    futures += [journal.submit(checkout.sell_at_counter(basket())) for _ in range(20)]
    assert len({future.result().ticket for future in futures}) == 40
    with pytest.raises(RefusedError):
        bad.result()


def test_numbers_of_a_day_are_dense_and_unique(journal: Journal) -> None:
    futures = [journal.submit(checkout.sell_at_counter(basket())) for _ in range(50)]
    for future in futures:
        future.result()
    with journal.reading() as connection:
        numbers = connection.execute("SELECT number FROM tickets ORDER BY count").fetchall()
    assert [row[0] for row in numbers] == [f"CA{place:03d}" for place in range(1, 51)]


@pytest.mark.parametrize("sql", ["UPDATE journal SET body = x'00'", "DELETE FROM journal"])
def test_journal_rows_can_be_neither_changed_nor_deleted(journal: Journal, sql: str) -> None:
    def deed(writing: Writing) -> None:
        writing.db.execute(sql)

    with pytest.raises(DatabaseError, match="append-only"):
        journal.submit(deed).result()


def test_a_restart_finds_the_head_and_goes_on(tmp_path: Path) -> None:
    first = open_journal(tmp_path)
    sell_by_card(first)
    head = first.head()
    first.stop()
    second = open_journal(tmp_path)
    assert second.head() == head
    assert not second.behind_high_water()
    second.stop()


def test_an_older_database_is_seen_as_restored(tmp_path: Path) -> None:
    first = open_journal(tmp_path)
    first.stop()
    old = (tmp_path / JOURNAL_FILE).read_bytes()
    second = open_journal(tmp_path)
    sell_by_card(second)
    second.stop()
    for leftover in tmp_path.glob(f"{JOURNAL_FILE}-*"):
        leftover.unlink()
    (tmp_path / JOURNAL_FILE).write_bytes(old)
    third = open_journal(tmp_path)
    assert third.behind_high_water()
    third.stop()


def test_the_file_is_encrypted_and_its_key_private(journal: Journal, tmp_path: Path) -> None:
    sell_by_card(journal)
    raw = (tmp_path / JOURNAL_FILE).read_bytes() + (tmp_path / f"{JOURNAL_FILE}-wal").read_bytes()
    assert b"SaleOpened" not in raw
    assert b"SQLite format" not in raw
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_a_lost_key_is_said_and_never_replaced(tmp_path: Path) -> None:
    open_journal(tmp_path).stop()
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(KeyLostError, match="Put the key back"):
        load_key(tmp_path)
    (tmp_path / KEY_FILE).write_text("00" * 32)
    with pytest.raises(KeyLostError):
        open_journal(tmp_path)


def test_nothing_is_written_before_an_epoch_is_granted(tmp_path: Path) -> None:
    journal = Journal(tmp_path, load_key(tmp_path), lambda: Stamp(1, 1, "boot", DAY))
    journal.start()
    with pytest.raises(NotEnrolledError):
        journal.submit(checkout.sell_at_counter(basket())).result()
    journal.stop()


def test_opening_the_same_epoch_twice_is_one_opening(journal: Journal) -> None:
    before = journal.head()
    journal.submit(open_epoch(GRANT)).result()
    assert journal.head() == before


def test_who_reads_after_the_end_is_refused_and_does_not_wait(tmp_path: Path) -> None:
    journal = open_journal(tmp_path)
    journal.stop()

    def read() -> None:
        with journal.reading():
            pass

    with ThreadPoolExecutor(2) as pool:
        for reading in [pool.submit(read), pool.submit(read)]:
            with pytest.raises(JournalError):
                reading.result(10)


class Unsure:
    """A connection that lies about durability, or whose COMMIT fails when told to."""

    def __init__(self, inner: Connection, lie: str = "") -> None:
        self._inner = inner
        self._lie = lie
        self.fail_commit = False

    def execute(self, sql: str, *values: object) -> Connection:
        if self.fail_commit and sql == "COMMIT":
            raise DatabaseError("disk I/O error")
        if sql == "PRAGMA synchronous = FULL" and self._lie:
            sql = self._lie
        return self._inner.execute(sql, *values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)


def test_storage_that_does_not_keep_full_durability_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotDurableError):
        open_journal(
            tmp_path, lambda path, key: Unsure(connect(path, key), "PRAGMA synchronous = NORMAL")
        )


def test_a_failed_commit_fails_every_deed_of_the_group(tmp_path: Path) -> None:
    made: list[Unsure] = []

    def unsure(path: Path, key: bytes) -> Connection:
        made.append(Unsure(connect(path, key)))
        return made[-1]

    journal = open_journal(tmp_path, unsure)
    before = journal.head()
    made[0].fail_commit = True
    with pytest.raises(CommitError):
        journal.submit(checkout.sell_at_counter(basket())).result()
    assert journal.head() == before
    made[0].fail_commit = False
    journal.submit(checkout.sell_at_counter(basket())).result()
    assert journal.head().seq > before.seq
    journal.stop()


def test_a_second_attempt_is_priced_again_on_the_same_sale(journal: Journal) -> None:
    first = journal.submit(
        card_sale.request_card(basket(), card_sale.Asked("debit"), "reader")
    ).result()
    no = CardOutcome("declined", "card_declined")
    journal.submit(card_sale.refuse_card(first, no)).result()
    again = basket(sale=first.sale)
    second = journal.submit(
        card_sale.request_card(again, card_sale.Asked("credit"), "reader")
    ).result()
    assert second.sale == first.sale
    assert (first.amount_minor, second.amount_minor) == (4_500, 4_700)


def test_two_open_attempts_on_one_sale_are_impossible(journal: Journal) -> None:
    first = journal.submit(
        card_sale.request_card(basket(), card_sale.Asked("debit"), "reader")
    ).result()
    again = basket(sale=first.sale)
    with pytest.raises((IllegalTransitionError, DatabaseError)):
        journal.submit(card_sale.request_card(again, card_sale.Asked("debit"), "reader")).result()


def test_stored_cards_keep_their_limits_to_the_cent(journal: Journal) -> None:
    for _ in range(44):
        sell_by_card(journal)
    with pytest.raises(RefusedError, match="limit"):
        sell_by_card(journal)
    with journal.reading() as connection:
        assert connection.execute("SELECT total_minor FROM stored_cards").fetchone()[0] == 198_000


def test_a_run_of_the_outbox_rebuilds_the_chain(journal: Journal) -> None:
    sell_by_card(journal)
    run = Outbox(journal).run(1, Run(1, 500), 10**6)
    genesis = journal.hash_at(0)
    assert genesis is not None
    assert chain.hashes(genesis, run)[-1] == journal.head().hash
