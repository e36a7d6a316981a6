"""What a page does by itself over a state the agent sent."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Step = tuple[str, str]
"""A selector, and what is typed there; nothing is a touch."""


class OnTop(NamedTuple):
    """What the page does by itself over a state: ``steps`` are done in order, ``place`` is the
    part of its address behind #, ``until`` is a selector that is there at the end. ``answers`` is
    what the corner is told here and not elsewhere, ``then`` what it is told from the last step on;
    what is asked at ``held`` (a glob) is not answered at all.
    """

    state: str
    steps: tuple[Step, ...] = ()
    until: str = "main:not(:has(> [role=status]))"
    place: str = ""
    change: Mapping[str, Any] = {}
    refused: Mapping[str, str] = {}
    gone: bool = False
    answers: Mapping[str, Any] = {}
    then: Mapping[str, Any] = {}
    held: str = ""
