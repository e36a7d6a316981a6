"""A scripted pinpad with a secure channel of its own making: no code of the driver's."""

import binascii
import re
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from tests.support.scripted_pinpad import Pinpad, frame, unframe

KSEC = bytes.fromhex("DB3B4D015432AB3223555A1F81759A94")
FRAME = re.compile(rb"\x16[^\x17]*\x17..", re.DOTALL)
OPENING = re.compile(rb"OPN5230256([0-9A-F]{512})3(010001)")


def packet(clear: bytes, key: bytes = KSEC) -> bytes:
    plain = len(clear).to_bytes(2, "big") + binascii.crc_hqx(clear, 0).to_bytes(2, "big") + clear
    plain += bytes(-len(plain) % 16)
    encryptor = Cipher(AES(key), CBC(bytes(16))).encryptor()
    return b"\x12" + encryptor.update(plain) + encryptor.finalize()


def opened(sealed: bytes, key: bytes = KSEC) -> bytes:
    decryptor = Cipher(AES(key), CBC(bytes(16))).decryptor()
    plain = decryptor.update(sealed[1:]) + decryptor.finalize()
    size = int.from_bytes(plain[:2], "big")
    clear = plain[4 : 4 + size]
    assert packet(clear, key) == sealed
    return clear


def wrapped(key: bytes, modulus: int, exponent: int) -> bytes:
    """PKCS#1 v1.5 by hand: 00 02, 237 random bytes that are not zero, 00, the key."""
    padding = bytes(secrets.choice(range(1, 256)) for _ in range(253 - len(key)))
    return pow(int.from_bytes(b"\0\2" + padding + b"\0" + key, "big"), exponent, modulus).to_bytes(
        256, "big"
    )


class SecurePinpad(Pinpad):
    """Answers a secure OPN; afterwards speaks packets, but for the goodbyes. ``drop_before``: once
    per name, forget the channel when this command comes. ``damage``: which bit of the answer to
    that command arrives wrong.
    """

    def __init__(self) -> None:
        super().__init__()
        self.openings: list[bytes] = []
        self.secured = False
        self.damage: dict[str, int] = {}
        self.drop_before: list[str] = []
        self._refuses = False

    def understood(self, data: bytes) -> bytes:
        found = OPENING.fullmatch(data)
        if found:
            modulus, exponent = int(found[1], 16), int(found[2], 16)
            self.openings.append(found[1])
            self.secured = True
            body = b"256" + wrapped(KSEC, modulus, exponent).hex().upper().encode()
            self.answers["OPN"] = [frame(b"OPN000515" + body)]
            return data
        if data[:1] != b"\x12":
            return data
        clear = opened(data)
        name = clear[:3].decode()
        if name in self.drop_before:
            self.drop_before.remove(name)
            self.secured = False
            self._refuses = True
        return clear

    def spoken(self, frames: bytes) -> bytes:
        if self._refuses:
            self._refuses = False
            return frame(b"ERR009")
        out = b""
        for found in FRAME.findall(frames):
            clear = unframe(found)
            name = clear[:3].decode()
            plain = not self.secured or name in ("OPN", "CLX", "CLO") or clear[3:6] == b"009"
            out += frame(clear if plain else self._sealed(name, clear))
        if b"CLX000" in frames:
            self.secured = False
        return out

    def _sealed(self, name: str, clear: bytes) -> bytes:
        sealed = bytearray(packet(clear))
        if name in self.damage:
            place = self.damage[name] % ((len(sealed) - 1) * 8)
            sealed[1 + place // 8] ^= 1 << place % 8
        return bytes(sealed)
