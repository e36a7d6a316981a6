"""The driver for ESC/POS receipt printers: check, send, prove.

A ticket is refused before the first byte when the printer says it cannot print. From the first byte
on, the answer is a PrintResult and never an exception: ``printed`` only on the printer's own proof
(GS ( H), ``likely`` when it has no proof to give and no fault was seen, ``failed`` with the cause
it named, ``unknown`` on silence. After a fault in mid ticket the printer's buffer is cleared, so no
half ticket comes out when the paper is back.

Probe first; deadlines on every call; silence is never "ok"; nothing is retried here; the wire is
the supervisor's.
"""

from collections.abc import Iterator
from typing import Literal

from edge_agent.devices.drivers.escpos.link import EscposLink
from edge_agent.devices.drivers.escpos.profiles import DEFAULT, PROFILES, profile_named
from edge_agent.devices.drivers.escpos.render import render
from edge_agent.devices.drivers.escpos.replies import Faults, meaning_of
from edge_agent.devices.errors import (
    DeviceError,
    DeviceGoneError,
    DeviceRefusedError,
    DeviceTimeoutError,
)
from edge_agent.devices.ports import (
    Clock,
    Driver,
    Image,
    Paper,
    Printer,
    PrinterProfile,
    PrinterStatus,
    PrintResult,
    Reading,
    Wire,
)

Proof = Literal["process_id", "sentinel", "status"]

RESET = b"\x1b@"
NO_AUTOMATIC_STATUS = b"\x1da\x00"
CLEAR_BUFFERS = b"\x10\x05\x02"
SENTINEL = b"\x1dr\x01"
CHUNK_MAX = 512
PROBE_S = 1.0
PROBE_ID = "~~~~"
"""Only ever awaited by the probe itself; a late answer to it is not another job's."""
POLL_S = 0.25
SETTLE_S = 3.0
LINE_S = 0.06
BITS_PER_BYTE = 10
INFO_S = 0.5
INFO_IDS = {"maker": 66, "model": 67, "firmware": 65, "serial": 68}


class EscposPrinter:
    """Implements ports.Printer over any wire."""

    def __init__(self, profile: PrinterProfile, wire: Wire, clock: Clock) -> None:
        self._profile = profile
        self._wire = wire
        self._clock = clock
        self._link = EscposLink(wire, clock)
        self._proof: Proof | None = None

    def open(self) -> None:
        """Raises DeviceGoneError, or DeviceTimeoutError when nothing on the wire answers. A
        printer out of paper opens; what proof it can give is then probed before its first
        ticket. Loads the renderer, so that no ticket waits for it."""
        self._render([])
        self._wire.open()
        self._link = EscposLink(self._wire, self._clock)
        self._proof = None
        try:
            self._start()
        except DeviceError:
            self._wire.close()
            raise

    def _start(self) -> None:
        if self._link.ask_all().cause:
            self._link.send(CLEAR_BUFFERS)
            return
        self._link.send(RESET + NO_AUTOMATIC_STATUS)
        self._proof = self._probe()

    def close(self) -> None:
        self._wire.close()

    def status(self) -> PrinterStatus:
        return _status(self._link.ask_all())

    def describe(self) -> dict[str, str]:
        facts = dict.fromkeys(INFO_IDS, "")
        if not self._link.ask_all().cause:
            for name, number in INFO_IDS.items():
                facts[name] = self._link.ask_info(number, INFO_S)
        return facts | {
            "proof": self._proof or "",
            "profile": self._profile.id,
            "columns": str(self._profile.columns),
        }

    def recover(self) -> None:
        """Clears the printer's buffer; what proof it can give is probed again before the next
        ticket.
        """
        self._link.send(CLEAR_BUFFERS)
        self._link.forget()
        self._proof = None

    def examine(self) -> list[Reading]:
        faults = self._link.ask_all()
        raw = (faults.printer, faults.offline, faults.error, faults.paper)
        return [
            Reading(f"DLE EOT {number}", f"{bits:02x}", meaning_of(number, bits))
            for number, bits in enumerate(raw, 1)
        ]

    def store_logo(self, image: Image) -> None:
        """None of the makes in this driver keeps one: a Logo prints its text."""
        raise DeviceRefusedError("no_logo", f"{self._profile.id} keeps no picture in its memory")

    def print(self, paper: Paper, process_id: str) -> PrintResult:
        """``DeviceRefusedError.code`` is a PrinterStatus cause, or ``document`` for a paper that
        cannot be made."""
        if len(process_id) != 4 or not all(" " <= character <= "~" for character in process_id):
            raise ValueError(f"process id {process_id!r} is not 4 printable ASCII characters")
        pieces, lines = self._render(paper)
        proof = self._ready_to_print()
        ticket = _Ticket(pieces, lines, process_id, proof)
        self._link.forget()
        try:
            return self._send_and_prove(ticket)
        except DeviceTimeoutError:
            return self._stalled()
        except DeviceGoneError:
            return PrintResult("unknown", "wire_gone")
        except DeviceError as error:
            return PrintResult("unknown", str(error))

    def _render(self, paper: Paper) -> tuple[list[bytes], int]:
        try:
            rendered = render(paper, self._profile)
        except ValueError as error:
            raise DeviceRefusedError("document", str(error)) from error
        return rendered.pieces, rendered.lines

    def _ready_to_print(self) -> Proof:
        cause = self._link.ask_all().cause
        if cause:
            raise DeviceRefusedError(cause, f"{self._wire.name}: {cause}")
        if self._proof is None:
            self._link.send(RESET + NO_AUTOMATIC_STATUS)
            self._proof = self._probe()
        return self._proof

    def _probe(self) -> Proof:
        """The best proof that the printer really gives, asked on an empty line."""
        self._link.forget()
        if self._profile.proof == "process_id":
            self._link.send(_name_of_job(PROBE_ID))
            if self._link.wait(lambda: PROBE_ID in self._link.finished, PROBE_S):
                return "process_id"
            self._link.send(RESET)
        if self._profile.proof != "status":
            self._link.send(SENTINEL)
            if self._link.wait(lambda: self._link.queued > 0, PROBE_S):
                return "sentinel"
        return "status"

    def _send_and_prove(self, ticket: "_Ticket") -> PrintResult:
        talks = True
        for chunk, on_boundary in ticket.chunks():
            self._link.send(chunk)
            if on_boundary and talks:
                faults = self._faults_or_silence()
                talks = faults is not None
                if faults is not None and _stops(faults) and not ticket.proved_by(self._link):
                    return self._failed(faults.cause)
        return self._await_proof(ticket)

    def _await_proof(self, ticket: "_Ticket") -> PrintResult:
        end = self._clock.monotonic() + ticket.patience_s(self._profile.baud)
        while self._clock.monotonic() < end:
            if self._link.wait(lambda: ticket.proved_by(self._link), POLL_S):
                return self._proved(ticket)
            faults = self._faults_or_silence()
            if ticket.proved_by(self._link):
                return self._proved(ticket)
            if faults is not None and _stops(faults):
                return self._failed(faults.cause)
        return self._unproved(ticket)

    def _proved(self, ticket: "_Ticket") -> PrintResult:
        if ticket.proof == "process_id":
            return PrintResult("printed")
        return self._unproved(ticket, answered=True)

    def _unproved(self, ticket: "_Ticket", answered: bool = False) -> PrintResult:
        faults = self._faults_or_silence(full=True)
        if faults is None:
            return PrintResult("unknown", "silent")
        if faults.cause:
            return self._failed(faults.cause)
        if answered or ticket.proof == "status":
            return PrintResult("likely")
        return PrintResult("unknown", "no_proof")

    def _faults_or_silence(self, full: bool = False) -> Faults | None:
        try:
            return self._link.ask_all() if full else self._link.ask_brief()
        except DeviceTimeoutError:
            return None

    def _failed(self, cause: str) -> PrintResult:
        """The printer named the fault; what it still holds must never come out."""
        try:
            self._link.send(CLEAR_BUFFERS)
        except DeviceError:
            self._wire.close()
        return PrintResult("failed", cause)

    def _stalled(self) -> PrintResult:
        """The printer takes no more data: ask why, then close the wire, which drops what is
        still queued in it."""
        try:
            faults = self._faults_or_silence()
        except DeviceError:
            faults = None
        cause = faults.cause if faults is not None else ""
        result = self._failed(cause) if cause else PrintResult("unknown", "stalled")
        self._wire.close()
        return result


class _Ticket:
    """One job on its way: its bytes in chunks, its proof, and how long it may take."""

    def __init__(self, pieces: list[bytes], lines: int, process_id: str, proof: Proof) -> None:
        closing = {"process_id": _name_of_job(process_id), "sentinel": SENTINEL, "status": b""}
        self.proof = proof
        self._id = process_id
        self._pieces = [*pieces, closing[proof]]
        self._lines = lines

    def chunks(self) -> Iterator[tuple[bytes, bool]]:
        """At most CHUNK_MAX bytes each, and whether the chunk ends where a command ends. A piece
        too long for a chunk (an image) is cut, and nothing may be asked inside it."""
        chunk = b""
        for piece in self._pieces:
            if chunk and len(chunk) + len(piece) > CHUNK_MAX:
                yield chunk, True
                chunk = b""
            chunk += piece
            while len(chunk) > CHUNK_MAX:
                yield chunk[:CHUNK_MAX], False
                chunk = chunk[CHUNK_MAX:]
        yield chunk, True

    def patience_s(self, baud: int) -> float:
        size = sum(map(len, self._pieces))
        printing_s = size * BITS_PER_BYTE / baud + self._lines * LINE_S
        return printing_s if self.proof == "status" else SETTLE_S + printing_s

    def proved_by(self, link: EscposLink) -> bool:
        if self.proof == "process_id":
            return self._id in link.finished
        return self.proof == "sentinel" and link.queued > 0


def _name_of_job(process_id: str) -> bytes:
    return b"\x1d(H\x06\x0000" + process_id.encode("ascii")


def _stops(faults: Faults) -> bool:
    """A hot head cools and goes on by itself; everything else needs a person."""
    return faults.cause not in ("", "overheated")


def _status(faults: Faults) -> PrinterStatus:
    cause = faults.cause
    return PrinterStatus(ready=not cause, paper=faults.paper_state, cause=cause)


def _build(options: dict[str, str], wire: Wire, clock: Clock) -> Printer:
    unknown = sorted(set(options) - {"profile"})
    if unknown:
        raise ValueError(f"unknown options for escpos: {', '.join(unknown)}; known: profile")
    return EscposPrinter(profile_named(options.get("profile", DEFAULT)), wire, clock)


DRIVER = Driver(id="escpos", kind="printer", build=_build, profiles=tuple(PROFILES.values()))
