"""The driver for receipt printers of every dialect: check, send, prove.

A ticket is refused before the first byte when the printer says it cannot print. From the first byte
on, the answer is a PrintResult and never an exception: ``printed`` only on the printer's own proof
(a process id, or a paper seen at the presenter's mouth), ``likely`` when it has no proof to give
and no fault was seen, ``failed`` with the cause it named, ``unknown`` on silence. After a fault in
mid ticket the printer's buffer is cleared, so no half ticket comes out when the paper is back.

Probe first; deadlines on every call; silence is never "ok"; nothing is retried here; the wire is
the supervisor's.
"""

from pathlib import Path

import structlog
from msgspec import structs

from edge_agent.devices.drivers.escpos.dialect import Proof
from edge_agent.devices.drivers.escpos.dialects import dialect_of
from edge_agent.devices.drivers.escpos.handover import Handover
from edge_agent.devices.drivers.escpos.health import Health
from edge_agent.devices.drivers.escpos.link import EscposLink
from edge_agent.devices.drivers.escpos.logo import Head, OwnersLogo
from edge_agent.devices.drivers.escpos.profiles import DEFAULT, PROFILES, profile_named
from edge_agent.devices.drivers.escpos.render import Rendered, render
from edge_agent.devices.drivers.escpos.ticket import Ticket, chunks
from edge_agent.devices.errors import (
    DeviceError,
    DeviceGoneError,
    DeviceProtocolError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import (
    Clock,
    Driver,
    Paper,
    Printer,
    PrinterProfile,
    PrinterStatus,
    PrintResult,
    Reading,
    Wire,
)

LADDER: tuple[Proof, ...] = ("process_id", "sentinel", "status")
PROBE_S = 1.0
PROBE_ID = "~~~~"
"""Only ever awaited by the probe itself; a late answer to it is not another job's."""
POLL_S = 0.25
STORE_S = 15.0
PRESENT_S = 20.0
PRESENT_S_MAX = 60.0
FACTS = ("maker", "model", "firmware", "serial")


class EscposPrinter:
    """Implements ports.Printer over any wire. ``present_s``: how long a presenter's paper waits
    for its reader before it is drawn back. ``logo`` stands at the head of papers.
    """

    def __init__(
        self,
        profile: PrinterProfile,
        wire: Wire,
        clock: Clock,
        present_s: float = PRESENT_S,
        logo: OwnersLogo | None = None,
    ) -> None:
        self._profile = profile
        self._logo = logo
        self._head = Head()
        self._wire = wire
        self._clock = clock
        self._dialect = dialect_of(profile)
        self._link = EscposLink(wire, clock)
        self._proof: Proof | None = None
        self._papers_near_end = 0
        self._handover: Handover | None = None
        if profile.presenter and self._dialect.presenter is not None:
            self._handover = Handover(self._dialect, self._dialect.presenter, clock, present_s)

    def open(self) -> None:
        """Raises DeviceGoneError, or DeviceTimeoutError when nothing on the wire answers. A
        printer out of paper opens; what proof it can give is then probed before its first
        ticket. Loads the renderer, so that no ticket waits for it."""
        self._render([])
        self._head = Head()
        self._wire.open()
        self._link = EscposLink(self._wire, self._clock)
        self._proof = None
        try:
            self._start()
        except DeviceError:
            self._wire.close()
            raise

    def _start(self) -> None:
        if self._dialect.health(self._link).cause:
            self._clear()
        else:
            self._link.send(self._dialect.start)
            self._proof = self._probe()
        if self._logo is not None:
            self._show_logo(self._logo)

    def _show_logo(self, logo: OwnersLogo) -> None:
        """A picture that cannot be read leaves the owner's name in its place."""
        try:
            self._head = logo.head(self._serial())
        except DeviceRefusedError as error:
            structlog.get_logger("printer").warning("no logo", reason=str(error))

    def _serial(self) -> str:
        """Empty where the printer does not tell, or cannot be asked now."""
        if not self._profile.logo or self._dialect.health(self._link).cause:
            return ""
        return self._dialect.facts(self._link).get("serial", "")

    def close(self) -> None:
        self._wire.close()

    def status(self) -> PrinterStatus:
        status = self._dialect.health(self._link).status
        if status.paper != "near_end":
            self._papers_near_end = 0
            return status
        left = max(0, self._profile.near_end_tickets - self._papers_near_end)
        return structs.replace(status, tickets_left=left)

    def describe(self) -> dict[str, str]:
        facts = dict.fromkeys(FACTS, "")
        if not self._dialect.health(self._link).cause:
            facts |= self._dialect.facts(self._link)
        profile = self._profile
        return facts | {
            "proof": self._proof or "",
            "profile": profile.id,
            "columns": str(profile.columns),
        }

    def examine(self) -> list[Reading]:
        """Raises DeviceTimeoutError when the printer answers nothing at all."""
        readings = list(self._dialect.readings(self._link))
        if not any(reading.raw for reading in readings):
            raise DeviceTimeoutError(f"{self._wire.name}: no answer to any question")
        return readings

    def recover(self) -> None:
        """Also draws back a paper that waits at the mouth. Raises DeviceTimeoutError when the
        printer does not answer afterwards."""
        self._clear()
        health = self._dialect.health(self._link)
        if health.mouth and self._handover is not None:
            self._handover.free_mouth(self._link)
        self._link.forget()

    def store_logo(self) -> None:
        """Raises DeviceRefusedError also when the printer cannot work now; DeviceTimeoutError when
        it does not answer after it."""
        if self._logo is None:
            raise DeviceRefusedError("no_logo", "the printer's option logo names no picture")
        if not self._profile.logo:
            raise DeviceRefusedError("no_logo", f"{self._profile.id} keeps no picture: it is drawn")
        serial = self._serial()
        image = self._logo.head(serial).image
        assert image is not None
        self._ready_to_print()
        self._link.forget()
        for chunk, _ in chunks([self._dialect.store_logo(image)]):
            self._link.send(chunk)
        self._await_end_of_store()
        self._logo.note(image, serial)
        self._head = Head(image, kept=True)

    def print(self, paper: Paper, process_id: str) -> PrintResult:
        """``DeviceRefusedError.code`` is a PrinterStatus cause, or ``document`` for a paper that
        cannot be made."""
        if len(process_id) != 4 or not all(" " <= character <= "~" for character in process_id):
            raise ValueError(f"process id {process_id!r} is not 4 printable ASCII characters")
        rendered = self._render(paper)
        proof = self._ready_to_print()
        ticket = Ticket(rendered, process_id, proof, self._dialect)
        self._link.forget()
        self._papers_near_end += 1
        try:
            return self._send_and_prove(ticket)
        except DeviceTimeoutError:
            return self._stalled()
        except DeviceGoneError:
            return PrintResult("unknown", "wire_gone")
        except DeviceError as error:
            return PrintResult("unknown", str(error))

    def _render(self, paper: Paper) -> Rendered:
        try:
            return render(paper, self._profile, self._head)
        except ValueError as error:
            raise DeviceRefusedError("document", str(error)) from error

    def _ready_to_print(self) -> Proof:
        health = self._dialect.health(self._link)
        if health.cause:
            raise DeviceRefusedError(health.cause, f"{self._wire.name}: {health.cause}")
        if health.mouth and self._handover is not None:
            self._handover.free_mouth(self._link)
        if self._proof is None:
            self._link.send(self._dialect.start)
            self._proof = self._probe()
        return self._proof

    def _probe(self) -> Proof:
        """The best proof that the printer really gives, asked on an empty line."""
        for proof in LADDER[LADDER.index(self._profile.proof) :]:
            if proof in self._dialect.proofs and self._gives(proof):
                return proof
        return "status"

    def _gives(self, proof: Proof) -> bool:
        trial = Ticket(Rendered([], 0), PROBE_ID, proof, self._dialect)
        self._link.forget()
        self._link.send(trial.pieces[-1])
        if self._link.wait(lambda: trial.is_proved_by(self._link), PROBE_S):
            return True
        self._link.send(self._dialect.start)
        return False

    def _send_and_prove(self, ticket: Ticket) -> PrintResult:
        talks = True
        for chunk, on_boundary in chunks(ticket.pieces):
            self._link.send(chunk)
            if on_boundary and talks:
                health = self._health_or_silence()
                talks = health is not None
                if health is not None and health.stops and not ticket.is_proved_by(self._link):
                    return self._failed(health.cause)
        result = self._await_proof(ticket)
        if self._handover is None or result.outcome not in ("printed", "likely"):
            return result
        return self._offered(self._handover)

    def _offered(self, handover: Handover) -> PrintResult:
        try:
            result = handover.offer(self._link)
        except DeviceTimeoutError:
            return PrintResult("unknown", "silent")
        return self._failed(result.cause) if result.outcome == "failed" else result

    def _await_proof(self, ticket: Ticket) -> PrintResult:
        now, baud = self._clock.monotonic(), self._profile.baud
        printed_by, end = now + ticket.printing_s(baud), now + ticket.patience_s(baud)
        while self._clock.monotonic() < end:
            if self._link.wait(lambda: ticket.is_proved_by(self._link), POLL_S):
                return self._proved(ticket)
            health = self._health_or_silence()
            if ticket.is_proved_by(self._link):
                return self._proved(ticket)
            if health is not None and health.stops:
                return self._failed(health.cause)
            is_late = ticket.proof == "status" and self._clock.monotonic() >= printed_by
            if is_late and (health is None or not health.busy):
                break
        return self._unproved(ticket)

    def _proved(self, ticket: Ticket) -> PrintResult:
        if ticket.proof == "process_id":
            return PrintResult("printed")
        return self._unproved(ticket, answered=True)

    def _unproved(self, ticket: Ticket, answered: bool = False) -> PrintResult:
        health = self._health_or_silence(full=True)
        if health is None:
            return PrintResult("unknown", "silent")
        if health.cause:
            return self._failed(health.cause)
        if answered or (ticket.proof == "status" and not health.busy):
            return PrintResult("likely")
        return PrintResult("unknown", "no_proof")

    def _health_or_silence(self, full: bool = False) -> Health | None:
        try:
            if full:
                return self._dialect.health(self._link)
            return self._dialect.health_between(self._link)
        except (DeviceTimeoutError, DeviceProtocolError):
            return None

    def _await_end_of_store(self) -> None:
        """Writing its memory, a printer is deaf for seconds."""
        end = self._clock.monotonic() + STORE_S
        while self._clock.monotonic() < end:
            health = self._health_or_silence(full=True)
            if health is not None and not health.cause:
                return
            self._clock.sleep(POLL_S)
        raise DeviceTimeoutError(f"{self._wire.name}: no end of storing the picture")

    def _clear(self) -> None:
        for command in self._dialect.clear(self._proof):
            self._link.send(command)

    def _failed(self, cause: str) -> PrintResult:
        """The printer named the fault; what it still holds must never come out."""
        try:
            self._clear()
        except DeviceError:
            self._wire.close()
        return PrintResult("failed", cause)

    def _stalled(self) -> PrintResult:
        """The printer takes no more data: ask why, then close the wire, which drops what is
        still queued in it."""
        try:
            health = self._health_or_silence()
        except DeviceError:
            health = None
        cause = health.cause if health is not None else ""
        result = self._failed(cause) if cause else PrintResult("unknown", "stalled")
        self._wire.close()
        return result


def _build(options: dict[str, str], wire: Wire, clock: Clock) -> Printer:
    """``profile``: one of PROFILES. ``present_s``: with a presenter only, 1 to 60 seconds.
    ``logo``: a picture file for the head of papers.
    """
    unknown = sorted(set(options) - {"logo", "profile", "present_s"})
    if unknown:
        names = ", ".join(unknown)
        raise ValueError(f"unknown options for escpos: {names}; known: logo, present_s, profile")
    profile = profile_named(options.get("profile", DEFAULT))
    if "present_s" in options and not profile.presenter:
        raise ValueError(f"{profile.id} has no presenter: present_s means nothing")
    present_s = _seconds(options["present_s"]) if "present_s" in options else PRESENT_S
    logo = OwnersLogo(Path(options["logo"]), profile) if options.get("logo") else None
    return EscposPrinter(profile, wire, clock, present_s, logo)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise ValueError(f"present_s {text!r} is not a number") from None
    if not 1 <= seconds <= PRESENT_S_MAX:
        raise ValueError(f"present_s {text} is not between 1 and {PRESENT_S_MAX:.0f}")
    return seconds


DRIVER = Driver(id="escpos", kind="printer", build=_build, profiles=tuple(PROFILES.values()))
