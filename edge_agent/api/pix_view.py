"""A PIX as its screen draws it."""

from collections.abc import Callable

from edge_agent.api.pix_shapes import PixStage, PixView
from edge_agent.journal.journal import Journal
from edge_agent.services.card_desk import CardProgress
from edge_agent.services.pix_desk import PixProgress
from edge_agent.services.pix_sale import code_of
from edge_agent.services.visit import Visit

_STAGES: dict[str, PixStage] = {
    "starting": "making",
    "approved": "paid",
    "cancelled": "cancelled",
    "checking": "lost",
    "late": "late",
}
_ENDS: dict[str, PixStage] = {"expired": "expired", "refunded": "refunded"}


def pix_view(visit: Visit, now_s: float, late_left_s: Callable[[str], float]) -> PixView | None:
    """None while no PIX is under way."""
    card = visit.card
    if not isinstance(card, PixProgress):
        return None
    state = _stage(card)
    is_open = state in ("waiting", "checking") and not card.over
    return PixView(
        state=state,
        br_code=card.br_code if is_open else "",
        expires_in_s=max(0, round(card.due_s - now_s)) if is_open else 0,
        whole_s=card.whole_s,
        code=code_of(visit.sale) if state in ("lost", "late") else "",
        returns_in_s=round(late_left_s(card.payment)) if state == "late" else 0,
    )


def is_any_claim(journal: Journal) -> bool:
    """Whether somebody may come back with a claim code."""
    sql = (
        "SELECT 1 FROM payments WHERE method = 'pix' AND state IN ('UNKNOWN', 'PAID_LATE') LIMIT 1"
    )
    with journal.reading() as connection:
        return connection.execute(sql).fetchone() is not None


def _stage(card: CardProgress) -> PixStage:
    if card.step == "scan":
        is_looking = isinstance(card, PixProgress) and card.is_looking
        return "checking" if is_looking or card.cancelled else "waiting"
    return _STAGES.get(card.step) or _ENDS.get(card.reason, "refused")
