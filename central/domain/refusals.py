"""What central refuses a totem, by the codes of sync_protocol.errors.CATALOGUE.

    ProblemError
    └── RefusalError          a totem's request: ``code`` says what the totem does about it
    LedgerUnavailableError    PostgreSQL cannot be reached: answer 503, the totem comes again
    CatalogueFileError        an operator's file: the message names line or field
    OperatorError             an operator's command cannot be done: the message says why
"""

from central.domain.problems import ProblemError
from sync_protocol.errors import CATALOGUE
from sync_protocol.messages import Held

_OWN = {"bad-code": (403, "The enrolment code is wrong, used or expired")}
"""Codes of enrolment; a totem that has no identity yet shows them to the technician."""


class RefusalError(ProblemError):
    """``held`` is what central holds; ``wait_s`` when to come again; ``nonce`` what to sign next."""

    def __init__(
        self, code: str, detail: str, *, held: Held | None = None, wait_s: int = 0, nonce: str = ""
    ) -> None:
        known = CATALOGUE.get(code)
        status, title = (known.status, known.title) if known else _OWN[code]
        super().__init__(status, code, detail, retry_after_s=wait_s)
        self.title = title
        self.held = held
        self.nonce = nonce


class LedgerUnavailableError(Exception):
    """PostgreSQL does not answer now. Nothing was promised; asking again is safe."""


class OperatorError(Exception):
    """A command of the CLI cannot be done as asked."""


class CatalogueFileError(OperatorError):
    """A catalogue file cannot be imported; nothing was published."""
