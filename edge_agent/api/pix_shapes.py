"""What the screen sees of a PIX; part of a PaymentView."""

from typing import Literal

from msgspec import Struct

PixStage = Literal[
    "making",
    "waiting",
    "checking",
    "paid",
    "expired",
    "cancelled",
    "refused",
    "lost",
    "late",
    "refunded",
]


class PixView(Struct, frozen=True):
    """A PIX on the screen. ``br_code`` is the text of its QR while it may be paid; ``lost``: nobody
    knows whether it was; ``late``: it came after all and waits for the customer's word.
    """

    state: PixStage
    br_code: str = ""
    expires_in_s: int = 0
    whole_s: int = 0
    code: str = ""
    """The claim code, once there is something to claim."""

    returns_in_s: int = 0
    """How long a late one waits before it goes back by itself."""
