"""A totem's journal with a catalogue on it, for tests: real SQLite, a clock that stands still."""

from base64 import b64encode
from hashlib import sha256
from itertools import count
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from edge_agent.devices.ports import CardData
from edge_agent.domain.catalogue import EMPTY, Catalogue, Choice
from edge_agent.journal.connection import Connect, connect, load_key
from edge_agent.journal.journal import Journal
from edge_agent.journal.writer import Stamp, open_epoch
from edge_agent.services.checkout import Basket
from sync_protocol.feed import (
    Attendant,
    Category,
    FeedItem,
    FeedPage,
    LegalEntity,
    Picture,
    Service,
    SitePolicy,
    Words,
    encode_item,
)
from sync_protocol.messages import Grant
from sync_protocol.pins import hash_secret

DAY = "2026-11-24"
GRANT = Grant("T0001", "bench", 1, [], "A", 1, "nonce", "server", b"\0" * 64)
PIN = "2468"
ANA = Attendant("ana", "Ana", hash_secret(PIN, b"0123456789abcdef"))
TECHNICIAN_PIN = "1357"
TEO = Attendant(
    "teo",
    "Téo",
    hash_secret(TECHNICIAN_PIN, b"fedcba9876543210"),
    hash_secret("BADGE-TEO", b"fedcba9876543210"),
    roles=["attendant", "technician"],
)
CNPJ = "12.345.678/0001-95"

CATALOGUE = Catalogue(
    version=7,
    brand=EMPTY.brand,
    policy=SitePolicy(
        stored_payment_minor_max=50_000, stored_total_minor_max=200_000, stored_count_max=50
    ),
    categories=[Category("exams", Words("Exames", "Exams", "Exámenes"))],
    services={
        "blood": Service(
            id="blood",
            category="exams",
            name=Words("Hemograma", "Blood count", "Hemograma"),
            description=Words("", "", ""),
            icon="bloodtype",
            prefix="C",
            legal_entity=CNPJ,
            prices={"debit": 4_500, "credit": 4_700, "pix": 4_500, "counter": 4_500},
        ),
        "result": Service(
            id="result",
            category="exams",
            name=Words("Retirar resultado", "Collect result", "Retirar resultado"),
            description=Words("", "", ""),
            icon="description",
            prefix="R",
            legal_entity=CNPJ,
            prices={},
        ),
    },
    entities={
        CNPJ: LegalEntity(
            CNPJ,
            "Laboratório Vida Clara Ltda",
            "Rua das Flores, 10",
            "(11) 4002-0100",
            Words("Devolvemos em 7 dias.", "Refunds within 7 days.", "Devolución en 7 días."),
        )
    },
)
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'


def _page() -> FeedPage:
    """The same catalogue as the feed would bring it."""
    values: dict[str, Struct] = {"policy": CATALOGUE.policy}
    values |= {f"category/{it.id}": it for it in CATALOGUE.categories}
    values |= {f"service/{it.id}": it for it in CATALOGUE.services.values()}
    values |= {f"entity/{it.cnpj}": it for it in CATALOGUE.entities.values()}
    values |= {f"staff/{it.id}": it for it in (ANA, TEO)}
    values["picture/logo"] = Picture("logo", "svg", b64encode(LOGO).decode())
    values["brand"] = replace(CATALOGUE.brand, logo="logo")
    items = []
    for place, (key, value) in enumerate(values.items()):
        body = encode_item(value)
        items.append(FeedItem("org", place + 1, place, "put", key, body, sha256(body).digest()))
    return FeedPage(items, {"org": len(items)}, True)


CATALOGUE_PAGE = _page()

CARD = CardData(
    masked_pan="453211******0366",
    brand="VISA",
    aid="A0000000032010",
    cryptogram="0102030405060708",
    atc="0001",
    reader_serial="SN1",
    emv="9F270140",
)


def open_journal(data_dir: Path, connect_to: Connect = connect) -> Journal:
    """A started journal with epoch 1 open; the wall clock ticks a second with every deed."""
    ticks = count(1_795_478_400_000, 1_000)
    journal = Journal(
        data_dir, load_key(data_dir), lambda: Stamp(next(ticks), 0, "boot", DAY), connect_to
    )
    journal.start()
    journal.submit(open_epoch(GRANT)).result()
    return journal


def basket(*services: str, sale: str = "") -> Basket:
    """One of each service, in Portuguese."""
    return Basket(CATALOGUE, [Choice(it, 1) for it in services or ("blood",)], "pt", sale)
