"""Structured logs: JSON lines to a rotating file and to stderr. A card number never gets through.

Thirteen to nineteen digits that pass the Luhn check are replaced and counted: one is a defect
somewhere.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

from edge_agent import metrics

FILE = "agent.log"
BYTES_MAX = 10 * 1024 * 1024
FILES_KEPT = 5
_DIGITS = re.compile(r"(?<![0-9A-Za-z-])[0-9](?:[ .]?[0-9]){12,18}(?![0-9A-Za-z-])")


def configure_logs(folder: Path, level: str) -> None:
    """Once per process, before the first line."""
    handlers: list[logging.Handler] = [
        RotatingFileHandler(folder / FILE, maxBytes=BYTES_MAX, backupCount=FILES_KEPT),
        logging.StreamHandler(sys.stderr),
    ]
    logging.basicConfig(handlers=handlers, level=level.upper(), format="%(message)s", force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def redact(_: object, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace card numbers in every text of the line."""
    for key, value in line.items():
        if isinstance(value, str):
            line[key] = _DIGITS.sub(_hide, value)
    return line


def _hide(match: re.Match[str]) -> str:
    if not is_card_number(re.sub(r"\D", "", match[0])):
        return match[0]
    metrics.PAN_REDACTED.inc()
    return "[card number removed]"


def is_card_number(digits: str) -> bool:
    """The Luhn check on 13 to 19 digits."""
    if not 13 <= len(digits) <= 19:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
