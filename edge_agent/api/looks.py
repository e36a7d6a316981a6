"""What the screens show of the owner and beside the way to the ticket: brand, rights, help; and
what they know of the cabinet they hang in.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from edge_agent.api.schemas import (
    BrandView,
    EntityView,
    HelpView,
    PanelView,
    ReceiptView,
    SlideView,
)
from edge_agent.domain.catalogue import Catalogue
from edge_agent.domain.panel import Panel, band
from edge_agent.services.receipts import Standing
from edge_agent.services.tickets import Ticket
from edge_agent.services.visit import Visit
from edge_agent.settings import ScreenSettings

_PAPER: dict[str, Any] = {
    "QUEUED": "printing",
    "SENDING": "printing",
    "PRINTED": "printed",
    "LIKELY": "likely",
    "FAILED": "failed",
    "UNKNOWN": "unknown",
}


def panel_view(screen: ScreenSettings) -> PanelView:
    reach = band(Panel(screen.bottom_edge_mm, screen.pixel_pitch_mm, screen.height_px))
    return PanelView(reach.top, reach.bottom, screen.reader, screen.paper)


def brand_view(catalogue: Catalogue) -> BrandView:
    brand = catalogue.brand
    slides = [
        SlideView(picture_url(catalogue, it.picture), it.caption)
        for it in brand.slides
        if it.picture in catalogue.pictures
    ]
    return BrandView(
        brand.name,
        brand.primary,
        brand.tagline,
        brand.accent,
        picture_url(catalogue, brand.logo),
        brand.welcome,
        slides,
    )


def picture_url(catalogue: Catalogue, picture: str) -> str:
    """Where this agent serves it; another content has another address. Empty when not there."""
    found = catalogue.pictures.get(picture)
    return f"/v1/pictures/{picture}?v={_mark(found.data)}" if found else ""


@lru_cache(maxsize=128)
def _mark(data: str) -> str:
    return sha256(data.encode()).hexdigest()[:12]


def receipt_view(standing: Standing | None) -> ReceiptView:
    if standing is None:
        return ReceiptView()
    return ReceiptView([*standing.offers], _PAPER.get(standing.paper, ""), standing.asked)


def rights(catalogue: Catalogue, visit: Visit | None, ticket: Ticket | None) -> list[EntityView]:
    """Everybody who sells something of this cart or ticket."""
    return [
        EntityView(it.name, it.cnpj, it.address, it.phone, it.refund)
        for it in (catalogue.entities.get(cnpj) for cnpj in _sellers(catalogue, visit, ticket))
        if it is not None
    ]


def _sellers(catalogue: Catalogue, visit: Visit | None, ticket: Ticket | None) -> Sequence[str]:
    if ticket is not None:
        return list(dict.fromkeys(line.legal_entity for line in ticket.lines))
    cart = visit.cart if visit else ()
    services = (catalogue.services.get(choice.service) for choice in cart)
    return list(dict.fromkeys(it.legal_entity for it in services if it is not None))


def help_view(catalogue: Catalogue, shown_s: float) -> HelpView:
    phone = phone_of(catalogue)
    digits = re.sub(r"[^+0-9]", "", phone)
    is_told = catalogue.policy.help == "attendant"
    return HelpView(is_told, phone, f"tel:{digits}" if digits else "", int(shown_s))


def phone_of(catalogue: Catalogue) -> str:
    """The site's, or the first there is among who sells here."""
    sellers = (it.phone for it in catalogue.entities.values() if it.phone)
    return catalogue.policy.phone or next(sellers, "")
