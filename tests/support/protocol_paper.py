"""The tables of PROTOCOL.md, drawn from the code; ``python -m tests.support.protocol_paper`` puts
them into the paper, and tests/unit/test_protocol_paper.py fails when they differ.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec import inspect

from sync_protocol import charges, limits, messages
from sync_protocol.errors import CATALOGUE
from sync_protocol.events import OF_ONE_EPOCH, TYPES
from sync_protocol.uplink import TABLE, Happened, State

PAPER = Path(__file__).parents[2] / "sync_protocol" / "PROTOCOL.md"
MESSAGES = (
    messages.Push,
    messages.Head,
    messages.Declared,
    messages.Applied,
    messages.PushAnswer,
    messages.Ack,
    messages.SealAnswer,
    messages.Next,
    messages.Held,
    messages.EnrolRequest,
    messages.EnrolAnswer,
    messages.Grant,
    messages.EpochRequest,
    messages.EpochAnswer,
    messages.JournalPage,
    messages.ForensicReceipt,
    messages.PrivateRecord,
    messages.PrivateReceipt,
    messages.ProblemDocument,
    charges.ChargeRequest,
    charges.ChargeState,
    charges.ChargePaid,
)


def uplink() -> str:
    """State by what happened."""
    happened = list(Happened)
    rows = [[f"**{state.value}**", *(_next(state, what) for what in happened)] for state in State]
    return _table(["state", *(what.value for what in happened)], rows)


def errors() -> str:
    rows = [[f"`{code}`", it.status, it.verb, it.title] for code, it in CATALOGUE.items()]
    return _table(["code", "status", "the totem", "meaning"], rows)


def events() -> str:
    rows = [
        [
            f"`{name}`",
            tver,
            ", ".join(_field(it) for it in _fields(kind)),
            "never" if name in OF_ONE_EPOCH else "yes",
        ]
        for (name, tver), kind in TYPES.items()
    ]
    return _table(["type", "tver", "body", "written again"], rows)


def shapes() -> str:
    rows = [
        [f"`{kind.__name__}`", ", ".join(_field(it) for it in _fields(kind))] for kind in MESSAGES
    ]
    return _table(["message", "fields"], rows)


def bounds() -> str:
    found = {name: value for name, value in vars(limits).items() if name.isupper()}
    return _table(["limit", "value"], [[f"`{name}`", value] for name, value in found.items()])


TABLES = {
    "uplink": uplink,
    "errors": errors,
    "events": events,
    "messages": shapes,
    "limits": bounds,
}


def filled(paper: str) -> str:
    """The paper with every marked table drawn anew. Raises KeyError for an unknown mark."""
    return re.sub(
        r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{TABLES[found[2]]()}{found[3]}",
        paper,
        flags=re.DOTALL,
    )


def _next(state: State, what: Happened) -> str:
    to = TABLE.get((state, what))
    return to.value if to else "–"


def _fields(kind: type) -> tuple[inspect.Field, ...]:
    found: Any = inspect.type_info(kind)
    fields: tuple[inspect.Field, ...] = found.fields
    return fields


def _field(field: inspect.Field) -> str:
    mark = "" if field.required else "?"
    return f"`{field.name}{mark}`: {_type(field.type)}"


def _type(kind: Any) -> str:
    match kind:
        case inspect.StructType():
            return str(kind.cls.__name__)
        case inspect.ListType():
            return f"[{_type(kind.item_type)}]"
        case inspect.DictType():
            return f"{{{_type(kind.key_type)}: {_type(kind.value_type)}}}"
        case inspect.UnionType():
            return " or ".join(_type(it) for it in kind.types if _type(it) != "unset")
        case inspect.LiteralType():
            return "/".join(str(value) for value in kind.values)
        case inspect.AnyType():
            return "any"
        case _:
            return type(kind).__name__.removesuffix("Type").lower()


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    lines = [_row(head), _row("---" for _ in head), *(_row(row) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def _row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


if __name__ == "__main__":
    PAPER.write_text(filled(PAPER.read_text()))
