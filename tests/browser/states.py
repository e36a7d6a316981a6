"""Every screen a customer can meet, one line each: the table that the proofs, the gallery and the
bench walk through.

A line is what the agent would send, as changes to a visit with a full cart. What the page itself
does on top of it (a touch, a refusal, an agent that is gone) stands in ``ON_TOP``. A new screen is
a new line here, and every proof covers it.
"""

from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import json

from edge_agent.api.schemas import ServiceView
from tests.browser.desk_states import DESK
from tests.browser.on_top import OnTop

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "central" / "samples" / "catalogue.json"
State = Mapping[str, Any]

_sample: dict[str, Any] = json.decode(SAMPLE.read_bytes())
_services: dict[str, dict[str, Any]] = {it["id"]: it for it in _sample["services"]}


def catalogue() -> dict[str, Any]:
    """The sample catalogue as the screen is given it, with one service that is sold out."""
    services = [_service(it) for it in _sample["services"]]
    services[-1] = {**services[-1], "off": "sold_out"}
    services[1] = {**services[1], "estimate_minutes": 15}
    return {
        "version": 1,
        "currency": "BRL",
        "categories": _sample["categories"],
        "services": services,
    }


def _service(it: Mapping[str, Any]) -> dict[str, Any]:
    groups = [
        {
            "picks_min": 0,
            "picks_max": 1,
            **group,
            "choices": [_choice(one) for one in group["choices"]],
        }
        for group in it.get("options", [])
    ]
    shown = {name: it[name] for name in it if name in ServiceView.__struct_fields__}
    return {"minutes": 0, **shown, "options": groups, "from_minor": min(it["prices"].values())}


def _choice(it: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": it["id"], "name": it["name"], "from_minor": it.get("extra_minor", 0)}


def logo() -> bytes:
    """The owner's, as the agent serves it."""
    return b64decode(_sample["pictures"][0]["data"])


def _line(service: str, quantity: int = 1) -> dict[str, Any]:
    it = _services[service]
    unit = min(it["prices"].values())
    return {
        "service": service,
        "name": it["name"],
        "quantity": quantity,
        "unit_minor": unit,
        "total_minor": unit * quantity,
    }


def _method(method: str, total_minor: int, reason: str = "", most: int = 1) -> dict[str, Any]:
    return {
        "method": method,
        "total_minor": total_minor,
        "available": not reason,
        "reason": reason,
        "instalments_max": most,
    }


def _payment(step: str, reason: str = "", message: str = "", **more: Any) -> dict[str, Any]:
    return {
        "step": "payment",
        "payment": {
            "method": "credit",
            "amount_minor": 5190,
            "step": step,
            "reason": reason,
            "message": message,
            **more,
        },
    }


def _pix(state: str, reason: str = "") -> dict[str, Any]:
    """A PIX at this stage; its code is on show while it may be paid."""
    is_up = state in ("making", "waiting", "checking", "paid")
    pix = {
        "state": state,
        "br_code": PIX_CODE if state in ("waiting", "checking") else "",
        "expires_in_s": 287,
        "whole_s": 300,
        "code": "7K39QX2M",
        "returns_in_s": 570,
    }
    step = {"late": "late", "lost": "checking", "cancelled": "cancelled"}.get(state, "declined")
    return _payment("scan" if is_up else step, reason, method="pix", pix=pix)


def _ticket(print: str, kind: str = "paid", **more: Any) -> dict[str, Any]:
    ticket = {
        "number": "CA042",
        "kind": kind,
        "services": [_services["colesterol"]["name"], _services["vacina-gripe"]["name"]],
        "total_minor": 0 if kind == "free" else 14_800,
        "qr": "TOTEM:1:T0001:1:42:CA042:Zk3v9Q",
        "print": print,
        **more,
    }
    return {"step": "ticket", "ticket": ticket}


def _aside(aside: str, **receipt: Any) -> dict[str, Any]:
    """A page beside the finished ticket."""
    offers = ["paper", "qr", "email", "phone"]
    return {**_ticket("printed"), "aside": aside, "receipt": {"offers": offers, **receipt}}


def _choosing(options: list[str], missing: list[str]) -> dict[str, Any]:
    """A service whose options are being picked."""
    choosing = {
        "service": _service(_services["desjejum"]),
        "quantity": 1,
        "options": options,
        "missing": missing,
        "total_minor": 1690,
        "is_from": False,
    }
    return {"step": "options", "choosing": choosing, **_EMPTY}


def _identify(question: str) -> dict[str, Any]:
    """A question that a customer may pass over."""
    asks = {"identify": ["name", "cpf", "phone"], "question": question}
    return {"step": "identify", "asks": asks}


def _recovered(state: str, **more: Any) -> dict[str, Any]:
    """What a power cut left."""
    has_none = state in ("checking", "late", "not_charged", "refunding")
    left = {
        "number": "" if has_none else "CA042",
        "kind": "" if has_none else "paid",
        "services": [_services["colesterol"]["name"], _services["vacina-gripe"]["name"]],
        "total_minor": 14_800,
        "case": "7K3-9QX",
        "state": state,
        "at": "14:32",
        **more,
    }
    return {"step": "recovered", "recovered": left, **_EMPTY}


_EMPTY: dict[str, Any] = {"cart": [], "methods": [], "total_minor": 0}
CART = [_line("colesterol"), _line("vacina-gripe", 2)]
_WITH_OPTIONS = {
    **_line("desjejum"),
    "options": [_choice(it) for it in _services["desjejum"]["options"][0]["choices"][1:]],
}
PIX_CODE = (
    "00020101021226850014br.gov.bcb.pix2563pix.example.com/v2/cobv/9d36b84fc70b478fb95c12729b90ca25"
    "5204000053039865802BR5925LABORATORIO VIDA CLARA LT6009SAO PAULO62070503***6304A1B2"
)
METHODS = [
    _method("pix", 24_700),
    _method("debit", 24_700),
    _method("credit", 26_190, most=6),
    _method("voucher", 24_700, "no_price"),
    _method("counter", 24_700),
]
BASE: State = {
    "totem": "T0001",
    "totem_name": "Recepção",
    "site_name": "Unidade Centro",
    "online": True,
    "step": "services",
    "locale": "pt",
    "currency": "BRL",
    "brand": {**_sample["brand"], "logo": "/v1/pictures/logo"},
    "cart": CART,
    "total_minor": 24_700,
    "methods": METHODS,
    "payment": None,
    "ticket": None,
    "case": None,
    "reason": "",
    "idle_s": 0,
}
_FREE = {
    "cart": [_line("resultados")],
    "methods": [_method("free", 0)],
    "total_minor": 0,
}
_OFF = [_method("debit", 24_700, "no_reader"), _method("credit", 26_190, "limit_reached")]
_LONG = [_line(it) for it in list(_services)[4:12]]
_HELP = {
    "is_told": True,
    "phone": "(11) 4002-0100",
    "tel": "tel:+551140020100",
    "shown_s": 600,
}
_RIGHTS = {"rights": [{"phone": "", "refund": None, **it} for it in _sample["entities"]]}
_CASE = {"case": {"code": "7K3-9QX", "kind": "payment_in_doubt", "at": "14:32"}}

CHANGES: Mapping[str, State] = {
    "attract": {"step": "attract", **_EMPTY},
    "attract_offline": {"step": "attract", "online": False, **_EMPTY},
    "attract_no_cards": {
        "step": "attract",
        "online": False,
        "pays": {"live": ["pix", "counter"], "card_off": True},
        "queue": 3,
        **_EMPTY,
    },
    "attract_training": {"step": "attract", "training": True, **_EMPTY},
    "priority": {"step": "priority", "asks": {"priority": "ask"}, **_EMPTY},
    "services_empty": {**_EMPTY},
    "services_offer": {"asks": {"priority": "offer"}},
    "services_priority": {"asks": {"priority": "offer"}, "priority": "80"},
    "options_missing": _choosing([], ["bebida"]),
    "options_picked": _choosing(["cafe-com-leite"], []),
    "identify_name": _identify("name"),
    "identify_cpf": _identify("cpf"),
    "identify_phone": _identify("phone"),
    "services_no_cards": {"pays": {"live": ["counter"], "card_off": True}},
    "services_chosen": {},
    "services_free": {**_FREE},
    "services_training": {"training": True},
    "review": {"step": "review"},
    "review_long": {"step": "review", "cart": _LONG},
    "review_sold_out": {"step": "review", "cart": [{**CART[0], "off": "sold_out"}, CART[1]]},
    "review_options": {"step": "review", "cart": [_WITH_OPTIONS]},
    "review_free": {"step": "review", **_FREE},
    "review_counter": {"step": "review", "methods": [*_OFF, _method("counter", 24_700)]},
    "method": {"step": "method"},
    "method_off": {"step": "method", "methods": [*_OFF, _method("counter", 24_700)]},
    "instalments": {"step": "instalments"},
    "card_starting": _payment("starting"),
    "card_insert": _payment("insert_card", message="APROXIME OU INSIRA\nO CARTAO"),
    "card_reading": _payment("reading", message="PROCESSANDO..."),
    "card_pin": _payment("enter_pin", message="DIGITE A SENHA"),
    "card_authorising": _payment("authorising", cancellable=False),
    "card_approved": _payment("approved", cancellable=False),
    "card_declined": _payment("declined", "card_declined"),
    "card_cancelled": _payment("cancelled", "customer_cancelled"),
    "card_reader_gone": {
        **_payment("declined", "reader_gone"),
        "methods": [*_OFF, _method("counter", 24_700)],
    },
    "pix_making": _pix("making"),
    "pix_waiting": _pix("waiting"),
    "pix_checking": _pix("checking"),
    "pix_paid": _pix("paid"),
    "pix_expired": _pix("expired"),
    "pix_cancelled": _pix("cancelled"),
    "pix_refused": _pix("refused", "refused"),
    "pix_lost": _pix("lost"),
    "pix_late": _pix("late"),
    "pix_refunded": _pix("refunded"),
    "pix_claims": {"step": "attract", "pix_claims": True, **_EMPTY},
    "pix_claim": {"step": "attract", "pix_claims": True, "aside": "pix_claim", **_EMPTY},
    "checking": {**_payment("checking"), **_CASE},
    "checking_no_code": _payment("checking"),
    "ticket_printing": _ticket("printing"),
    "ticket_printed": _ticket("printed"),
    "ticket_free": _ticket("printed", "free"),
    "ticket_to_pay": _ticket("likely", "to_pay"),
    "note_late": _ticket("late"),
    "note_paper_end": {
        **_ticket("failed", cause="paper_end"),
        **_CASE,
        "receipt": {"offers": ["qr", "email", "phone"]},
    },
    "note_unknown": {**_ticket("unknown", "to_pay"), **_CASE},
    "note_shown": _ticket("shown", "free"),
    "ticket_receipt": {
        **_ticket("printed"),
        "receipt": {"offers": ["paper", "qr", "email", "phone"]},
    },
    "receipt": _aside("receipt"),
    "receipt_printed": _aside("receipt", paper="printed", asked=["email", "phone"]),
    "receipt_no_paper": _aside("receipt", paper="failed"),
    "receipt_qr": _aside("receipt_qr"),
    "receipt_email": _aside("receipt_email"),
    "receipt_phone": _aside("receipt_phone"),
    "rights": {"step": "review", "aside": "rights", **_RIGHTS},
    "help": {"help": _HELP},
    "help_claim": {
        **_payment("checking"),
        **_CASE,
        "help": {**_HELP, "is_told": False},
    },
    "recovered_to_print": _recovered("to_print", cause="power_cut"),
    "recovered_printing": _recovered("printing"),
    "recovered_printed": _recovered("printed"),
    "recovered_checking": _recovered("checking"),
    "recovered_late": _recovered("late", case="7K39QX2M", returns_in_s=570),
    "recovered_not_charged": _recovered("not_charged"),
    "recovered_refunding": _recovered("refunding"),
    "closed_today": {"step": "closed", "reopens": "08:00", **_EMPTY},
    "closed_monday": {"step": "closed", "reopens": "mon 08:00", **_EMPTY},
    "closed": {"step": "closed", **_EMPTY},
    "out_no_paper": {"step": "out_of_order", "reason": "no_paper", **_EMPTY},
    "out_restored": {"step": "out_of_order", "reason": "restored", **_EMPTY},
}
STATES: Mapping[str, State] = {name: {**BASE, **change} for name, change in CHANGES.items()}

ON_TOP: Mapping[str, OnTop] = {
    "access_sheet": OnTop("review", (("[data-access]", ""),), until="[role=dialog]"),
    "blank": OnTop(
        "services_chosen",
        change={"access": {"speech": True, "blank": True}},
        until="[data-curtain] ~ aside button >> nth=3",
    ),
    "still_there": OnTop("review", change={"idle_s": 1}, until="[role=presentation] #still-there"),
    "refused": OnTop(
        "services_chosen",
        (("footer button >> nth=0", ""),),
        until="#stage > p[role=alert]",
        refused={"POST /v1/visit/cancel": "too-late"},
    ),
    "lost": OnTop("services_chosen", gone=True, until="main > [role=status]"),
    "lost_paying": OnTop("card_authorising", gone=True, until="main > [role=status]"),
    **DESK,
}
NAMES: tuple[str, ...] = (*STATES, *ON_TOP)
LISTS = frozenset(
    {
        *DESK,
        *(it for it in STATES if it.startswith("services_")),
        "review_long",
        "refused",
        "blank",
        "help",
    }
)
"""Pages that list as much as there is, or the corner's, whose users scroll."""
