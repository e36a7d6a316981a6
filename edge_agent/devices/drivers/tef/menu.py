"""The manager's administrative menu: a technician goes on in it, on the manager's own screen.

Promise: what came of it is told to the manager as final before it is reported, or, where its end
was not seen, undone before the next sale. A cancellation made there is not in the journal: the
acquirer's statement brings it.
"""

from typing import Final

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.answers import answered, is_approval
from edge_agent.devices.drivers.tef.conversation import Conversation
from edge_agent.devices.drivers.tef.fields import Record
from edge_agent.devices.errors import DeviceGoneError, DeviceRefusedError, DeviceTimeoutError

MENU: Final = "ADM"
COPIES: Final = (("713", "711", "029"), ("715",))
"""The customer's copy by the first group that is there, then the merchant's."""


def opened_menu(line: Conversation) -> list[str]:
    """What the manager said and printed. Raises DeviceError; DeviceRefusedError while a payment
    waits for the word that makes it final.
    """
    line.tidy()
    line.settle()
    if line.book.at("open"):
        raise DeviceRefusedError("busy", "a payment is not final yet: wait until it is")
    request = line.forms.menu(line.next_number())
    if not line.stage(request) or not line.ask(request, lambda: False):
        raise DeviceGoneError("the TEF manager is not active")
    answer = line.answer_to(request, lambda: False, line.rules.response_s)
    if answer is None:
        raise DeviceTimeoutError("the menu is still open at the manager")
    entry = answered(request[f.NUMBER], MENU, answer)
    if entry.stage == "open":
        line.decide(entry, "confirming")
    elif entry.stage == "undoing":
        line.decide(entry, "undoing")
    line.clear()
    if not is_approval(answer.get(f.STATUS, "")):
        raise DeviceRefusedError("menu", answer.get(f.MESSAGE, "").strip() or "not carried out")
    return [answer.get(f.MESSAGE, "").strip(), *_printed(answer)]


def _printed(answer: Record) -> list[str]:
    copies = (
        next((it for it in (f.receipt(answer, group) for group in groups) if it), ())
        for groups in COPIES
    )
    return [row for copy in copies for row in copy]
