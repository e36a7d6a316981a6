"""What a touch asks of the agent: the bodies of every write. What is not named here is refused."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, structs

from edge_agent.api.schemas import Locale
from edge_agent.services.access import AccessView
from edge_agent.services.visit import Walk
from edge_agent.services.voice import TEXT_MAX
from sync_protocol import limits
from sync_protocol.events import Method, Priority, ReceiptChannel
from sync_protocol.feed import Question


class StartVisit(Struct, frozen=True, forbid_unknown_fields=True):
    locale: Locale = "pt"


class SetLocale(Struct, frozen=True, forbid_unknown_fields=True):
    locale: Locale


class CartChoice(Struct, frozen=True, forbid_unknown_fields=True):
    """``options``: ids of what was picked with it."""

    service: str
    quantity: int
    options: Annotated[list[str], Meta(max_length=limits.OPTIONS_MAX)] = []


class SetCart(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole cart; quantity 1 to 99, at most 50 lines. The agent computes every amount."""

    lines: list[CartChoice]


class SetStep(Struct, frozen=True, forbid_unknown_fields=True):
    """``service`` is whose options to choose, for the step options."""

    step: Walk | Literal["options"]
    service: str = ""


class SetPriority(Struct, frozen=True, forbid_unknown_fields=True):
    """Empty is served in turn."""

    priority: Priority | Literal[""]


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer typed for the question on the screen; empty passes it over."""

    question: Question
    value: Annotated[str, Meta(max_length=120)]

    def __repr__(self) -> str:
        return f"Answer({self.question}, hidden)"


class Pay(Struct, frozen=True, forbid_unknown_fields=True):
    method: Method
    instalments: Annotated[int, Meta(ge=1, le=limits.INSTALMENTS_MAX)] = 1


class ShowAside(Struct, frozen=True, forbid_unknown_fields=True):
    """An empty one closes what is open."""

    aside: Literal[
        "", "receipt", "receipt_qr", "receipt_email", "receipt_phone", "rights", "pix_claim"
    ]


class SendReceipt(Struct, frozen=True, forbid_unknown_fields=True):
    channel: ReceiptChannel
    contact: Annotated[str, Meta(min_length=1, max_length=254)]


class SetAccess(AccessView, frozen=True, forbid_unknown_fields=True):
    """All of it at once; what is left out is off."""

    def view(self) -> AccessView:
        return AccessView(**structs.asdict(self))


class Speak(Struct, frozen=True, forbid_unknown_fields=True):
    """``private``: personal data, not to be kept."""

    text: Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)]
    locale: Locale
    private: bool = False
