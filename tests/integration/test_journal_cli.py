"""``totem journal``: what a technician reads, and the proof that one changed byte is found."""

from pathlib import Path

import pytest
import sqlcipher3
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import json, structs

from edge_agent.cli.journal import command
from edge_agent.journal.connection import load_key
from edge_agent.journal.journal import Journal
from edge_agent.journal.outbox import Outbox
from edge_agent.journal.writer import Stamp, open_epoch
from edge_agent.services import checkout
from edge_agent.sync.enrol import RECORD_FILE
from sync_protocol import chain
from sync_protocol.messages import Ack, EnrolAnswer
from tests.support.bench_totem import DAY, GRANT, basket

KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A totem with three sales, the first two acked."""
    grant = structs.replace(GRANT, sig=KEY.sign(chain.grant_bytes(GRANT)))
    keys = {"server": KEY.public_key().public_bytes_raw()}
    record = EnrolAnswer("T0001", "Hall", "centro", "Centro", grant, keys, "", ["org"])
    (tmp_path / RECORD_FILE).write_bytes(json.encode(record))
    journal = Journal(tmp_path, load_key(tmp_path), lambda: Stamp(1, 0, "boot", DAY))
    journal.start()
    journal.submit(open_epoch(grant)).result()
    deed = checkout.sell_at_counter(basket())
    for _ in range(2):
        journal.submit(deed).result()
    head = journal.head()
    signed = chain.ack_bytes("T0001", 1, head.seq, head.hash, 1)
    outbox = Outbox(journal)
    outbox.store_ack(Ack(1, head.seq, head.hash, 1, "server", KEY.sign(signed)))
    outbox.keep_set_aside(1, [4])
    journal.submit(deed).result()
    journal.stop()
    return tmp_path


def totem_journal(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def change(data_dir: Path, sql: str) -> None:
    """What somebody with the key and a screwdriver can do."""
    connection = sqlcipher3.connect(str(data_dir / "journal.db"), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{load_key(data_dir).hex()}'\"")
    for trigger in ("journal_is_never_edited", "journal_is_never_cut"):
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    body = "CAST(replace(CAST(body AS TEXT), '4500', '4501') AS BLOB)"
    grant = "CAST(replace(CAST(grant_json AS TEXT), 'bench', 'other') AS BLOB)"
    connection.execute(sql.format(grant if "epochs" in sql else body))
    connection.close()


def test_an_honest_journal_verifies(data_dir: Path) -> None:
    result = totem_journal("verify", "--data-dir", str(data_dir))
    assert result.exit_code == 0, result.output
    assert "19 events in 1 epochs and 1 acks verify" in result.output
    assert "could not post them: 1/4" in result.output


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE journal SET body = {} WHERE seq = 9", "event 1/9"),
        ("UPDATE journal SET wall_ms = wall_ms + 1 WHERE seq = 5", "event 1/5"),
        ("UPDATE journal SET business_day = '2026-11-25' WHERE seq = 19", "event 1/19"),
        ("DELETE FROM journal WHERE seq = 7", "event 1/7 is missing"),
        ("UPDATE acks SET server_gen = 9", "ack of 1/13 is not signed"),
        ("DELETE FROM journal WHERE seq >= 13", "event 1/13 is not the one that central acked"),
        ("UPDATE epochs SET grant_json = {}", "grant of epoch 1"),
    ],
)
def test_one_change_is_found_and_named(data_dir: Path, sql: str, named: str) -> None:
    change(data_dir, sql)
    result = totem_journal("verify", "--data-dir", str(data_dir))
    assert result.exit_code == 1
    assert named in result.output


def test_the_list_shows_what_is_held_and_what_was_set_aside(data_dir: Path) -> None:
    result = totem_journal("list", "--data-dir", str(data_dir))
    lines = result.output.splitlines()
    assert [line[0] for line in lines[:5]] == ["=", "=", "=", "!", "="]
    assert lines[17].startswith("  1/18")


def test_a_folder_without_a_journal_is_said_to_be_one(tmp_path: Path) -> None:
    result = totem_journal("list", "--data-dir", str(tmp_path))
    assert result.exit_code == 1
    assert "There is no journal.db" in result.output
