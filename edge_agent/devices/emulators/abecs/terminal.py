"""The pinpad's commands by name, behind its secure channel.

An instant command answers at once; a blocking one is a coroutine that waits for the customer and
may be cancelled at any of its waits. Once a kiosk has agreed a key nothing readable is obeyed but
OPN, and nothing readable is said but the answer to CLO or CLX and what a broken packet deserves.
"""

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from edge_agent.devices.emulators.abecs.desk import Desk, Notify, display_text
from edge_agent.devices.emulators.abecs.dictionary import Par
from edge_agent.devices.emulators.abecs.events import Events
from edge_agent.devices.emulators.abecs.hardware import Hardware
from edge_agent.devices.emulators.abecs.identity import Identity
from edge_agent.devices.emulators.abecs.keypad import Keypad
from edge_agent.devices.emulators.abecs.message import (
    Request,
    Status,
    StatusError,
    fields,
    name_of,
    parse,
    refusal,
    response,
)
from edge_agent.devices.emulators.abecs.payment import Payment
from edge_agent.devices.emulators.abecs.sealing import Remembered, ebx, gtk
from edge_agent.devices.emulators.abecs.secure import Channel, PacketError, is_sealed, unseal
from edge_agent.devices.emulators.abecs.tables import Tables

FLOOD = 20
EXTENDED_TEXT_MAX = 160
OLD_COMMANDS = {"OPN", "GIN", "DSP", "DEX", "CLO", "RMC", "GPN", "GTS", "TLI", "TLR", "TLE"}

Answer = bytes | Callable[[], Coroutine[Any, Any, bytes]]


class Terminal:
    """One pinpad behind all its lines, from power on to power off. ``heard`` is the last
    command's name."""

    def __init__(self, hardware: Hardware) -> None:
        remembered, desk = Remembered(), Desk(hardware.panel, hardware.customer)
        tables = Tables(hardware.tables, hardware.faults)
        identity, keypad = Identity(hardware, tables), Keypad(desk, hardware.keys, remembered)
        events, payment = Events(desk, remembered), Payment(hardware, desk, remembered)
        self.heard = ""
        self._hardware = hardware
        self._panel = hardware.panel
        self._desk = desk
        self._channel = Channel()
        self._remembered = remembered
        self._payment = payment
        self._instant: dict[str, Callable[[Request], bytes]] = {
            "OPN": self._opn,
            "GIX": identity.gix,
            "GIN": identity.gin,
            "DSP": self._dsp,
            "DEX": self._dex,
            "CLX": self._clx,
            "CLO": self._clo,
            "FCX": payment.fcx,
            "GTK": lambda request: gtk(request, remembered, hardware.keys, hardware.witness),
            "EBX": lambda request: ebx(request, hardware.keys),
            "GTS": tables.gts,
            "TLI": tables.tli,
            "TLR": tables.tlr,
            "TLE": tables.tle,
        }
        self._blocking: dict[str, Callable[[Request, Notify], Awaitable[bytes]]] = {
            "GCX": payment.gcx,
            "GOX": payment.gox,
            "CEX": events.cex,
            "RMC": events.rmc,
            "GCD": keypad.gcd,
            "MNU": keypad.mnu,
            "GPN": keypad.gpn,
        }

    def answer(self, data: bytes, notify: Notify) -> Answer:
        """The response as it goes on the line, or what to await for it: it comes when the
        customer has acted."""
        key = self._channel.key
        if not is_sealed(data):
            if key is not None and self._knows(name_of(data)) and name_of(data) != "OPN":
                return refusal(name_of(data), Status.BAD_PACKET)
            return self._answer_clear(data, notify)
        if key is None:
            return refusal("ERR", Status.NOT_SECURE)
        try:
            clear = unseal(key, data)
        except PacketError:
            self._close()
            return refusal("ERR", Status.BAD_PACKET)
        if name_of(clear) == "OPN":
            self._close()
            return refusal("OPN", Status.INVALID_CALL)
        return self._answer_sealed(clear, notify)

    def outgoing(self, data: bytes) -> bytes:
        """Sealed for whoever holds the channel's key."""
        return self._channel.outgoing(data)

    def reset(self) -> None:
        """Forget the transaction, as after CAN, OPN and CLX."""
        self._payment.forget()
        self._desk.rest()
        self._hardware.customer.leave()

    def _close(self) -> None:
        """As after CLX: the card is forgotten and the key gone as well."""
        self._channel.leave()
        self._remembered.forget()
        self.reset()

    def _answer_sealed(self, clear: bytes, notify: Notify) -> Answer:
        answer = self._answer_clear(clear, notify)
        if isinstance(answer, bytes):
            return self.outgoing(answer)
        return partial(self._sealed, answer)

    async def _sealed(self, answer: Callable[[], Coroutine[Any, Any, bytes]]) -> bytes:
        return self.outgoing(await answer())

    def _answer_clear(self, data: bytes, notify: Notify) -> Answer:
        self.heard = name = name_of(data)
        if not self._knows(name):
            return refusal("ERR", Status.INVALID_CALL)
        try:
            request = parse(data)
            if name in self._instant:
                return self._instant[name](request)
        except StatusError as error:
            return refusal(name, error.status)
        return partial(self._block, request, notify)

    def _knows(self, name: str) -> bool:
        if "old_pinpad" in self._hardware.faults and name not in OLD_COMMANDS:
            return False
        return name in self._instant or name in self._blocking

    async def _block(self, request: Request, notify: Notify) -> bytes:
        if "notify_flood" in self._hardware.faults:
            for number in range(FLOOD):
                notify(f"{request.command} {number}")
        try:
            return await self._blocking[request.command](request, notify)
        except StatusError as error:
            self._desk.rest()
            return refusal(request.command, error.status)

    # ---- conversation and display

    def _opn(self, request: Request) -> bytes:
        self._close()
        block = request.text()
        if not block or "old_pinpad" in self._hardware.faults:
            return response("OPN")
        wrapped = self._channel.enter(block)
        return fields("OPN", f"{len(wrapped):03d}".encode(), wrapped.hex().upper().encode())

    def _dsp(self, request: Request) -> bytes:
        self._panel.show(display_text(request))
        return response("DSP")

    def _dex(self, request: Request) -> bytes:
        if len(request.text()) > EXTENDED_TEXT_MAX:
            raise StatusError(Status.INVALID_PARAMETER)
        self._panel.show(display_text(request))
        return response("DEX")

    def _clo(self, request: Request) -> bytes:
        self._close()
        if request.blocks:
            self._panel.show(display_text(request))
        return response("CLO")

    def _clx(self, request: Request) -> bytes:
        message = request.parameters().get(Par.TEXT)
        self._close()
        if message is not None:
            self._panel.show(message.decode("latin-1"))
        return response("CLX")
