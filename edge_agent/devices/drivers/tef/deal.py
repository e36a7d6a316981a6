"""One sale or cancellation, from the request to the answer, in the order that survives a power cut:
the journal knows of the request before the manager does, and of the answer before it is deleted.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.answers import answered, stage_of
from edge_agent.devices.drivers.tef.book import Entry
from edge_agent.devices.drivers.tef.conversation import Conversation
from edge_agent.devices.drivers.tef.fields import Record
from edge_agent.devices.errors import DeviceError, DeviceTimeoutError
from edge_agent.devices.ports import CardIntent, CardOutcome, Talk

PREPARING: Final = "Preparando o pagamento"
FOLLOW: Final = "Siga as instruções do pinpad"
CANCEL_THERE: Final = "Para cancelar, aperte a tecla vermelha do pinpad"
IDENTIFYING: Final[tuple[str, ...]] = (f.NETWORK, f.NSU, f.CONTROL)

Form = Callable[[str], Record]


class Deal:
    """``form`` writes the request under a given 001. There is no way to stop a manager: once it
    has the request, only the customer can end it, and ``talk`` tells so.
    """

    def __init__(self, line: Conversation, intent: CardIntent, talk: Talk, form: Form) -> None:
        self._line = line
        self._intent = intent
        self._talk = talk
        self._form = form
        self._told = False

    def run(self) -> Entry | CardOutcome:
        """The answer's entry, or the outcome when the manager has no part in it. A denial that
        tells of an earlier open transaction closes that one and asks once more. Raises DeviceError:
        the outcome is unknown.
        """
        for number in (str(self._intent.number), self._line.next_number()):
            entry = self._once(number)
            if entry is not None:
                return entry
        return CardOutcome("failed", "reader_error")

    def _once(self, number: str) -> Entry | CardOutcome | None:
        """None when the denial was about an earlier transaction, closed now."""
        if self._talk.cancelled():
            return CardOutcome("cancelled", "we_cancelled")
        request = self._form(number)
        command = request[f.COMMAND]
        self._talk.tell("insert_card", PREPARING)
        if not self._line.stage(request):
            return CardOutcome("failed", "reader_error")
        self._talk.keep({"tef_id": number, "sent": "1", "command": command})
        if not self._line.ask(request, self._talk.cancelled):
            self._talk.keep({"sent": "0"})
            if self._talk.cancelled():
                return CardOutcome("cancelled", "we_cancelled")
            return CardOutcome("failed", "reader_error")
        self._talk.tell("insert_card", FOLLOW)
        most_s = max(self._line.rules.response_s, float(self._intent.timeout_s))
        answer = self._line.answer_to(request, self._tell_when_cancelled, most_s)
        if answer is None:
            self._line.book.put(Entry(number, "waiting", command))
            raise DeviceTimeoutError(f"no answer to {command} {number}")
        earlier = self._earlier(number, answer)
        if earlier is not None:
            return self._close(earlier)
        entry = answered(number, command, answer)
        self._talk.keep(entry.fields | {"answered": number})
        self._line.book.put(entry)
        with suppress(DeviceError):
            self._line.clear()
        if entry.stage == "denied" and entry.fields.get(f.MESSAGE):
            self._talk.tell("authorising", entry.fields[f.MESSAGE].strip())
        return entry

    def _earlier(self, number: str, answer: Record) -> Entry | None:
        """The transaction left open that a denial names, as decided, or else to be undone. One
        that is over is none: the denial means the sale itself. An unknown one is the only one whose
        answer never came, if there is just one.
        """
        control = answer.get(f.CONTROL, "")
        is_notice = self._line.forms.profile.pending_notice and stage_of(answer) == "denied"
        if not is_notice or not control:
            return None
        known = self._line.book.of_control(control)
        if known is not None:
            return known if known.stage in ("confirming", "undoing") else None
        named = {key: answer[key] for key in IDENTIFYING if key in answer}
        lost = [entry for entry in self._line.book.at("waiting") if entry.number != number]
        if len(lost) != 1:
            return Entry("", "undoing", fields=named)
        return Entry(lost[0].number, "undoing", lost[0].command, lost[0].fields | named)

    def _close(self, earlier: Entry) -> CardOutcome | None:
        """None once it is closed; the sale asked for did not happen."""
        self._talk.keep({"sent": "0"})
        self._line.book.put(earlier)
        try:
            self._line.clear()
            self._line.settle()
        except DeviceError:
            return CardOutcome("failed", "reader_error")
        return None

    def _tell_when_cancelled(self) -> bool:
        """Never ends the wait: the manager has the word."""
        if not self._told and self._talk.cancelled():
            self._told = True
            self._talk.tell("insert_card", CANCEL_THERE)
        return False
