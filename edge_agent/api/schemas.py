"""What the screens see. The screen draws this and holds no rules of its own.

Every answer of the local API that concerns a customer is one ``ScreenState``. Amounts are integer
minor units of ``currency``; the screen formats them. Texts that come from the catalogue have all
three languages.
"""

from typing import Literal

from msgspec import Struct

from edge_agent.api.pix_shapes import PixView
from edge_agent.services.access import AccessView
from edge_agent.services.asides import Aside
from edge_agent.settings import Place
from sync_protocol.events import Method, Priority, ReceiptChannel, TicketKind
from sync_protocol.feed import Category, Question, Welcome, Words

Locale = Literal["pt", "en", "es"]
Step = Literal[
    "attract",
    "priority",
    "services",
    "options",
    "review",
    "identify",
    "method",
    "instalments",
    "payment",
    "ticket",
    "recovered",
    "closed",
    "out_of_order",
]


class OptionView(Struct, frozen=True):
    """``from_minor`` is the least it adds to the price; 0 is included."""

    id: str
    name: Words
    from_minor: int


class OptionGroupView(Struct, frozen=True):
    """A question about a service; with ``picks_min`` of 1 or more it must be answered."""

    id: str
    name: Words
    picks_min: int
    picks_max: int
    choices: list[OptionView]


class ServiceView(Struct, frozen=True):
    """A service as sold now. ``from_minor`` is its lowest price; 0 is free. ``off`` says why it
    cannot be had now: sold_out, closed_now. ``estimate_minutes`` is the queue's, 0 when nobody
    waits or nobody knows.
    """

    id: str
    category: str
    name: Words
    description: Words
    icon: str
    minutes: int
    from_minor: int
    prices: dict[str, int]
    picture: str = ""
    """Where it is on this agent; empty for none."""

    off: str = ""
    options: list[OptionGroupView] = []
    estimate_minutes: int = 0


class CatalogueView(Struct, frozen=True):
    version: int
    currency: str
    categories: list[Category]
    services: list[ServiceView]


class CartLine(Struct, frozen=True):
    """``options`` are those picked with it. ``off`` is sold_out when so many are not left."""

    service: str
    name: Words
    quantity: int
    unit_minor: int
    total_minor: int
    options: list[OptionView] = []
    off: str = ""


class ChoosingView(Struct, frozen=True):
    """The service whose options are being picked. ``missing`` are the questions still to answer;
    with ``is_from`` the total is the lowest of several by method.
    """

    service: ServiceView
    quantity: int
    options: list[str]
    missing: list[str]
    total_minor: int
    is_from: bool


class MethodView(Struct, frozen=True):
    """One way to pay with its own total. ``reason`` (a words key) says why it is off: no_reader,
    no_network, reader_busy, no_price, limit_reached, offline_off, stored_too_long, forwarding.
    Above 1, ``instalments_max`` is offered in a step of its own."""

    method: Method
    total_minor: int
    available: bool
    reason: str = ""
    instalments_max: int = 1


PaymentStep = Literal[
    "starting",
    "insert_card",
    "reading",
    "enter_pin",
    "authorising",
    "scan",
    "late",
    "approved",
    "declined",
    "cancelled",
    "checking",
]


class PaymentView(Struct, frozen=True):
    """``message`` is what the reader shows. ``reason`` is a words key once declined or
    cancelled.
    """

    method: Method
    amount_minor: int
    step: PaymentStep
    message: str = ""
    reason: str = ""
    cancellable: bool = True
    instalments: int = 1
    pix: PixView | None = None


class TicketView(Struct, frozen=True):
    """``qr`` is the text of the ticket's QR code. ``print`` follows the paper, ``late`` when it
    lets itself be waited for; ``cause`` why it failed.
    """

    number: str
    kind: TicketKind
    services: list[Words]
    total_minor: int
    qr: str
    print: Literal["printing", "late", "printed", "likely", "failed", "unknown", "shown"]
    cause: str = ""
    estimate_minutes: int = 0


class CaseView(Struct, frozen=True):
    """An open question about this customer's money or ticket: the code to keep, what kind it is,
    and for money the local time of the sale (HH:MM).
    """

    code: str
    kind: str
    at: str = ""


class RecoveredView(Struct, frozen=True):
    """What a power cut left of one customer's sale: ``case`` is the code to keep, ``at`` the
    local time of the sale (HH:MM), ``cause`` why the paper did not come, ``returns_in_s`` how long
    a late PIX waits before it goes back by itself. Never who they are.
    """

    number: str
    kind: TicketKind | Literal[""]
    services: list[Words]
    total_minor: int
    case: str
    state: Literal[
        "to_print", "printing", "printed", "checking", "late", "not_charged", "refunding"
    ]
    at: str = ""
    cause: str = ""
    returns_in_s: int = 0


class SlideView(Struct, frozen=True):
    picture: str
    caption: Words


class BrandView(Struct, frozen=True):
    """The owner's look. ``logo`` and the pictures of ``slides`` are addresses on this agent."""

    name: str
    primary: str
    tagline: Words
    accent: str = ""
    logo: str = ""
    welcome: Welcome | None = None
    slides: list[SlideView] = []


class ReceiptView(Struct, frozen=True):
    """What this customer may ask for. ``paper`` follows the receipt on paper, ``asked`` is what
    headquarters will send.
    """

    offers: list[Literal["paper", "qr", "email", "phone"]] = []
    paper: Literal["", "printing", "printed", "likely", "failed", "unknown"] = ""
    asked: list[ReceiptChannel] = []


class EntityView(Struct, frozen=True):
    """Who sells, and what a customer has a right to."""

    name: str
    cnpj: str
    address: str
    phone: str
    refund: Words | None


class HelpView(Struct, frozen=True):
    """How to reach a person. ``is_told``: an attendant here sees the call. ``tel`` is the link
    behind the phone. ``shown_s``: how long it stays when nobody touches.
    """

    is_told: bool
    phone: str
    tel: str
    shown_s: int


class Asks(Struct, frozen=True):
    """What this site asks of a customer: who is served first, and what they may say of themselves.
    ``question`` is the next one that is open.
    """

    priority: Literal["off", "offer", "ask"] = "off"
    identify: list[Question] = []
    question: Question | Literal[""] = ""


class PanelView(Struct, frozen=True):
    """The part of a standing panel that low mode uses: shares of its height from the top; and where
    the card reader and the paper are.
    """

    band_top: float = 0.0
    band_bottom: float = 1.0
    reader: Place = "beside"
    paper: Place = "below"


class PaysView(Struct, frozen=True):
    """How somebody may pay at this moment, whatever they choose. ``card_off``: cards are taken
    here, but not now.
    """

    live: list[Method] = []
    card_off: bool = False


class ScreenState(Struct, frozen=True):
    """Everything the screen draws. ``rev`` changes with every change: long-poll with it."""

    rev: int
    totem: str
    totem_name: str
    site_name: str
    online: bool
    step: Step
    locale: Locale
    currency: str
    brand: BrandView
    cart: list[CartLine]
    total_minor: int
    methods: list[MethodView]
    payment: PaymentView | None
    ticket: TicketView | None
    case: CaseView | None
    reason: str
    """Words key when the step is out_of_order: no_printer, no_paper, no_catalogue, disk_full,
    restored (an older state, waiting for central), copy (a person must choose the machine).
    """

    idle_s: int
    """Seconds without a touch before the screen asks "still there?"; 0 while nothing may end the
    visit.
    """

    training: bool = False
    """Nothing here is worth money, and every screen says so."""

    recovered: RecoveredView | None = None
    aside: Aside = ""
    """The page that is open beside the step."""

    pix_claims: bool = False
    """A PIX may wait for who comes back with its code: the first screen offers to take it."""

    receipt: ReceiptView = ReceiptView()
    rights: list[EntityView] = []
    help: HelpView | None = None
    """Over whatever is open, while somebody calls a person."""

    phone: str = ""
    """The site's own, or that of who sells."""

    timezone: str = "America/Sao_Paulo"
    access: AccessView = AccessView()
    panel: PanelView = PanelView()

    pays: PaysView = PaysView()
    queue: int | None = None
    """How many wait to be served; None where nobody knows."""

    asks: Asks = Asks()
    priority: Priority | Literal[""] = ""
    identified: list[Question] = []
    """Which questions were answered; never with what."""

    choosing: ChoosingView | None = None
    """At the step options."""

    reopens: str = ""
    """When the step is closed: ``08:00`` today, ``mon 08:00`` within a week, ``28/12 08:00``
    later, local time; empty when nobody knows.
    """


class Boot(Struct, frozen=True):
    """``secret`` goes into the header ``totem-secret`` of every write; new at every start of the
    agent.
    """

    secret: str
    version: str
