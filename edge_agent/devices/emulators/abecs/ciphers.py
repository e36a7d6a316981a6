"""DES as cards use it: triple DES in blocks, and the DUKPT keys of ANSI X9.24-2009.

Data shorter than a whole number of blocks is the caller's mistake.
"""

from typing import Literal

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

BLOCK = 8
NO_START = bytes(BLOCK)
HALF = 8
COUNTER_BITS = 21
COUNTER_MASK = (1 << COUNTER_BITS) - 1
KEY_MASK = bytes.fromhex("C0C0C0C000000000C0C0C0C000000000")
PIN_VARIANT = bytes.fromhex("00000000000000FF00000000000000FF")
DATA_VARIANT = bytes.fromhex("0000000000FF00000000000000FF0000")

Mode = Literal["ecb", "cbc"]


def encrypt(key: bytes, data: bytes, mode: Mode = "ecb", start: bytes = NO_START) -> bytes:
    """Under a triple DES key of 16 bytes."""
    return _cipher(key, mode, start).encryptor().update(data)


def decrypt(key: bytes, data: bytes, mode: Mode = "ecb", start: bytes = NO_START) -> bytes:
    return _cipher(key, mode, start).decryptor().update(data)


def initial_key(base_key: bytes, ksn: bytes) -> bytes:
    """What is injected into a device: the base derivation key bound to the device's number."""
    number = _without_counter(ksn)[:HALF]
    return encrypt(base_key, number) + encrypt(_xor(base_key, KEY_MASK), number)


def pin_key(initial: bytes, ksn: bytes) -> bytes:
    return _xor(_transaction_key(initial, ksn), PIN_VARIANT)


def data_key(initial: bytes, ksn: bytes) -> bytes:
    """For requests: the variant, encrypted under itself half by half."""
    variant = _xor(_transaction_key(initial, ksn), DATA_VARIANT)
    return encrypt(variant, variant[:HALF]) + encrypt(variant, variant[HALF:])


def next_ksn(ksn: bytes) -> bytes:
    """The next number whose counter has at most ten ones, as the standard wants."""
    number = int.from_bytes(ksn, "big") + 1
    while (number & COUNTER_MASK).bit_count() > 10:
        number += 1
    return number.to_bytes(len(ksn), "big")


def _transaction_key(initial: bytes, ksn: bytes) -> bytes:
    key, register = initial, int.from_bytes(_without_counter(ksn)[2:], "big")
    counter = int.from_bytes(ksn[-3:], "big") & COUNTER_MASK
    for bit in reversed(range(COUNTER_BITS)):
        if counter >> bit & 1:
            register |= 1 << bit
            data = register.to_bytes(HALF, "big")
            key = _step(_xor(key, KEY_MASK), data) + _step(key, data)
    return key


def _step(key: bytes, data: bytes) -> bytes:
    left, right = key[:HALF], key[HALF:]
    return _xor(_single(left, _xor(data, right)), right)


def _single(key: bytes, block: bytes) -> bytes:
    return Cipher(TripleDES(key * 3), ECB()).encryptor().update(block)


def _without_counter(ksn: bytes) -> bytes:
    return (int.from_bytes(ksn, "big") & ~COUNTER_MASK).to_bytes(len(ksn), "big")


def _cipher(key: bytes, mode: Mode, start: bytes) -> Cipher[ECB | CBC]:
    return Cipher(TripleDES(key + key[:HALF]), ECB() if mode == "ecb" else CBC(start))


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))
