"""Any text made to fit one code page and a number of columns.

The page is the printer's only one, so what it lacks is written with what it has (an en dash becomes
a hyphen, a euro sign EUR) and the rest becomes ``?``. Control characters never pass: text from a
catalogue cannot command a printer.
"""

import textwrap
import unicodedata
from itertools import chain

SUBSTITUTES = str.maketrans(
    {
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "•": "*", "●": "*",
        "·": ".", "★": "*", "☆": "*", "■": "#", "█": "#", "✓": "v", "✔": "v", "✗": "x", "✕": "x",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"', "‘": "'", "’": "'",
        "‚": "'", "‛": "'", "′": "'", "´": "'", "‹": "<", "›": ">", "…": "...", "×": "x",
        "÷": "/", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "±": "+/-",
        "⁄": "/", "∕": "/", "¦": "|", "¬": "-", "€": "EUR", "£": "GBP", "¥": "JPY", "¢": "c",
        "§": "par.", "¶": "par.", "©": "(c)", "®": "(R)", "™": "TM", "№": "No", "‰": "o/oo",
        "°": "o", "º": "o", "ª": "a", "µ": "u", "¿": "?", "¡": "!", "Æ": "AE", "æ": "ae",
        "Œ": "OE", "œ": "oe", "ß": "ss", "ẞ": "SS", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l",
        "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "ı": "i", "¨": '"',
    }
)  # fmt: skip
DROPPED = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0f"


def fit(text: str, codec: str) -> str:
    """The same text in characters that ``codec`` holds; line feeds stay, other controls become
    spaces."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_fit_character(character, codec) for character in composed)


def _fit_character(character: str, codec: str) -> str:
    if character == "\n":
        return character
    if character in DROPPED:
        return ""
    if character.isspace() or unicodedata.category(character) == "Cc":
        return " "
    plain = _without_accents(character)
    spelt = (character, character.translate(SUBSTITUTES), plain, plain.translate(SUBSTITUTES))
    return next((it for it in spelt if it.isprintable() and _holds(codec, it)), "?")


def _without_accents(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    return "".join(part for part in plain if not unicodedata.combining(part)) or "?"


def _holds(codec: str, text: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns``, broken between words, a longer word broken hard. At least
    one line."""
    lines = (
        textwrap.wrap(line, columns, break_on_hyphens=False) or [""] for line in text.split("\n")
    )
    return list(chain.from_iterable(lines))


def pair(left: str, right: str, columns: int) -> list[str]:
    """``left`` and ``right`` at the two edges. ``left`` wraps beside ``right``; a ``right`` that
    would take more than two thirds goes on lines of its own."""
    left, right = left.replace("\n", " ").strip(), right.replace("\n", " ").strip()
    room = columns - len(right) - 1
    if room < columns // 3:
        return wrap(left, columns) + [line.rjust(columns) for line in wrap(right, columns)]
    first, *others = wrap(left, room)
    return [first + right.rjust(columns - len(first)), *others]
