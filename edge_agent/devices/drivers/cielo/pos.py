"""The Cielo POS Integrado as a CardReader: a card terminal on the LAN that calls us.

Promise: a sale is kept only by an answer 0, and 0 is sent only by ``confirm``. Whatever the journal
does not hold is answered with a refusal when the POS comes for it, and so undone. What could not be
said is said at the start of the POS's next session (``last_endsession``), so ``confirm`` and
``undo`` are asked again until the POS has proved that it knows. After a restart every open attempt
is handed to ``resolve``, ``confirm`` or ``undo`` before the first ``ping`` or ``pay``: a POS that
calls before that hears nothing of it.

Checklist: the device comes to us, so open is to listen; lost and back are the supervisor's to log;
a deadline on every wait; card numbers in receipts are masked on arrival; emulator twin; blocking,
so on the device's own thread; a broken connection is waited for, a broken listener ends in
DeviceGoneError; a power cut ends in ``resolve``.
"""

from contextlib import suppress

from msgspec import Struct

from edge_agent.devices.drivers.cielo.book import Book
from edge_agent.devices.drivers.cielo.callers import Caller, Callers, Pace, Waiting
from edge_agent.devices.drivers.cielo.messages import (
    Asked,
    CmdEndSession,
    CmdInitSession,
    Code,
    Command,
    Key,
    RspEndSession,
    RspInitSession,
)
from edge_agent.devices.drivers.cielo.result import (
    answer_of,
    decision,
    key_of,
    notes_of,
    outcome_of,
    sequence_of,
)
from edge_agent.devices.errors import DeviceError, DeviceRefusedError, DeviceTimeoutError
from edge_agent.devices.ports import (
    Attempt,
    CardIntent,
    CardOutcome,
    CardReader,
    Clock,
    Driver,
    Listener,
    ReaderCapabilities,
    ReaderInfo,
    Talk,
)

STEP_S = 0.1
CURRENCY = "BRL"
START_TEXT = "Inicie o pagamento na maquininha"
FOLLOW_TEXT = "Siga as instruções da maquininha"


class Settings(Struct, frozen=True):
    """``pos_ids``: the POS that may talk to us. ``terminal``: what technicians call this POS."""

    pos_ids: tuple[str, ...]
    terminal: str = ""


class _Session(Struct):
    """The payment under way. ``key`` is None until a POS has begun it."""

    intent: CardIntent
    seq_ac: str
    until: float
    limit: float
    key: Key | None = None


class CieloReader:
    """The POS of one totem, behind one listener."""

    capabilities = ReaderCapabilities(
        confirm="host_two_phase",
        recovery="peer_asks_us",
        offline=False,
        kinds=frozenset({"debit", "credit", "voucher"}),
        instalments=True,
        heartbeat_s=1.0,
    )

    def __init__(
        self, settings: Settings, listener: Listener, clock: Clock, pace: Pace | None = None
    ) -> None:
        self._settings = settings
        self._listener = listener
        self._clock = clock
        self._pace = pace or Pace()
        self._book = Book()
        self._callers = Callers(listener, clock, self._pace, self._book.hear)

    def open(self) -> ReaderInfo:
        """Listen. The POS tells its serial number with its first payment only."""
        self._listener.open()
        return ReaderInfo(
            serial=self._settings.terminal or self._settings.pos_ids[0],
            model="POS Integrado",
            maker="Cielo",
            spec_version="",
            contactless=True,
        )

    def close(self) -> None:
        self._callers.close()
        self._listener.close()

    def ping(self) -> None:
        """Serve whoever has called. Raises DeviceGoneError when nobody can call any more."""
        until = self._clock.monotonic() + self._pace.ping_s
        self._serve()
        self._serve_until(until)

    def recover(self) -> None:
        self.ping()

    def pay(self, intent: CardIntent, talk: Talk) -> CardOutcome:
        """See CardReader.pay. Raises DeviceRefusedError while an approval of before is neither
        confirmed nor undone, and for any currency but the real.
        """
        if self._book.undecided:
            raise DeviceRefusedError("undecided", "the last approval waits for its decision")
        if intent.currency != CURRENCY:
            raise DeviceRefusedError("currency", f"the POS charges {CURRENCY} only")
        seq_ac = sequence_of(intent)
        talk.keep({"seq_ac": seq_ac})
        talk.tell("insert_card", START_TEXT)
        now = self._clock.monotonic()
        limit = now + self._pace.session_s
        session = _Session(intent, seq_ac, min(now + intent.timeout_s, limit), limit)
        self._answer_waiting(is_claim_over=True)
        try:
            return self._run(session, talk)
        finally:
            self._callers.dismiss()

    def confirm(self, attempt: Attempt) -> None:
        """See CardReader.confirm. Raises DeviceTimeoutError until the POS has called and heard."""
        key = key_of(attempt)
        if key is None or answer_of(attempt) is not None:
            raise DeviceRefusedError("no_approval", "this attempt has no approval to keep")
        if self._book.status(key) is None:
            self._book.decide(key, Code.OK)
        self._deliver(key, keeps=True)

    def undo(self, attempt: Attempt) -> None:
        """See CardReader.undo. Only an approval must hear of it: no other attempt can be kept."""
        key = key_of(attempt)
        if key is None:
            self._bury(attempt)
            return
        answer = answer_of(attempt)
        if self._book.status(key) is None:
            self._book.decide(key, Code.NOT_DELIVERED if answer is None else answer)
        if answer is None:
            self._deliver(key, keeps=False)

    def resolve(self, attempt: Attempt) -> CardOutcome:
        """From what the attempt's notes hold: the POS knows nothing that counts without us."""
        key = key_of(attempt)
        if key is None:
            self._bury(attempt)
            return CardOutcome("failed", "reversed")
        answer = answer_of(attempt)
        known = self._book.status(key)
        if answer is not None and known is None:
            self._book.decide(key, answer)
        elif answer is None and known is None:
            self._book.undecided.add(key)
        elif answer is None and known != Code.OK:
            return CardOutcome("failed", "reversed")
        return outcome_of(attempt.notes)

    def void(self, paid: Attempt, intent: CardIntent, talk: Talk) -> CardOutcome:
        """A confirmed sale is taken back on the POS itself, by a person."""
        raise DeviceRefusedError("void", "this POS takes no sale back for us")

    def finish(self, message: str) -> None:
        """Leave the POS its time to close; it shows texts of its own, never ``message``."""
        with suppress(DeviceError):
            self._serve_until(self._clock.monotonic() + self._pace.close_s)

    # ---- a payment

    def _run(self, session: _Session, talk: Talk) -> CardOutcome:
        while True:
            if talk.cancelled():
                self._book.bury(session.seq_ac)
                return CardOutcome("cancelled", "we_cancelled")
            if self._clock.monotonic() >= session.until:
                self._book.bury(session.seq_ac)
                return CardOutcome("failed", "timeout")
            heard = self._callers.poll(STEP_S)
            outcome = self._hear(session, talk, *heard) if heard else None
            if outcome is not None:
                return outcome

    def _hear(
        self, session: _Session, talk: Talk, caller: Caller, command: Command
    ) -> CardOutcome | None:
        if isinstance(command, CmdInitSession):
            if self._begin(session, caller, command):
                talk.tell("authorising", FOLLOW_TEXT)
            return None
        if session.key is None or command.key != session.key:
            self._hear_end(caller, command, may_wait=False)
            return None
        answer = decision(command, session.intent)
        notes = notes_of(command, answer)
        try:
            talk.keep(notes)
        except DeviceError:
            self._callers.drop(caller)
            raise
        if answer is None:
            self._book.undecided.add(command.key)
            self._wait(caller, command.key)
        else:
            self._book.decide(command.key, answer)
            self._answer_end(caller, command.key, answer)
        return outcome_of(notes)

    def _begin(self, session: _Session, caller: Caller, init: CmdInitSession) -> bool:
        """Whether the POS was told what to pay. It may begin again, with a number of its own
        again: the session of before is over then.
        """
        if init.pos_id not in self._settings.pos_ids:
            self._refuse_init(caller, init, Code.INVALID)
            return False
        if session.key is not None and session.key.pos_id != init.pos_id:
            self._refuse_init(caller, init, Code.BUSY)
            return False
        session.key = Key(init.pos_id, init.seq_pos, session.seq_ac)
        session.until = session.limit
        told = RspInitSession(
            pos_id=init.pos_id,
            seq_pos=init.seq_pos,
            status=Code.OK,
            seq_ac=session.seq_ac,
            transaction=Asked(str(session.intent.amount_minor)),
            last_endsession=self._book.last_end(init.pos_id),
        )
        self._callers.answer(caller, told, teaches=self._book.last(init.pos_id))
        self._callers.keep(caller)
        return True

    # ---- between payments

    def _serve_until(self, until: float) -> None:
        while self._callers.is_busy() and self._clock.monotonic() < until:
            self._serve()

    def _serve(self) -> None:
        """One turn with nothing to pay. Raises DeviceGoneError."""
        heard = self._callers.poll(STEP_S)
        if heard:
            caller, command = heard
            if isinstance(command, CmdEndSession):
                self._hear_end(caller, command, may_wait=True)
            elif command.pos_id not in self._settings.pos_ids:
                self._refuse_init(caller, command, Code.INVALID)
            elif self._book.is_undecided(command.pos_id):
                self._callers.drop(caller)
            else:
                self._refuse_init(caller, command, Code.NO_PAYMENT)
        self._answer_waiting()

    def _refuse_init(self, caller: Caller, init: CmdInitSession, status: Code) -> None:
        """Even a refusal tells one of our POS how its last session was answered; so there is none
        for a POS whose approval is undecided: it would take the silence about it for a no.
        """
        is_ours = init.pos_id in self._settings.pos_ids
        last = self._book.last(init.pos_id) if is_ours else None
        said = self._book.last_end(init.pos_id) if is_ours else None
        answer = RspInitSession(init.pos_id, init.seq_pos, status, last_endsession=said)
        self._callers.answer(caller, answer, teaches=last)

    def _hear_end(self, caller: Caller, end: CmdEndSession, may_wait: bool) -> None:
        """An end that is not of the payment under way. One that nobody knows yet may belong to an
        attempt of before a power cut, so it can wait for its claim.
        """
        if end.pos_id not in self._settings.pos_ids:
            self._callers.drop(caller)
            return
        known = self._book.status(end.key)
        if end.status == Code.OK and known is None and may_wait:
            self._wait(caller, end.key)
            return
        answer = end.status or (Code.WRONG_SEQUENCE if known is None else known)
        self._book.decide(end.key, answer)
        self._answer_end(caller, end.key, answer)

    def _wait(self, caller: Caller, key: Key) -> None:
        caller.waiting = Waiting(key, self._clock.monotonic())
        self._callers.keep(caller)

    def _answer_waiting(self, is_claim_over: bool = False) -> None:
        """Answer the ends that have an answer by now, or have waited long enough for one. An
        approval without a decision is left unanswered when its time is over: the POS keeps it
        pending until its next session.
        """
        for caller, (key, since) in self._callers.waiting():
            age = self._clock.monotonic() - since
            status = self._book.status(key)
            if age >= self._pace.hold_s:
                self._callers.drop(caller)
            elif status is not None:
                self._answer_end(caller, key, status)
            elif key not in self._book.undecided and (is_claim_over or age >= self._pace.claim_s):
                self._book.decide(key, Code.WRONG_SEQUENCE)
                self._answer_end(caller, key, Code.WRONG_SEQUENCE)

    def _answer_end(self, caller: Caller, key: Key, status: int) -> None:
        self._callers.answer(caller, RspEndSession(*key, status), teaches=key)

    def _bury(self, attempt: Attempt) -> None:
        self._book.bury(sequence_of(attempt.intent))
        self._answer_waiting()

    def _deliver(self, key: Key, keeps: bool) -> None:
        """Wait until the POS knows what was decided for ``key``. Raises DeviceRefusedError when it
        was told the opposite, DeviceTimeoutError when it does not come for it.
        """
        until = self._clock.monotonic() + self._pace.patience_s
        limit = until + self._pace.close_s
        while True:
            status = self._book.status(key)
            if (status == Code.OK) != keeps:
                raise DeviceRefusedError(str(status), f"the POS was answered {status}")
            if self._book.has_heard(key):
                return
            self._serve()
            now = self._clock.monotonic()
            if now >= limit or (now >= until and not self._callers.is_teaching(key)):
                raise DeviceTimeoutError("the POS has not come for its answer")


def build(options: dict[str, str], listener: Listener, clock: Clock) -> CardReader:
    """``pos_ids``: who may talk to us, 1 to 8 letters and digits each, by commas; required.
    ``terminal``: what technicians call this POS.
    """
    unknown = options.keys() - {"pos_ids", "terminal"}
    if unknown:
        raise ValueError(f"the cielo driver has no option {min(unknown)!r}")
    pos_ids = tuple(filter(None, (it.strip() for it in options.get("pos_ids", "").split(","))))
    if not pos_ids:
        raise ValueError("pos_ids is required: the POS that may talk to this totem")
    for pos_id in pos_ids:
        if not (pos_id.isascii() and pos_id.isalnum() and len(pos_id) <= 8):
            raise ValueError(f"a pos_id has 1 to 8 letters and digits, not {pos_id!r}")
    return CieloReader(Settings(pos_ids, options.get("terminal", "")), listener, clock)


DRIVER = Driver(id="cielo", kind="card_reader", build=build, transport="listener")
