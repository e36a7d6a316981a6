"""A bench catalogue with everything the offer knows: options, an allotment, hours, a queue."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, structs

from edge_agent.domain.catalogue import Catalogue
from edge_agent.journal.outbox import Outbox
from sync_protocol.feed import (
    FeedItem,
    FeedPage,
    Option,
    OptionGroup,
    Service,
    SitePolicy,
    Words,
    encode_item,
)
from tests.crash.whole import prepare, start
from tests.support.bench_totem import CATALOGUE, CATALOGUE_PAGE, CNPJ, open_journal
from tests.support.flow_bench import FarEnds, Totem


def words(text: str) -> Words:
    return Words(text, f"{text} (en)", f"{text} (es)")


DRINK = OptionGroup(
    "drink",
    words("Bebida"),
    [
        Option("coffee", words("Café")),
        Option("juice", words("Suco"), 350),
        Option("tea", words("Chá"), 100, active=False),
    ],
    picks_min=1,
)
MORE = OptionGroup(
    "more",
    words("Algo a mais"),
    [
        Option("cake", words("Bolo"), {"debit": 600, "credit": 650, "counter": 600}),
        Option("yoghurt", words("Iogurte"), 450),
        Option("granola", words("Granola"), 300),
    ],
    picks_max=2,
)
KIT = Service(
    id="kit",
    category="exams",
    name=words("Kit desjejum"),
    description=words(""),
    icon="local_cafe",
    prefix="L",
    legal_entity=CNPJ,
    prices={"debit": 1_490, "credit": 1_490, "counter": 1_490},
    minutes=5,
    options=[DRINK, MORE],
)
LAST = Service(
    id="last",
    category="exams",
    name=words("Últimas doses"),
    description=words(""),
    icon="vaccines",
    prefix="V",
    legal_entity=CNPJ,
    prices={"debit": 9_900, "counter": 9_900},
    stock=3,
)


def offering(*services: Service, policy: SitePolicy | None = None) -> Catalogue:
    """The bench catalogue with these services on top."""
    return structs.replace(
        CATALOGUE,
        services=CATALOGUE.services | {it.id: it for it in services},
        policy=policy or CATALOGUE.policy,
    )


def page(values: Mapping[str, Struct]) -> FeedPage:
    """What headquarters publishes after the bench's own catalogue."""
    first = len(CATALOGUE_PAGE.items)
    items = []
    for place, (key, value) in enumerate(values.items(), start=first):
        body = encode_item(value)
        items.append(FeedItem("org", place + 1, place, "put", key, body, sha256(body).digest()))
    return FeedPage(items, {"org": first + len(items)}, True)


@contextmanager
def totem_offering(folder: Path, values: Mapping[str, Struct]) -> Iterator[Totem]:
    """A whole totem whose catalogue has these items too, by feed key."""
    far = FarEnds((), "auto")
    port = prepare(folder, far.far)
    journal = open_journal(folder)
    Outbox(journal).apply_feed(page(values))
    journal.stop()
    process = start(folder)
    try:
        yield Totem(port, far)
    finally:
        process.terminate()
        process.wait()
        far.stop()
