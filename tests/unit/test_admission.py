"""Under load central sheds from the bottom: live sales pass while backlogs and snapshots wait."""

from contextlib import ExitStack

import pytest

from central.metrics import Metrics
from central.services.admission import WAIT_S, Admission, Kind, kind_of
from central.services.refusals import RefusalError
from sync_protocol import limits
from sync_protocol.events import Event
from sync_protocol.messages import Declared, Head, Push

EVENT = Event(1, "SaleOpened", 1, 0, "", 0, "", b"{}")
ROOM = 4


def admits(admission: Admission, kind: Kind) -> bool:
    try:
        with admission.admitted(kind):
            return True
    except RefusalError:
        return False


@pytest.mark.parametrize(
    ("busy", "admitted"),
    [
        (0, {Kind.PROBE, Kind.LIVE, Kind.BACKLOG, Kind.SNAPSHOT}),
        (1, {Kind.PROBE, Kind.LIVE, Kind.BACKLOG}),
        (2, {Kind.PROBE, Kind.LIVE}),
        (4 * ROOM, {Kind.PROBE}),
    ],
)
def test_sheds_from_the_bottom(busy: int, admitted: set[Kind]) -> None:
    admission = Admission(ROOM, Metrics())
    with ExitStack() as under_way:
        for _ in range(busy):
            under_way.enter_context(admission.admitted(Kind.PROBE))
        assert {kind for kind in Kind if admits(admission, kind)} == admitted
        shrunk = busy > ROOM
        assert (admission.max_events() < limits.PUSH_EVENTS_MAX) is shrunk
    assert admits(admission, Kind.SNAPSHOT), "room is given back"


def test_who_is_shed_is_told_when_to_come_again() -> None:
    admission = Admission(1, Metrics())
    with (
        admission.admitted(Kind.PROBE),
        pytest.raises(RefusalError) as shed,
        admission.admitted(Kind.SNAPSHOT),
    ):
        pass
    assert shed.value.code == "overloaded"
    assert WAIT_S[0] <= shed.value.retry_after_s <= WAIT_S[1]


@pytest.mark.parametrize(
    ("events", "declared", "kind"),
    [([], 9_000, Kind.PROBE), ([EVENT], 1, Kind.LIVE), ([EVENT], 9_000, Kind.BACKLOG)],
)
def test_a_push_is_classed_by_what_it_leaves_behind(
    events: list[Event], declared: int, kind: Kind
) -> None:
    head = Head(len(events), b"", "", b"")
    push = Push(1, 1, b"", events, head, Declared(declared, b"", {}))
    assert kind_of(push) is kind
