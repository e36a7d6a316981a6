"""Structured logs: JSON lines to a rotating file and to stderr. A card number never gets through.

Every line of the process goes this way, those of libraries too. Digits that look like a card number
(13 to 19, Luhn, a scheme's first digit) are replaced and counted: one is a defect somewhere. The
names of events are left alone.
"""

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import Processor

FILE = "agent.log"
BYTES_MAX = 10 * 1024 * 1024
FILES_KEPT = 5
HIDDEN = "[card number removed]"
QUIET = ("httpx", "httpcore", "apscheduler", "uvicorn")
_SUSPECT = re.compile(
    r"\b[A-Z0-9]{3,16}-[1-9][0-9]{0,9}-[1-9][0-9]{0,15}-[0-9A-HJKMNP-TV-Z]{8}\b"
    r"|(?<![0-9])[0-9](?:[ .-]?[0-9]){12,18}(?![0-9])"
)
"""An event's name, or a run of digits as people and devices write card numbers."""


def configure_logs(folder: Path, level: str, redacted: Callable[[], None]) -> None:
    """Once per process, before the first line. ``redacted`` is called for each number removed."""
    folder.mkdir(parents=True, exist_ok=True)
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            Redactor(redacted),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handlers: list[logging.Handler] = [
        RotatingFileHandler(
            folder / FILE, maxBytes=BYTES_MAX, backupCount=FILES_KEPT, encoding="utf-8"
        ),
        logging.StreamHandler(sys.stderr),
    ]
    for handler in handlers:
        handler.setFormatter(formatter)
    logging.basicConfig(handlers=handlers, level=level.upper(), force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class Redactor:
    """A structlog processor that hides card numbers wherever they stand in a line."""

    def __init__(self, redacted: Callable[[], None]) -> None:
        self._redacted = redacted

    def __call__(
        self, _: object, __: str, line: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        return {self._clean(key): self._clean(value) for key, value in line.items()}

    def _clean(self, value: Any) -> Any:
        match value:
            case bool() | float() | None:
                return value
            case int():
                return HIDDEN if self._hide(str(value)) == HIDDEN else value
            case str():
                return self._hide(value)
            case dict():
                return {self._clean(key): self._clean(inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._clean(inner) for inner in value]
            case _:
                return self._hide(repr(value))

    def _hide(self, text: str) -> str:
        return _SUSPECT.sub(self._verdict, text)

    def _verdict(self, match: re.Match[str]) -> str:
        found = match[0]
        digits = re.sub(r"[ .-]", "", found)
        if not is_card_number(digits):
            return found
        self._redacted()
        return HIDDEN


def is_card_number(digits: str) -> bool:
    """13 to 19 digits that begin as card schemes' numbers do and pass the Luhn check."""
    if not (digits.isdecimal() and 13 <= len(digits) <= 19 and digits[0] in "23456"):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
