"""Every paper with made-up content, to be looked at without a sale and without a printer."""

from collections.abc import Callable

from edge_agent.devices.ports import Paper
from edge_agent.domain.catalogue import EMPTY, Catalogue
from edge_agent.services.paper import Place, paid_paper, receipt_paper, slip_paper, ticket_paper
from edge_agent.services.tickets import Slip, Ticket
from sync_protocol.events import CardProof, Line
from sync_protocol.feed import Brand, LegalEntity, SitePolicy, Words

_CLINIC, _IMAGING = "11.222.333/0001-81", "44.555.666/0001-81"
_QR = "TOTEM1:" + "KNHVG4DFMNUW2ZLOEBUXGIDOMFXGC3TFOIXQ" * 3

_CATALOGUE = Catalogue(
    version=1,
    brand=Brand("Laboratório Vida Clara", "#0B6E6E", Words("", "", "")),
    policy=SitePolicy(),
    categories=[],
    services={},
    entities={
        _CLINIC: LegalEntity(
            _CLINIC,
            "Vida Clara Análises Clínicas Ltda.",
            "Rua das Acácias, 240 – Pinheiros, São Paulo – SP",
            "(11) 4002-0100",
        ),
        _IMAGING: LegalEntity(
            _IMAGING,
            "Vida Clara Diagnóstico por Imagem Ltda.",
            "Rua das Acácias, 252 – Pinheiros, São Paulo – SP",
            "(11) 4002-0200",
        ),
    },
    staff=EMPTY.staff,
)
_PLACE = Place(_CATALOGUE, "Unidade Pinheiros", "VCLARA1")
_LINES = [
    Line("hemograma", "Hemograma completo", 1, 3200, 3200, _CLINIC),
    Line("colesterol", "Colesterol e triglicérides", 2, 4900, 9800, _CLINIC),
    Line("ultrassom-abdominal", "Ultrassom de abdome total", 1, 23000, 23000, _IMAGING),
]
_TICKET = Ticket(
    ticket="VCLARA1-1-7-0A1B2C3D",
    sale="VCLARA1-1-2-7K39QXTB",
    number="CA042",
    kind="paid",
    business_day="2026-11-24",
    method="credit",
    currency="BRL",
    total_minor=36_000,
    lines=_LINES,
    locale="pt",
    issued_ms=1_795_532_100_000,
    print_state="QUEUED",
    print_cause="",
    job="VCLARA1-1-8-4E5F6A7B",
    copies=1,
)
_SLIP = Slip(
    payment="VCLARA1-1-4-9C8D7E6F",
    method="credit",
    currency="BRL",
    amount_minor=36_000,
    proof=CardProof(
        "453211******0366",
        "VISA CREDITO",
        "A0000000031010",
        "9F1A2B3C4D5E6F70",
        "0001",
        "SN1",
        auth_code="481516",
        nsu="000042",
    ),
    instalments=3,
    is_stored=True,
)

SPECIMENS: dict[str, Callable[[], Paper]] = {
    "ticket": lambda: ticket_paper(_PLACE, _TICKET, 1, _QR),
    "slip": lambda: slip_paper(_PLACE, _TICKET, _SLIP),
    "receipt": lambda: receipt_paper(_PLACE, _TICKET, 1),
    "paid": lambda: paid_paper(_PLACE, _TICKET, 1, _QR),
}
