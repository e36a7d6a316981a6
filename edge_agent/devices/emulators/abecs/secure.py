"""The pinpad's end of the secure channel: a random AES key given under the kiosk's RSA key, and
packets that nobody on the line can read.

A packet that does not add up is a PacketError, whatever was wrong with it; the caller then drops
the key. The check inside a packet is over the clear data alone, without the ETB of a frame.
"""

import secrets

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from edge_agent.devices.emulators.abecs.framing import crc16
from edge_agent.devices.emulators.abecs.message import Status, StatusError

DC2 = 0x12
KEY_SIZE = BLOCK = 16
HEADER = 4
MODULUS_SIZE = 256
MODE = b"0"


class PacketError(Exception):
    """What claims to be a secure packet is none."""


def wrap_key(key: bytes, modulus: bytes, exponent: bytes) -> bytes:
    """``key`` under an RSA-2048 public key, PKCS #1 v1.5. StatusError when that is no such key."""
    if len(modulus) != MODULUS_SIZE:
        raise StatusError(Status.INVALID_PARAMETER)
    try:
        numbers = RSAPublicNumbers(int.from_bytes(exponent, "big"), int.from_bytes(modulus, "big"))
        return numbers.public_key().encrypt(key, PKCS1v15())
    except ValueError:
        raise StatusError(Status.INVALID_PARAMETER) from None


def public_key(block: bytes) -> tuple[bytes, bytes]:
    """Modulus and exponent from the block of a secure OPN. StatusError when it is none."""
    modulus_end = 4 + 2 * MODULUS_SIZE
    size = block[modulus_end : modulus_end + 1]
    exponent = block[modulus_end + 1 :]
    sound = block[:1] == MODE and block[1:4] == b"256" and size.isdigit()
    if not sound or len(exponent) != 2 * int(size):
        raise StatusError(Status.INVALID_PARAMETER)
    try:
        modulus = bytes.fromhex(block[4:modulus_end].decode("ascii"))
        return modulus, bytes.fromhex(exponent.decode("ascii"))
    except ValueError:
        raise StatusError(Status.INVALID_PARAMETER) from None


def is_sealed(data: bytes) -> bool:
    return data[:1] == bytes([DC2])


def seal(key: bytes, clear: bytes) -> bytes:
    body = len(clear).to_bytes(2, "big") + crc16(clear).to_bytes(2, "big") + clear
    cipher = Cipher(AES(key), CBC(bytes(BLOCK))).encryptor()
    return bytes([DC2]) + cipher.update(body + bytes(-len(body) % BLOCK))


def unseal(key: bytes, packet: bytes) -> bytes:
    """Raises PacketError."""
    sealed = packet[1:]
    if not sealed or len(sealed) % BLOCK:
        raise PacketError
    body = Cipher(AES(key), CBC(bytes(BLOCK))).decryptor().update(sealed)
    length, check = int.from_bytes(body[:2], "big"), int.from_bytes(body[2:HEADER], "big")
    clear = body[HEADER : HEADER + length]
    if len(clear) != length or crc16(clear) != check:
        raise PacketError
    return clear


class Channel:
    """Open while it has a key. ``leave`` makes what is sent from then on readable again."""

    def __init__(self) -> None:
        self.key: bytes | None = None

    def enter(self, block: bytes) -> bytes:
        """A new key for whoever sent ``block``; returns it under their RSA key."""
        key = secrets.token_bytes(KEY_SIZE)
        wrapped = wrap_key(key, *public_key(block))
        self.key = key
        return wrapped

    def leave(self) -> None:
        self.key = None

    def outgoing(self, data: bytes) -> bytes:
        return data if self.key is None else seal(self.key, data)
