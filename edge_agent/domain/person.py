"""What a customer may say of themselves: a visit's questions, and what an answer must look like.

Nothing is asked that serves nothing: a CPF belongs to money, so a free ticket asks for none.
Without headquarters' privacy key there is nowhere to keep an answer, so nothing is asked at all.
"""

import re
import unicodedata

from msgspec import Struct

from edge_agent.domain.catalogue import Catalogue
from edge_agent.domain.cpf import is_cpf
from sync_protocol.feed import PrivacyKey, Question

KEY_BYTES = 32
NAME_MAX = 60
NAME_MIN = 2
AREA_CODE_MIN = 11
ORDER: tuple[Question, ...] = ("name", "cpf", "phone")
_NOT_DIGITS = re.compile(r"[^0-9]")
_IN_NAMES = " '-."


class Person(Struct):
    """In memory for one visit, and never in a log: it does not show what it holds."""

    name: str = ""
    cpf: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        return "Person(hidden)"

    def given(self) -> list[Question]:
        """Which of them were said."""
        return [question for question in ORDER if getattr(self, question)]


def is_usable(key: PrivacyKey | None) -> bool:
    """Whether anything can be sealed to it."""
    return key is not None and len(key.public_key) == KEY_BYTES


def questions(catalogue: Catalogue, *, is_free: bool) -> list[Question]:
    """What to ask, in order."""
    if not is_usable(catalogue.privacy):
        return []
    wanted = catalogue.policy.identify
    return [it for it in ORDER if it in wanted and not (is_free and it == "cpf")]


def cleaned(question: Question, answer: str) -> str:
    """The answer as it is kept; empty when it cannot be one. Digits alone for CPF and phone."""
    match question:
        case "cpf":
            digits = _NOT_DIGITS.sub("", answer)
            return digits if is_cpf(digits) else ""
        case "phone":
            digits = _NOT_DIGITS.sub("", answer)
            return digits if _is_phone(digits) else ""
        case "name":
            name = " ".join(unicodedata.normalize("NFC", answer).split())
            return name if _is_name(name) else ""


def _is_phone(digits: str) -> bool:
    """Area code and 8 digits, or 9 of a mobile that begins with 9."""
    if len(digits) not in (10, 11) or int(digits[:2]) < AREA_CODE_MIN or digits[1] == "0":
        return False
    return len(digits) == 10 or digits[2] == "9"


def _is_name(name: str) -> bool:
    if not NAME_MIN <= len(name) <= NAME_MAX:
        return False
    return all(it.isalpha() or it in _IN_NAMES for it in name) and any(map(str.isalpha, name))
