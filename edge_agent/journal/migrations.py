"""The tables of journal.db, step by step. A shipped migration is never edited; a new one is
added.
"""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

MIGRATIONS = Migrations("totem")

_SPINE = """
CREATE TABLE epochs (
  epoch INTEGER PRIMARY KEY, grant_json BLOB NOT NULL, genesis BLOB NOT NULL,
  series TEXT NOT NULL
) STRICT;
CREATE TABLE journal (
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, type TEXT NOT NULL,
  tver INTEGER NOT NULL, wall_ms INTEGER NOT NULL, boot_id TEXT NOT NULL, mono_ms INTEGER NOT NULL,
  business_day TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER journal_is_never_edited BEFORE UPDATE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_never_cut BEFORE DELETE ON journal
  BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TABLE acks (
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, server_gen INTEGER NOT NULL,
  key_id TEXT NOT NULL, sig BLOB NOT NULL, wall_ms INTEGER NOT NULL, PRIMARY KEY (epoch, seq,
  server_gen)
) STRICT, WITHOUT ROWID;
CREATE TABLE sales (
  sale TEXT PRIMARY KEY, state TEXT NOT NULL, locale TEXT NOT NULL, method TEXT NOT NULL DEFAULT '',
  currency TEXT NOT NULL DEFAULT '', total_minor INTEGER NOT NULL DEFAULT 0,
  lines TEXT NOT NULL DEFAULT '[]', business_day TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sales_open ON sales (state) WHERE state NOT IN ('CLOSED', 'CANCELLED', 'ABANDONED');
CREATE TABLE payments (
  payment TEXT PRIMARY KEY, sale TEXT NOT NULL, method TEXT NOT NULL, state TEXT NOT NULL,
  currency TEXT NOT NULL, amount_minor INTEGER NOT NULL, reason TEXT NOT NULL DEFAULT '',
  proof TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX payments_by_sale ON payments (sale);
CREATE UNIQUE INDEX one_open_attempt ON payments (sale) WHERE state = 'REQUESTED';
CREATE INDEX payments_open ON payments (state) WHERE state IN ('REQUESTED', 'STORED_OFFLINE');
CREATE TABLE tickets (
  ticket TEXT PRIMARY KEY, sale TEXT NOT NULL, number TEXT NOT NULL, series TEXT NOT NULL,
  prefix TEXT NOT NULL, count INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
  business_day TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ticket_numbers ON tickets (business_day, series, prefix, count);
CREATE INDEX tickets_by_sale ON tickets (sale);
CREATE TABLE prints (
  job TEXT PRIMARY KEY, sale TEXT NOT NULL, ticket TEXT NOT NULL, document TEXT NOT NULL,
  copy INTEGER NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL DEFAULT '', queued_seq INTEGER NOT
  NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX prints_open ON prints (queued_seq) WHERE state IN ('QUEUED', 'SENDING');
CREATE INDEX prints_by_ticket ON prints (ticket);
CREATE TABLE cases (
  "case" TEXT PRIMARY KEY, sale TEXT NOT NULL, payment TEXT NOT NULL, kind TEXT NOT NULL,
  todo TEXT NOT NULL, open INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sums (
  epoch INTEGER NOT NULL, method TEXT NOT NULL, settled_minor INTEGER NOT NULL,
  PRIMARY KEY (epoch, method)
) STRICT, WITHOUT ROWID;
CREATE TABLE stored_cards (
  id INTEGER PRIMARY KEY CHECK (id = 1), count INTEGER NOT NULL, total_minor INTEGER NOT NULL
) STRICT;
INSERT INTO stored_cards VALUES (1, 0, 0);
CREATE TABLE feed_items (
  scope TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
  hash BLOB NOT NULL, PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE feed_cursor (scope TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sync_state (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE sync_incidents (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, detail TEXT NOT NULL, wall_ms INTEGER NOT NULL
) STRICT;
"""


@MIGRATIONS(name="0001_spine")
def spine(db: Database) -> None:
    for statement in _statements(_SPINE):
        db.execute(statement)


_RECOVERY = """
ALTER TABLE journal ADD COLUMN origin_epoch INTEGER;
ALTER TABLE journal ADD COLUMN origin_seq INTEGER;
ALTER TABLE journal ADD COLUMN origin_hash BLOB;
CREATE INDEX journal_origins ON journal (origin_epoch, origin_seq) WHERE origin_epoch IS NOT NULL;
CREATE TABLE foreign_events (
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, type TEXT NOT NULL,
  tver INTEGER NOT NULL, wall_ms INTEGER NOT NULL, boot_id TEXT NOT NULL, mono_ms INTEGER NOT NULL,
  business_day TEXT NOT NULL, body BLOB NOT NULL, origin_epoch INTEGER, origin_seq INTEGER,
  origin_hash BLOB, held INTEGER NOT NULL, standing TEXT NOT NULL, PRIMARY KEY (epoch, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX foreign_origins ON foreign_events (origin_epoch, origin_seq)
  WHERE origin_epoch IS NOT NULL;
CREATE TABLE agenda (
  epoch INTEGER PRIMARY KEY, held_seq INTEGER NOT NULL, held_hash BLOB NOT NULL,
  common_seq INTEGER NOT NULL, pulled_seq INTEGER NOT NULL, pulled_hash BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pulling', 'compared', 'done'))
) STRICT;
CREATE TABLE seal_answers (
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, verdict TEXT NOT NULL, detail TEXT NOT NULL,
  aside_minor INTEGER NOT NULL, PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE set_aside (
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_seals ON journal (epoch, seq) WHERE type = 'DaySealed';
CREATE INDEX journal_sales ON journal (epoch, business_day, seq) WHERE type = 'SaleOpened';
"""


@MIGRATIONS(name="0002_recovery")
def recovery(db: Database) -> None:
    """An event may stand again for one of an earlier epoch; what central held and this disk lost
    comes back beside the journal; the agenda says what is still to compare.
    """
    for statement in _statements(_RECOVERY):
        db.execute(statement)


_HEADQUARTERS = """
CREATE TABLE commands (
  id TEXT PRIMARY KEY, body BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('delivered', 'begun', 'done'))
) STRICT;
CREATE TABLE running_time (
  only INTEGER PRIMARY KEY CHECK (only = 1), total_ms INTEGER NOT NULL, heard_ms INTEGER NOT NULL
) STRICT;
INSERT INTO running_time VALUES (1, 0, 0);
"""


@MIGRATIONS(name="0003_headquarters")
def headquarters(db: Database) -> None:
    """What headquarters commands, and how long this totem has run without its word."""
    for statement in _statements(_HEADQUARTERS):
        db.execute(statement)


_DEVICES = """
ALTER TABLE payments ADD COLUMN notes TEXT NOT NULL DEFAULT '{}';
ALTER TABLE payments ADD COLUMN confirm TEXT NOT NULL DEFAULT 'none';
ALTER TABLE payments ADD COLUMN instalments INTEGER NOT NULL DEFAULT 1;
DROP INDEX one_open_attempt;
CREATE UNIQUE INDEX one_open_attempt ON payments (sale)
  WHERE state IN ('REQUESTED', 'AUTHORISED', 'UNKNOWN');
DROP INDEX payments_open;
CREATE INDEX payments_open ON payments (state)
  WHERE state IN ('REQUESTED', 'AUTHORISED', 'UNKNOWN', 'STORED_OFFLINE', 'FORWARDING');
"""


@MIGRATIONS(name="0004_devices")
def devices(db: Database) -> None:
    """What a reader's driver must know of an attempt, and how the attempt becomes final."""
    for statement in _statements(_DEVICES):
        db.execute(statement)


_STAFF = """
CREATE TABLE pin_tries (
  only INTEGER PRIMARY KEY CHECK (only = 1), failures INTEGER NOT NULL, until_ms INTEGER NOT NULL
) STRICT;
INSERT INTO pin_tries VALUES (1, 0, 0);
CREATE TABLE staff_acts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, wall_ms INTEGER NOT NULL, by TEXT NOT NULL,
  deed TEXT NOT NULL, about TEXT NOT NULL
) STRICT;
"""


@MIGRATIONS(name="0005_staff")
def staff(db: Database) -> None:
    """Wrong PINs are remembered over a restart, and who did what on the machine."""
    for statement in _statements(_STAFF):
        db.execute(statement)


_PRIVACY = """
CREATE TABLE private_records (
  sale TEXT PRIMARY KEY, key_id TEXT NOT NULL, sealed BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'due'))
) STRICT, WITHOUT ROWID;
ALTER TABLE sales ADD COLUMN priority TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN priority TEXT NOT NULL DEFAULT '';
"""


@MIGRATIONS(name="0006_privacy")
def privacy(db: Database) -> None:
    """What a customer said of themselves, sealed, until headquarters has it; and who is served
    first.
    """
    for statement in _statements(_PRIVACY):
        db.execute(statement)


@MIGRATIONS(name="0007_sales_by_day")
def sales_by_day(db: Database) -> None:
    """What was sold on a business day is counted at every sale of what may run out."""
    db.execute("CREATE INDEX sales_by_day ON sales (business_day)")


_PIX = """
CREATE TABLE pix (
  payment TEXT PRIMARY KEY, txid TEXT NOT NULL UNIQUE, expires_s INTEGER NOT NULL,
  shown INTEGER NOT NULL DEFAULT 0, business_day TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE pix_received (
  end_to_end_id TEXT PRIMARY KEY, payment TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pix_by_day ON pix (business_day);
DROP INDEX one_open_attempt;
CREATE UNIQUE INDEX one_open_attempt ON payments (sale)
  WHERE state IN ('REQUESTED', 'ACTIVE', 'AUTHORISED', 'UNKNOWN');
DROP INDEX payments_open;
CREATE INDEX payments_open ON payments (state)
  WHERE state IN ('REQUESTED', 'ACTIVE', 'AUTHORISED', 'UNKNOWN', 'STORED_OFFLINE', 'FORWARDING',
  'PAID_LATE');
"""


@MIGRATIONS(name="0008_pix")
def pix(db: Database) -> None:
    """Our charges at central, and every PIX that came under one of them, once."""
    for statement in _statements(_PIX):
        db.execute(statement)


_LAST_CUT = """
CREATE TABLE last_cut (
  one INTEGER PRIMARY KEY CHECK (one = 1), sale TEXT NOT NULL, was_paying INTEGER NOT NULL,
  is_seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO last_cut VALUES (1, '', 0, 0);
"""


@MIGRATIONS(name="0009_last_cut")
def last_cut(db: Database) -> None:
    """A second cut shows again what nobody has seen yet, and nothing that somebody has."""
    for statement in _statements(_LAST_CUT):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    """Split on the semicolon that ends a line; a trigger's inner one is followed by END on its
    line.
    """
    return [part.strip() for part in script.split(";\n") if part.strip()]
