"""How a text of the screen is read aloud: amounts as people say them, codes letter by letter.

A speech engine reads "R$ 45,00" as a sign and four digits and "CA042" as a word. Whoever listens
instead of looking gets "45 reais" and "C A 0 4 2".
"""

import re
from typing import Literal

from msgspec import Struct

Locale = Literal["pt", "en", "es"]

_MONEY = re.compile(r"R\$\s?(\d{1,3}(?:[.,]\d{3})*|\d+)[.,](\d{2})\b")
_CODE = re.compile(r"\b(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]+(?:-[A-Z0-9]+)*\b")
_MARKS = str.maketrans({"·": ",", "…": ".", "×": " x ", "\u00a0": " ", "\n": " "})


class _Money(Struct, frozen=True):
    one: str
    many: str
    join: str
    cent: str
    cents: str


_REAL = {
    "pt": _Money("real", "reais", " e ", "centavo", "centavos"),
    "en": _Money("real", "reais", " and ", "cent", "cents"),
    "es": _Money("real", "reales", " y ", "centavo", "centavos"),
}


def spoken(text: str, locale: Locale) -> str:
    """What the speech engine is given for this text."""
    words = _REAL[locale]
    said = _MONEY.sub(lambda found: _amount(found, words), text.translate(_MARKS))
    return " ".join(_CODE.sub(lambda found: _spelled(found.group()), said).split())


def _amount(found: re.Match[str], words: _Money) -> str:
    whole, cents = int(re.sub(r"\D", "", found.group(1))), int(found.group(2))
    parts = []
    if whole or not cents:
        parts.append(f"{whole} {words.one if whole == 1 else words.many}")
    if cents:
        parts.append(f"{cents} {words.cent if cents == 1 else words.cents}")
    return words.join.join(parts)


def _spelled(code: str) -> str:
    return " ".join(", " if letter == "-" else letter for letter in code)
