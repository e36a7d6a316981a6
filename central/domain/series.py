"""Ticket series of a site: A to Z without I, O and Q, then two letters, then three.

Each epoch gets a fresh one, so that two totems, or two lives of one totem, never share a ticket
number.
"""

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
SERIES_SKIPPED = 64
"""Series passed over when the ledger was restored: some were given out after the backup."""


def series_of(index: int) -> str:
    """The series at this index, counted from 0: A, B, ... Z, AA, AB, ..."""
    letters = ""
    index += 1
    while index:
        index, place = divmod(index - 1, len(LETTERS))
        letters = LETTERS[place] + letters
    return letters
