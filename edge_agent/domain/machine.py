"""State machines as tables ``(state, what happened) -> state``; whatever is not in the table is our
bug.
"""

from collections.abc import Mapping

Table = Mapping[tuple[str, str], str]


class IllegalTransitionError(Exception):
    """The agent was about to do something its own state table forbids."""


def advance(table: Table, state: str, happened: str) -> str:
    """The next state. Raises IllegalTransitionError when the table has no such row."""
    try:
        return table[state, happened]
    except KeyError:
        raise IllegalTransitionError(f"{happened} cannot happen in state {state}") from None
