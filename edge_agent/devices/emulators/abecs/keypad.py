"""What the customer types and chooses: GCD in clear under one of the fixed messages, MNU from a
list, GPN as a PIN that leaves encrypted only."""

from collections.abc import Callable

from msgspec import Struct

from edge_agent.devices.emulators.abecs.ciphers import encrypt
from edge_agent.devices.emulators.abecs.desk import Desk, Notify
from edge_agent.devices.emulators.abecs.dictionary import Par, Res, counted, need
from edge_agent.devices.emulators.abecs.keys import KSN_SIZE, Keys
from edge_agent.devices.emulators.abecs.message import (
    Request,
    Status,
    StatusError,
    fields,
    response,
)
from edge_agent.devices.emulators.abecs.panel import COLUMNS, Ask, Panel
from edge_agent.devices.emulators.abecs.prompts import MESSAGES
from edge_agent.devices.emulators.abecs.sealing import Remembered

TYPED_MAX = 32
OPTIONS_MAX, OPTION_SIZE = 20, 24
PIN_LEAST, PIN_MOST, PIN_TIMEOUT_S = 4, 12, 60.0
WORKING_KEY_METHOD, DUKPT_METHOD = "1", "3"
PAN_LEAST, PAN_FIELD = 2, 19
ACCOUNT_DIGITS = 12


class Entry:
    """Digits as they are typed, shown on the second line, confirmed with the green key."""

    def __init__(self, panel: Panel, least: int, most: int, secret: bool = False) -> None:
        self.typed = ""
        self._panel = panel
        self._least = least
        self._most = most
        self._secret = secret
        self._title = panel.lines[0]

    def done(self) -> bool:
        while self._panel.pressed:
            key = self._panel.pressed.pop(0)
            if key == "ok" and len(self.typed) >= self._least:
                return True
            if key == "clear":
                self.typed = self.typed[:-1]
            elif key.isdigit() and len(self.typed) < self._most:
                self.typed += key
            shown = "*" * len(self.typed) if self._secret else self.typed
            self._panel.show(self._title + shown[-COLUMNS:].rjust(COLUMNS))
        return False


class Menu:
    """Options one at a time on the second line; arrows move, a leading digit is a short cut."""

    def __init__(self, panel: Panel, options: tuple[str, ...]) -> None:
        self.number = 1
        self._panel = panel
        self._options = options
        self._title = panel.lines[0]

    def done(self) -> bool:
        if 1 <= self._panel.chosen <= len(self._options):
            self.number = self._panel.chosen
            return True
        while self._panel.pressed:
            key = self._panel.pressed.pop(0)
            if key == "ok":
                return True
            step = {"up": -1, "down": 1}.get(key, 0)
            self.number = (self.number - 1 + step) % len(self._options) + 1
            short_cuts = [at for at, it in enumerate(self._options, 1) if it[:1] == key]
            if short_cuts:
                self.number = short_cuts[0]
                return True
            self._panel.show(self._title + self._options[self.number - 1][:COLUMNS])
        return False


class _PinOrder(Struct, frozen=True):
    method: str
    slot: int
    sealed_key: bytes
    pan: str
    least: int
    most: int
    text: str


class Keypad:
    """Every command leaves the display at rest, however it ends."""

    def __init__(self, desk: Desk, keys: Keys, remembered: Remembered) -> None:
        self._desk = desk
        self._keys = keys
        self._remembered = remembered

    async def gcd(self, request: Request, notify: Notify) -> bytes:
        parameters = request.parameters()
        index = counted(need(parameters, Par.MESSAGE_INDEX))
        least = counted(parameters.get(Par.DIGITS_MIN, b"\0"))
        most = counted(parameters.get(Par.DIGITS_MAX, bytes([TYPED_MAX])))
        if index not in MESSAGES or not least <= most <= TYPED_MAX:
            raise StatusError(Status.INVALID_PARAMETER)
        first, _, second = MESSAGES[index].partition("\n")
        self._desk.tell(first, second, notify)
        entry = Entry(self._desk.panel, least, most)
        ask = Ask("type", index=index, least=least, most=most)
        await self._answered(ask, entry.done, patience(parameters))
        return response("GCD", {Res.TYPED: entry.typed.encode()})

    async def mnu(self, request: Request, notify: Notify) -> bytes:
        parameters, options = request.parameters(), request.every(Par.MENU_OPTION)
        if not options:
            raise StatusError(Status.MISSING_PARAMETER)
        if len(options) > OPTIONS_MAX or any(len(it) > OPTION_SIZE for it in options):
            raise StatusError(Status.INVALID_PARAMETER)
        texts = tuple(option.decode("latin-1") for option in options)
        title = parameters.get(Par.TEXT, b"").decode("latin-1").replace("\r", " ")
        self._desk.tell(title, texts[0], notify)
        menu = Menu(self._desk.panel, texts)
        await self._answered(Ask("menu", options=texts), menu.done, patience(parameters))
        return response("MNU", {Res.TYPED: f"{menu.number:02d}".encode()})

    async def gpn(self, request: Request, _: Notify) -> bytes:
        order = _pin_order(request.text())
        pan = order.pan or self._remembered.need().number
        working = b""
        if order.method == WORKING_KEY_METHOD:
            working = self._keys.working_key(order.slot, order.sealed_key)
        else:
            self._keys.current_ksn("pin", order.slot)
        self._desk.panel.show(order.text)
        entry = Entry(self._desk.panel, order.least, order.most, secret=True)
        ask = Ask("secret", least=order.least, most=order.most)
        await self._answered(ask, entry.done, PIN_TIMEOUT_S)
        key, ksn = working, bytes(KSN_SIZE)
        if order.method == DUKPT_METHOD:
            key, ksn = self._keys.spend("pin", order.slot)
        sealed = encrypt(key, pin_block(entry.typed, pan))
        return fields("GPN", sealed.hex().upper().encode(), ksn.hex().upper().encode())

    async def _answered(self, ask: Ask, done: Callable[[], bool], seconds: float | None) -> None:
        try:
            await self._desk.ask(ask, done, seconds)
        finally:
            self._desk.rest()


def patience(parameters: dict[int, bytes]) -> float | None:
    """The kiosk's timeout; without one the customer may take for ever."""
    sent = parameters.get(Par.TIMEOUT)
    return None if sent is None else float(counted(sent))


def pin_block(pin: str, pan: str) -> bytes:
    """ISO 9564 format 0: the PIN over the last twelve digits of the number before its check."""
    first = int(f"0{len(pin):X}{pin}".ljust(16, "F"), 16)
    second = int(pan[:-1][-ACCOUNT_DIGITS:].rjust(16, "0"), 16)
    return (first ^ second).to_bytes(8, "big")


def _pin_order(block: bytes) -> _PinOrder:
    """Raises StatusError for anything but one PIN of at least four digits."""
    text = block.decode("latin-1")
    method, slot, sealed, size = text[:1], text[1:3], text[3:35], text[35:37]
    pan, entries = text[37:56], text[56:57]
    least, most, shown = text[57:59], text[59:61], text[61:]
    numeric = all(it.isdecimal() for it in (slot, size, least, most))
    known = method in (WORKING_KEY_METHOD, DUKPT_METHOD) and entries == "1" and len(shown) == 32
    if not (numeric and known and PIN_LEAST <= int(least) <= int(most)):
        raise StatusError(Status.INVALID_PARAMETER)
    number = pan[: int(size)]
    if number and (int(size) < PAN_LEAST or int(size) > PAN_FIELD or not number.isdecimal()):
        raise StatusError(Status.INVALID_PARAMETER)
    try:
        sealed_key = bytes.fromhex(sealed)
    except ValueError:
        raise StatusError(Status.INVALID_PARAMETER) from None
    most_typed = min(int(most), PIN_MOST)
    return _PinOrder(method, int(slot), sealed_key, number, int(least), most_typed, shown)
