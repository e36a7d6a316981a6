"""Errors of headquarters that are no answer to a peer's mistake.

LedgerUnavailableError    PostgreSQL cannot be reached: answer 503, the totem comes again
LedgerBrokenError         the ledger contradicts itself: crash the request, promise nothing
OperatorError             an operator's command cannot be done: the message says why
└── CatalogueFileError    an operator's file: the message names the line or field
"""


class LedgerUnavailableError(Exception):
    """PostgreSQL does not answer now. Nothing was promised; asking again is safe."""


class LedgerBrokenError(Exception):
    """A rule of the ledger that must always hold does not. The transaction was rolled back."""


class OperatorError(Exception):
    """A command of the CLI cannot be done as asked."""


class CatalogueFileError(OperatorError):
    """A catalogue file cannot be imported; nothing was published."""
