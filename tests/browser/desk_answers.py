"""What the agent can answer the corner with, read off its own routes."""

import re
from collections.abc import Iterator
from typing import Any, get_type_hints

from litestar.handlers import HTTPRouteHandler
from msgspec import convert, to_builtins

from edge_agent.api.counter import CasesAndPaper, CounterDesk
from edge_agent.api.upkeep import Upkeep


def in_its_words(deed: str, said: Any) -> Any:
    """``said`` as the agent would put it. Raises LookupError where it has no such route, and
    ValidationError where its route cannot say so.
    """
    return to_builtins(convert(said, _kinds[_route(deed)]))


def _route(deed: str) -> re.Pattern[str]:
    for route in _kinds:
        if route.fullmatch(deed):
            return route
    raise LookupError(f"the agent's corner has no {deed}")


def _routes() -> Iterator[tuple[re.Pattern[str], Any]]:
    for controller in (CounterDesk, CasesAndPaper, Upkeep):
        for handler in vars(controller).values():
            if isinstance(handler, HTTPRouteHandler):
                kind = get_type_hints(handler.fn)["return"]
                for method in handler.http_methods:
                    for path in handler.paths:
                        yield re.compile(f"{method} {controller.path}{_named(path)}"), kind


def _named(path: str) -> str:
    return re.sub(r"\{.*?\}", "[^/]+", path)


_kinds = dict(_routes())
"""Method and path -> what is answered there."""
