"""The corner of attendants and technicians (``#balcao``), page by page: what the agent tells it,
and the touches that lead there.
"""

from collections.abc import Mapping
from typing import Any

from edge_agent.services.cases import CLOSABLE
from edge_agent.services.hints import hint_key
from edge_agent.services.recovery import TODO_PRINT
from tests.browser.on_top import OnTop, Step

OPENED_MS = 1_795_541_520_000
NOBODY = {"token": "", "name": "", "roles": []}


def _case(kind: str, code: str, number: str, total_minor: int, todo: str = "") -> dict[str, Any]:
    return {
        "case": f"T0001-1-205-{code}",
        "code": code,
        "kind": kind,
        "todo": todo,
        "number": number,
        "currency": "BRL",
        "total_minor": total_minor,
        "reasons": list(CLOSABLE.get(kind, ())),
    }


def _claim(money: str, can: list[str], **more: Any) -> dict[str, Any]:
    return {
        "sale": "T0001-1-198-7K39QX2M",
        "code": "7K39QX2M",
        "ticket": "T0001-1-201-7K39QX2M",
        "number": "CA042",
        "kind": "to_pay",
        "state": "ISSUED",
        "method": "counter",
        "currency": "BRL",
        "total_minor": 24_700,
        "opened_ms": OPENED_MS,
        "money": money,
        "paper": "printed",
        "can": can,
        "cases": [],
        **more,
    }


def _roll(state: str = "ready", reason: str = "", paper: str = "ok") -> dict[str, Any]:
    hint = hint_key(state, reason)
    return {"state": state, "reason": reason, "hint": hint, "paper": paper, "tickets_left": None}


def _device(name: str, driver: str, roll: Mapping[str, Any], **facts: str) -> dict[str, Any]:
    return {"name": name, "driver": driver, **roll, "since_ms": OPENED_MS, "facts": facts}


def _waiting(number: str, kind: str = "paid") -> dict[str, Any]:
    return {
        "ticket": f"T0001-1-201-{number}",
        "number": number,
        "kind": kind,
        "currency": "BRL",
        "total_minor": 14_800,
    }


def _late(place: int, number: str, amount_minor: int) -> dict[str, Any]:
    return {
        "payment": f"T0001-1-{place}-7K39QX2M",
        "number": number,
        "currency": "BRL",
        "amount_minor": amount_minor,
        "masked_pan": "411111******1234",
        "reason": "51",
    }


def _acts(*deeds: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"at_ms": OPENED_MS - place * 780_000, "by": "teo", "deed": deed, "about": about}
        for place, (deed, about) in enumerate(deeds)
    ]


def _found(what: str, said: str, *, is_well: bool = True) -> dict[str, Any]:
    return {"what": what, "said": said, "is_well": is_well}


IN_DOUBT = _case("print_in_doubt", "M4QX7K39", "CA042", 14_800, TODO_PRINT.format(number="CA042"))
IN_REVIEW = _case("payment_in_review", "9QX2M7K3", "", 24_700, "Compare with the statement.")
PIX_LATE = _case("pix_late", "X2M7K39Q", "", 24_700, "A PIX came when nobody waited for it.")
UNPAID = _case("delivered_unpaid", "K39QX2M7", "CA017", 4_500)
READER = _device("reader", "abecs", _roll(paper=""), maker="Gertec", model="PPC930", serial="5K83")
PRINTER = _device("printer", "escpos", _roll(), maker="EPSON", model="TM-T20X", columns="48")
NO_TICKET = {"ticket": "", "number": "", "kind": "", "state": "", "paper": "none"}
PAID = _claim("paid_card", ["serve", "void", "reprint"], kind="paid", method="credit")
OPEN = _roll("fault", "cover_open")
STATUS: dict[str, Any] = {
    "version": "0.9.3",
    "totem": "T0001",
    "epoch": 1,
    "online": True,
    "sync_state": "streaming",
    "outbox": 0,
    "tickets": 86,
    "printing": 0,
    "cases_open": 0,
    "at_risk": 0,
    "at_risk_minor": 0,
    "lease_days": 45,
    "devices": [PRINTER, READER],
}
OFFLINE = {
    **STATUS,
    "online": False,
    "sync_state": "probing",
    "outbox": 1_217,
    "at_risk": 12,
    "at_risk_minor": 184_350,
    "cases_open": 3,
    "lease_days": 41,
    "devices": [
        {**PRINTER, **OPEN},
        READER,
        _device("scanner", "serial-scanner", _roll("absent", paper="")),
    ],
}
ANSWERS: Mapping[str, Any] = {
    "POST /v1/counter/session": {
        "token": "t",
        "name": "Ana",
        "roles": ["attendant", "technician"],
    },
    "POST /v1/counter/badge": NOBODY,
    "POST /v1/counter/leave": None,
    "POST /v1/counter/late/T0001-1-301-7K39QX2M": None,
    "POST /v1/counter/printer/test": [
        _found("printer", "EPSON TM-T20X 1.03 X5NP001234"),
        _found("test paper", "printed"),
        _found("took", "1870 ms"),
    ],
    "POST /v1/upkeep/printer/test": [
        _found("device", "printer: cover_open", is_well=False),
    ],
    "POST /v1/upkeep/reader/test": [_found("answers", "38 ms")],
    "GET /v1/counter/scan": {"code": ""},
    "GET /v1/counter/cases": [IN_DOUBT, IN_REVIEW, UNPAID],
    "GET /v1/counter/late": [_late(301, "CA031", 26_190), _late(322, "", 4_500)],
    "GET /v1/counter/printer": _roll(),
    "GET /v1/counter/waiting": [],
    "GET /v1/upkeep/status": STATUS,
    "GET /v1/upkeep/acts": _acts(
        ("reader test", ""),
        ("touch test", "2 cells missed"),
        ("printer test", ""),
        ("entered", ""),
    ),
}
"""What the corner is told wherever a line says nothing else."""

KEYS = "main button >> nth=0"
ON = "[data-kind=primary]"
PIN: tuple[Step, ...] = (*[(KEYS, "")] * 4, (ON, ""))
SEEK: tuple[Step, ...] = (*PIN, ("input", "CA042"), (f"footer {ON}", ""))
CASES: tuple[Step, ...] = (*PIN, ("[data-page=cases]", ""))
ROLL: tuple[Step, ...] = (*PIN, ("[data-page=roll]", ""))
LATE: tuple[Step, ...] = (*PIN, ("[data-page=late]", ""))
STATE: tuple[Step, ...] = (*PIN, ("[data-page=status]", ""))
PLAIN = "main [data-kind=plain]"
DEED = "main:has([data-hero]) [data-kind=plain]"
"""Of a sale that was found: the page before has keys that look the same."""


def _on(steps: tuple[Step, ...], until: str, **more: Any) -> OnTop:
    return OnTop("attract", steps, until=until, place="balcao", **more)


def _seek(
    claim: Mapping[str, Any], *steps: Step, until: str = "main [data-hero]", held: str = ""
) -> OnTop:
    return _on((*SEEK, *steps), until, answers={"POST /v1/counter/claim": claim}, held=held)


def _change(roll: Mapping[str, Any], *steps: Step, waiting: tuple[Any, ...] = ()) -> OnTop:
    told = {"GET /v1/counter/printer": roll, "GET /v1/counter/waiting": list(waiting)}
    return _on((*ROLL, *steps), "ol", answers=told)


DESK: Mapping[str, OnTop] = {
    "desk_door": _on((), "main button"),
    "desk_door_wrong": _on(
        PIN, "p[role=alert]", refused={"POST /v1/counter/session": "wait-for-pin"}
    ),
    "desk_home": _on(PIN, "[data-page=late]"),
    "desk_home_quiet": _on(
        PIN,
        "input",
        answers={
            "POST /v1/counter/session": {"token": "t", "name": "Ana", "roles": ["attendant"]},
            "GET /v1/counter/cases": [],
            "GET /v1/counter/late": [],
        },
    ),
    "desk_unknown": _on(SEEK, "p[role=alert]", refused={"POST /v1/counter/claim": "unknown-code"}),
    "desk_claim_to_pay": _seek(_claim("to_pay", ["settle", "reprint"])),
    "desk_claim_priority": _seek(_claim("to_pay", ["settle", "reprint"], priority="80")),
    "desk_claim_paid": _seek(PAID),
    "desk_claim_sure": _seek(PAID, (f"{DEED} >> nth=1", ""), until="main p[role=status]"),
    "desk_claim_void": _seek(
        PAID,
        (f"{DEED} >> nth=1", ""),
        (f"{DEED} >> nth=0", ""),
        until="main p[role=status]",
        held="**/v1/counter/void",
    ),
    "desk_claim_served": _seek(
        _claim("paid_cash", [], state="CONSUMED", paper="shown"),
    ),
    "desk_claim_in_doubt": _seek(
        _claim(
            "paid_card",
            ["serve", "void", "reprint"],
            kind="paid",
            method="debit",
            paper="unknown",
            cases=[IN_DOUBT],
        ),
    ),
    "desk_claim_pix": _seek(_claim("paid_pix", ["serve", "reprint"], kind="paid", method="pix")),
    "desk_claim_pix_late": _seek(
        _claim("paid_late", [], **{**NO_TICKET, "method": "pix", "cases": [PIX_LATE]}),
        until="main ul",
    ),
    "desk_claim_checking": _seek(
        _claim("in_review", [], **NO_TICKET, cases=[IN_REVIEW]), until="main ul"
    ),
    "desk_cases": _on(CASES, PLAIN),
    "desk_cases_closing": _on((*CASES, (f"{PLAIN} >> nth=1", "")), "[data-kind=quiet]"),
    "desk_cases_none": _on(CASES, "main p", answers={"GET /v1/counter/cases": []}),
    "desk_roll_ready": _change(_roll()),
    "desk_roll_open": _change(OPEN),
    "desk_roll_no_paper": _change(
        _roll("fault", "paper_end", "end"), waiting=(_waiting("CA042"), _waiting("CA043", "to_pay"))
    ),
    "desk_roll_waiting": _change(_roll(), waiting=(_waiting("CA042"), _waiting("CA043", "to_pay"))),
    "desk_roll_tested": _change(_roll(), (f"footer {ON}", "")),
    "desk_late": _on(LATE, PLAIN),
    "desk_late_sure": _on((*LATE, (f"{PLAIN} >> nth=1", "")), "main p[role=status]"),
    "desk_late_none": _on(
        (*LATE, (f"{PLAIN} >> nth=0", "")),
        "main:not(:has(button))",
        then={"GET /v1/counter/late": []},
    ),
    "desk_status": _on(STATE, "dl"),
    "desk_status_offline": _on(STATE, "dl", answers={"GET /v1/upkeep/status": OFFLINE}),
    "desk_status_tested": _on(
        (*STATE, (f"{PLAIN} >> nth=0", ""), (f"{PLAIN} >> nth=1", "")),
        "dl",
        answers={"GET /v1/upkeep/status": OFFLINE},
    ),
    "desk_touch": _on((*STATE, ("section:has(dl) button >> nth=0", "")), "[data-testid=cell]"),
}
