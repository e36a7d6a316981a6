"""What central refuses a totem, by the codes of sync_protocol.errors.CATALOGUE."""

from central.domain.problems import ProblemError
from sync_protocol.errors import CATALOGUE
from sync_protocol.messages import Held

_OWN = {"bad-code": (403, "The enrolment code is wrong, used or expired")}
"""Codes of enrolment; a totem that has no identity yet shows them to the technician."""


class RefusalError(ProblemError):
    """A totem's request is refused; ``code`` says what the totem does about it.

    ``held`` is what central holds, ``wait_s`` when to come again, ``nonce`` what to sign next.
    """

    def __init__(
        self, code: str, detail: str, *, held: Held | None = None, wait_s: int = 0, nonce: str = ""
    ) -> None:
        known = CATALOGUE.get(code)
        status, title = (known.status, known.title) if known else _OWN[code]
        super().__init__(status, code, detail, retry_after_s=wait_s)
        self.title = title
        self.held = held
        self.nonce = nonce
