"""A TEF manager as a CardReader, through files (INTPOS.001: PayGo, SiTef's file client, classic).

Promise: what the manager must be told to become final, or to be given back, is committed before its
answer is deleted, is told until the manager acknowledged it, and never changes. No field outside a
fixed list is kept or logged.

The manager owns the pinpad and, from acknowledgement to answer, the screen. It cannot be stopped.
"""

import re
from collections.abc import Mapping
from typing import Final

import structlog
from msgspec import structs

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.answers import answered, card_data, charged, denial
from edge_agent.devices.drivers.tef.book import Book, Entry
from edge_agent.devices.drivers.tef.conversation import CANCELLATION, SALE, Conversation, Rules
from edge_agent.devices.drivers.tef.deal import Deal, Form
from edge_agent.devices.drivers.tef.files import Exchange
from edge_agent.devices.drivers.tef.menu import opened_menu
from edge_agent.devices.drivers.tef.profiles import profile_named
from edge_agent.devices.drivers.tef.requests import FINANCING, Forms, Identity
from edge_agent.devices.errors import DeviceError, DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import (
    Attempt,
    CardIntent,
    CardOutcome,
    CardReader,
    Clock,
    Driver,
    Folder,
    ReaderCapabilities,
    ReaderInfo,
    Talk,
)

MOST_MINOR: Final = 10**12
MOST_NUMBER: Final = 10**9
MOST_INSTALMENTS: Final = 99


class TefReader:
    """One manager behind one pair of folders."""

    capabilities = ReaderCapabilities(
        confirm="host_two_phase",
        recovery="query_last",
        offline=False,
        void=True,
        kinds=frozenset({"debit", "credit", "voucher"}),
        instalments=True,
    )

    def __init__(self, line: Conversation) -> None:
        self._line = line
        self._forms = line.forms
        self._log = structlog.get_logger("tef").bind(profile=line.forms.profile.id)

    def open(self) -> ReaderInfo:
        """Clear the folders, ATV, repeat decisions nobody acknowledged. Whose pinpad it is cannot
        be asked.
        """
        self._line.open()
        identity, profile = self._forms.identity, self._forms.profile
        return ReaderInfo(
            serial="",
            model=f"TEF {profile.id}",
            maker="",
            spec_version=identity.interface if profile.identified else "",
            contactless=False,
        )

    def close(self) -> None:
        self._line.close()

    def ping(self) -> None:
        self._line.greet()

    def recover(self) -> None:
        """As open. What is approved and undecided stays so: the caller decides."""
        self._line.greet()

    def pay(self, intent: CardIntent, talk: Talk) -> CardOutcome:
        """See CardReader.pay. A transaction that is still open is undone first. ``approved`` where
        the manager says that no confirmation is needed.
        """
        if not _can_be_asked(intent):
            return CardOutcome("failed", "reader_error")
        return self._deal(intent, talk, lambda number: self._forms.sale(number, intent))

    def confirm(self, attempt: Attempt) -> None:
        """CNF. Raises DeviceRefusedError for what was undone or never approved."""
        entry = self._found(attempt)
        if entry.stage in ("confirmed", "final"):
            return
        if entry.stage in ("open", "confirming"):
            self._line.decide(entry, "confirming")
            return
        if entry.stage == "waiting":
            raise DeviceTimeoutError("its answer has not come")
        raise DeviceRefusedError(entry.stage, f"the transaction is {entry.stage}")

    def undo(self, attempt: Attempt) -> None:
        """NCN. Raises DeviceRefusedError for what was confirmed or needs a cancellation."""
        entry = self._found(attempt)
        if entry.stage in ("undone", "denied", "withdrawn"):
            return
        if entry.stage in ("open", "undoing"):
            self._line.decide(entry, "undoing")
            return
        if entry.stage == "waiting":
            self._undo_unnamed(entry)
            return
        raise DeviceRefusedError(entry.stage, f"the transaction is {entry.stage}")

    def resolve(self, attempt: Attempt) -> CardOutcome:
        """What the folders, the journal and the book say; the manager itself cannot be asked.
        ``unknown`` until the answer turns up or a later denial names the transaction.
        """
        entry = self._found(attempt)
        if entry.stage == "waiting":
            self._line.book.put(entry)
        return self._judged(entry, attempt.intent)

    def void(self, paid: Attempt, intent: CardIntent, talk: Talk) -> CardOutcome:
        """CNC, for the whole amount, on the day of the sale; the manager asks for the merchant's
        password. Its approval is confirmed at once. Raises DeviceRefusedError when the sale cannot
        be named.
        """
        sale = self._found(paid).fields
        amount = paid.intent.amount_minor
        if not all(sale.get(key) for key in (f.NSU, f.RECEIPT_DATE, f.RECEIPT_TIME)):
            raise DeviceRefusedError("not_named", "the sale's NSU, date and time are not known")
        if intent.amount_minor != amount or not _can_be_asked(intent):
            raise DeviceRefusedError("amount", "only the whole sale can be cancelled")
        return self._deal(
            intent, talk, lambda number: self._forms.cancellation(number, sale, amount)
        )

    def administer(self) -> list[str]:
        """See reader_service.Administered."""
        return opened_menu(self._line)

    def finish(self, message: str) -> None:
        """The manager owns the pinpad's display: nothing to do."""

    def _deal(self, intent: CardIntent, talk: Talk, form: Form) -> CardOutcome:
        try:
            self._line.tidy()
            self._line.settle()
            self._line.give_back()
        except DeviceError as error:
            self._log.warning("not_ready", reason=str(error))
            return CardOutcome("failed", "reader_error")
        ended = Deal(self._line, intent, talk, form).run()
        return ended if isinstance(ended, CardOutcome) else self._judged(ended, intent)

    def _found(self, attempt: Attempt) -> Entry:
        """How the attempt stands by the folders, the book and its notes."""
        self._line.tidy()
        notes = attempt.notes
        number, command = notes.get("tef_id", ""), notes.get("command", SALE)
        if notes.get("sent") != "1" or not number:
            return Entry(number, "withdrawn", command)
        is_answered = notes.get("answered") == number
        told = answered(number, command, f.listed(notes) if is_answered else {})
        book = self._line.book
        known = book.of_control(told.control) or book.of_number(number)
        if known is not None:
            return structs.replace(known, fields=known.fields | told.fields)
        return told

    def _undo_unnamed(self, entry: Entry) -> None:
        """Undo the answers that came under a wrong number while this one was waited for."""
        strangers = [other for other in self._line.book.entries() if other.during == entry.number]
        closable = [o for o in strangers if o.stage in ("open", "undoing", "undone")]
        if not closable:
            self._line.book.put(entry)
            raise DeviceTimeoutError("its answer has not come")
        for other in closable:
            if other.stage == "open":
                self._line.decide(other, "undoing")
        self._line.settle()
        self._line.book.put(entry.at("undone"))

    def _judged(self, entry: Entry, intent: CardIntent) -> CardOutcome:
        """The outcome of an entry; what must not stay as it is gets decided here."""
        is_sale = entry.command != CANCELLATION
        if entry.stage in ("open", "confirming") and not is_sale:
            self._line.decide(entry, "confirming")
            entry = entry.at("confirmed")
        elif entry.stage == "undoing" or (entry.stage == "open" and self._differs(entry, intent)):
            self._line.decide(entry, "undoing")
            entry = entry.at("undone")
        return self._outcome(entry, intent)

    def _outcome(self, entry: Entry, intent: CardIntent) -> CardOutcome:
        profile = self._forms.profile
        if entry.stage == "denied":
            return denial(entry.fields)
        if entry.stage == "withdrawn":
            return CardOutcome("failed", "reader_error")
        if entry.stage == "undone":
            differs = self._differs(entry, intent)
            return CardOutcome("failed", "wrong_amount" if differs else "reversed")
        amount = charged(entry.fields, profile)
        if entry.stage == "waiting" or amount < 0:
            return CardOutcome("unknown")
        is_final = entry.stage in ("final", "confirmed")
        return CardOutcome(
            "approved" if is_final else "authorised",
            data=card_data(entry.fields, profile),
            amount_minor=amount,
        )

    def _differs(self, entry: Entry, intent: CardIntent) -> bool:
        amount = charged(entry.fields, self._forms.profile)
        return amount not in (0, intent.amount_minor)


def _can_be_asked(intent: CardIntent) -> bool:
    return (
        intent.currency == "BRL"
        and 0 < intent.amount_minor < MOST_MINOR
        and 0 < intent.number < MOST_NUMBER
        and 0 < intent.instalments <= MOST_INSTALMENTS
    )


_TEXT: Final = "[ -~]{1,40}"
_PATTERNS: Final = {
    "company": _TEXT,
    "application": _TEXT,
    "version": _TEXT,
    "registration": _TEXT,
    "interface": "[0-9]{3}",
    "capabilities": "[0-9]{1,5}",
}
_NEEDED: Final = ("company", "application", "version", "registration")
_OTHERS: Final = {
    "profile": "[a-z]+",
    "request": r"[A-Za-z0-9_-]{1,40}",
    "response": r"[A-Za-z0-9_-]{1,40}",
    "network": _TEXT,
    "financing": "issuer|store",
    "reuse_id": "yes|no",
    "echo": "strict|lenient",
    "response_s": "[1-9][0-9]{0,3}",
}
_ALWAYS: Final = 4


def build(options: dict[str, str], folder: Folder, clock: Clock) -> CardReader:
    """``profile`` (paygo, sitef, classic) is needed. ``request``, ``response``: names of the two
    folders; ``network``: the acquirer, else the manager asks; ``financing`` of instalments (store,
    issuer); ``reuse_id`` (yes, no), ``echo`` (strict, lenient), ``response_s`` (300).
    With paygo also ``company``, ``application``, ``version``, ``registration``, which it needs, and
    ``interface`` (210), ``capabilities`` (156).
    """
    profile = profile_named(options.get("profile", ""))
    patterns = _OTHERS | (_PATTERNS if profile.identified else {})
    for name, value in options.items():
        if name not in patterns:
            raise ValueError(f"the tef driver has no option {name!r} with {profile.id}")
        if not re.fullmatch(patterns[name], value):
            raise ValueError(f"{name} cannot be {value!r}")
    identity = _identity({k: v for k, v in options.items() if k in _PATTERNS}, profile.identified)
    forms = Forms(
        profile,
        identity,
        network=options.get("network", ""),
        financing=FINANCING[options.get("financing", "store")],
    )
    rules = Rules(
        reuse_id=options.get("reuse_id") == "yes",
        lenient=options.get("echo") == "lenient",
        response_s=float(options.get("response_s", "300")),
    )
    names = (options.get("request", "Req"), options.get("response", "Resp"))
    exchange = Exchange(folder, clock, names)
    return TefReader(Conversation(exchange, Book(folder), forms, rules, clock))


def _identity(options: Mapping[str, str], is_needed: bool) -> Identity:
    missing = [name for name in _NEEDED if is_needed and name not in options]
    if missing:
        raise ValueError(f"this profile needs {', '.join(missing)}")
    identity = Identity(**options)
    if not int(identity.capabilities) & _ALWAYS:
        raise ValueError(f"capabilities always hold {_ALWAYS}")
    return identity


DRIVER = Driver(id="tef", kind="card_reader", build=build, transport="folder")
