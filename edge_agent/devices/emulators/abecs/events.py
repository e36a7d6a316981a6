"""CEX waits for whatever happens first at the pinpad's front; RMC for the card to be out."""

from msgspec import Struct

from edge_agent.devices.emulators.abecs.desk import Desk, Notify, display_text
from edge_agent.devices.emulators.abecs.dictionary import Par, Res, need
from edge_agent.devices.emulators.abecs.keypad import patience
from edge_agent.devices.emulators.abecs.message import Request, Status, StatusError, response
from edge_agent.devices.emulators.abecs.panel import Ask, Key, Panel, Way
from edge_agent.devices.emulators.abecs.sale import pan_mask
from edge_agent.devices.emulators.abecs.sealing import Remembered
from edge_agent.devices.emulators.abecs.tracks import (
    of_stripe,
    part_of_first,
    part_of_second,
)

KEY_EVENTS: dict[Key, bytes] = {
    "ok": b"00",
    "up": b"02",
    "down": b"03",
    "f1": b"04",
    "f2": b"05",
    "f3": b"06",
    "f4": b"07",
    "clear": b"08",
}
CANCELLED, SWIPED = b"13", b"90"
CARD_OUT, CARD_IN = b"91", b"92"
NO_TAP, TAPPED = b"93", b"94"
ANTENNA_LIMIT_S = 120.0
PLACES: tuple[Way, ...] = ("keys", "stripe", "chip", "antenna")
CHIP_PLACE = 2


class _Watch(Struct, frozen=True):
    """What CEX was told to look at."""

    ways: frozenset[Way]
    removal: bool

    @property
    def ask(self) -> Ask:
        if self.removal:
            return Ask("remove", ways=self.ways)
        return Ask("insert" if self.ways - {"keys"} else "key", ways=self.ways)

    def event(self, panel: Panel) -> bytes:
        """What has happened, or nothing yet."""
        if self.removal and panel.inserted is None:
            return CARD_OUT
        if "chip" in self.ways and not self.removal and panel.inserted is not None:
            return CARD_IN
        if panel.presented is not None:
            return SWIPED if panel.presented.way == "stripe" else TAPPED
        pressed = [KEY_EVENTS[key] for key in panel.pressed if key in KEY_EVENTS]
        return pressed[0] if pressed and "keys" in self.ways else b""


class Events:
    def __init__(self, desk: Desk, remembered: Remembered) -> None:
        self._desk = desk
        self._remembered = remembered

    async def cex(self, request: Request, _: Notify) -> bytes:
        parameters = request.parameters()
        contactless = self._desk.customer.behaviour.contactless
        watch = _watch(need(parameters, Par.CEX_OPTIONS), contactless)
        mask = pan_mask(parameters)
        self._remembered.forget()
        event = await self._happened(watch, patience(parameters))
        values = {Res.EVENT: event}
        swiped = self._desk.panel.presented
        if event == SWIPED and swiped is not None:
            tracks = of_stripe(swiped.card)
            self._remembered.keep(tracks, swiped.card.masked())
            values[Res.TRACK_1_PART] = part_of_first(tracks.first, mask)
            values[Res.TRACK_2_PART] = part_of_second(tracks.second, mask)
        return response("CEX", values)

    async def _happened(self, watch: _Watch, seconds: float | None) -> bytes:
        panel = self._desk.panel
        limited = "antenna" in watch.ways and (seconds is None or seconds >= ANTENNA_LIMIT_S)
        try:
            await self._desk.ask(
                watch.ask,
                lambda: bool(watch.event(panel)),
                ANTENNA_LIMIT_S if limited else seconds,
            )
        except StatusError as error:
            if error.status == Status.CANCEL:
                return CANCELLED
            if error.status == Status.TIMEOUT and limited:
                return NO_TAP
            raise
        return watch.event(panel)

    async def rmc(self, request: Request, notify: Notify) -> bytes:
        panel = self._desk.panel
        text = display_text(request).ljust(32)
        panel.show(text)
        if panel.inserted:
            self._desk.tell(text[:16], text[16:32], notify)
            ask = Ask("remove", ways=frozenset({"chip"}))
            await self._desk.ask(ask, lambda: panel.inserted is None, None)
        return response("RMC")


def _watch(options: bytes, contactless: bool) -> _Watch:
    """Places that are missing or odd ask for nothing."""
    asked = options.decode("latin-1").ljust(len(PLACES), "0")
    ways = {way for way, wanted in zip(PLACES, asked, strict=False) if wanted == "1"}
    removal = asked[CHIP_PLACE] == "2"
    if removal:
        ways.add("chip")
    if not contactless:
        ways.discard("antenna")
    return _Watch(frozenset(ways), removal)
