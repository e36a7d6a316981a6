"""How a kiosk wants data encrypted, and the two commands that do it: GTK hands out a whole card,
EBX encrypts what the kiosk brings.

GTK does what it is asked, in clear too, as a real pinpad does; the witness keeps how every card
left, before it leaves. A card leaves once.
"""

from collections.abc import Callable
from functools import cache, partial
from secrets import token_bytes

from msgspec import Struct

from edge_agent.devices.emulators.abecs.ciphers import BLOCK, NO_START, Mode, encrypt
from edge_agent.devices.emulators.abecs.dictionary import Par, Res, digits, need
from edge_agent.devices.emulators.abecs.keys import Keys
from edge_agent.devices.emulators.abecs.message import Request, Status, StatusError, response
from edge_agent.devices.emulators.abecs.secure import wrap_key
from edge_agent.devices.emulators.abecs.tracks import (
    Encrypt,
    Tracks,
    packed,
    sealed_digits,
    sealed_text,
)
from edge_agent.devices.emulators.abecs.witness import CLEAR, Witness

MASTER, DUKPT, RANDOM = "1", "5", "9"
MODES: dict[str, Mode] = {"0": "ecb", "1": "cbc"}
KEY_SIZE = 16
DATA_MAX = 256
EVERYTHING = b"1111"


class Sealing(Struct):
    """One command's encryption. ``key`` gives the key for the next field, with its KSN if it has
    one; ``wrapped`` is a random key under the kiosk's RSA key."""

    mode: Mode
    start: bytes
    key: Callable[[], tuple[bytes, bytes]]
    wrapped: bytes = b""

    def next(self) -> tuple[Encrypt, bytes]:
        key, ksn = self.key()
        return partial(encrypt, key, mode=self.mode, start=self.start), ksn


class Remembered(Struct):
    """The card that GTK and GPN speak of: read by CEX or GCX, forgotten when told to."""

    tracks: Tracks | None = None
    masked_pan: str = ""

    def keep(self, tracks: Tracks, masked_pan: str) -> None:
        self.tracks, self.masked_pan = tracks, masked_pan

    def forget(self) -> None:
        self.tracks, self.masked_pan = None, ""

    def need(self) -> Tracks:
        if self.tracks is None:
            raise StatusError(Status.INVALID_CALL)
        return self.tracks


def sealing_from(parameters: dict[int, bytes], keys: Keys, allowed: str) -> Sealing:
    """What 0003 and the keys around it ask for; ``allowed`` are the kinds this command knows."""
    method = digits(need(parameters, Par.DATA_METHOD), 2)
    kind, mode = method[0], MODES.get(method[1])
    if kind not in allowed or mode is None:
        raise StatusError(Status.INVALID_PARAMETER)
    start = parameters.get(Par.CBC_START, NO_START) if mode == "cbc" else NO_START
    if len(start) != BLOCK:
        raise StatusError(Status.INVALID_PARAMETER)
    if kind == RANDOM:
        key = token_bytes(KEY_SIZE)
        modulus, exponent = need(parameters, Par.RSA_MODULUS), need(parameters, Par.RSA_EXPONENT)
        return Sealing(mode, start, lambda: (key, b""), wrap_key(key, modulus, exponent))
    slot = int(digits(need(parameters, Par.KEY_INDEX), 2))
    if kind == MASTER:
        working = keys.working_key(slot, need(parameters, Par.WORKING_KEY))
        return Sealing(mode, start, lambda: (working, b""))
    keys.current_ksn("data", slot)
    spend = partial(keys.spend, "data", slot)
    return Sealing(mode, start, cache(spend) if mode == "ecb" else spend)


def gtk(request: Request, remembered: Remembered, keys: Keys, witness: Witness) -> bytes:
    """The remembered card, asked for field by field, and forgotten."""
    tracks, parameters = remembered.need(), request.parameters()
    wanted = parameters.get(Par.TRACKS, EVERYTHING).ljust(len(EVERYTHING), b"0")
    open_digits = int(digits(parameters.get(Par.OPEN_DIGITS, b"0"), 1))
    if open_digits % 2:
        raise StatusError(Status.INVALID_PARAMETER)
    sealing = None
    if Par.DATA_METHOD in parameters:
        sealing = sealing_from(parameters, keys, MASTER + DUKPT + RANDOM)
    values: dict[int, bytes] = {}
    for asked, name, ksn_name, track in (
        (wanted[0:1], Res.WHOLE_PAN, Res.WHOLE_PAN_KSN, tracks.pan),
        (wanted[1:2], Res.TRACK_1, Res.TRACK_1_KSN, tracks.first),
        (wanted[2:3], Res.TRACK_2, Res.TRACK_2_KSN, tracks.second),
    ):
        if asked != b"1" or not track:
            continue
        is_text = name == Res.TRACK_1
        if sealing is None:
            values[name] = track.encode("latin-1") if is_text else packed(track)
            continue
        encrypt_next, ksn = sealing.next()
        values[name] = (sealed_text if is_text else sealed_digits)(track, open_digits, encrypt_next)
        if ksn:
            values[ksn_name] = ksn
    if sealing is not None and sealing.wrapped:
        values[Res.RANDOM_KEY] = sealing.wrapped
    method = parameters.get(Par.DATA_METHOD, b"").decode("ascii") or CLEAR
    witness.disclose(remembered.masked_pan, method)
    remembered.forget()
    return response("GTK", values)


def ebx(request: Request, keys: Keys) -> bytes:
    parameters = request.parameters()
    data = need(parameters, Par.DATA_IN)
    if not data or len(data) % BLOCK or len(data) > DATA_MAX:
        raise StatusError(Status.INVALID_PARAMETER)
    encrypt_next, ksn = sealing_from(parameters, keys, MASTER + DUKPT).next()
    values: dict[int, bytes] = {Res.DATA_OUT: encrypt_next(data)}
    return response("EBX", {**values, Res.KSN: ksn} if ksn else values)
