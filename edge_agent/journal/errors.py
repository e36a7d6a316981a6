"""What the journal refuses, and what to do.

JournalError
├── KeyLostError         the database is here, its key is not: restore the key or enrol a new totem
├── NotDurableError      the storage does not keep synchronous=FULL: stop, call a technician
├── NotEnrolledError     no epoch was granted yet: enrol first
├── UnknownNameError     an event speaks of something this journal never opened
└── CommitError          the disk refused a commit: nothing of the deed happened, start no device
"""


class JournalError(Exception):
    """Anything the journal raises on purpose."""


class KeyLostError(JournalError):
    """The encrypted database exists and its key does not fit or is gone."""


class NotDurableError(JournalError):
    """SQLite did not accept WAL with synchronous=FULL."""


class NotEnrolledError(JournalError):
    """Nothing can be written before central granted an epoch."""


class CommitError(JournalError):
    """The COMMIT failed: every deed of its group is undone."""


class UnknownNameError(JournalError):
    """A sale, payment or print job is named that was never opened here."""
