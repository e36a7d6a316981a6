"""Refusals a person at the screen can act on."""


class RefusedError(Exception):
    """A deed that cannot be done now. ``code`` is a problem code, ``detail`` says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
