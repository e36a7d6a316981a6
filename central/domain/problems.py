"""A refusal that a person or a program can act on; the API turns it into an RFC 9457 document.
``code`` is the problem's stable name, ``detail`` says what to do about it.
"""


class ProblemError(Exception):
    """The request cannot be served as it is; ``retry_after_s`` > 0 says when to ask again."""

    def __init__(self, status: int, code: str, detail: str, *, retry_after_s: int = 0) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.title = code.replace("-", " ").capitalize()
        self.detail = detail
        self.retry_after_s = retry_after_s
