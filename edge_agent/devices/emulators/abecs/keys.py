"""The keys in this pinpad: publicly known test keys, so that anybody can open what it seals.

Slots 00 to 09 hold a master key and DUKPT keys for PINs and for data, 10 to 31 are empty, the rest
do not exist. DUKPT counters are kept apart for PIN and data and outlive the pinpad's power.
"""

from typing import Literal

from msgspec import Struct

from edge_agent.devices.emulators.abecs.ciphers import (
    COUNTER_BITS,
    data_key,
    decrypt,
    encrypt,
    initial_key,
    next_ksn,
    pin_key,
)
from edge_agent.devices.emulators.abecs.message import Status, StatusError
from edge_agent.devices.emulators.ledger import Ledger

BASE_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
FIRST_KSN = int.from_bytes(bytes.fromhex("FFFF9876543210E00001"), "big")
KSN_SIZE = 10
LOADED, SLOTS, SLOTS_MAX = 10, 32, 100
DATA_DEVICE = 50
"""Added to the device's number in the KSNs of data keys."""

Use = Literal["pin", "data"]
KEY_MAP = ("1" * LOADED + "0" * (SLOTS - LOADED) + "2" * (SLOTS_MAX - SLOTS)).encode()


class Spent(Struct, frozen=True):
    """The KSN that the slot's next use will have, in hex."""

    ksn: str


class Keys:
    """Raises StatusError for slots without a key."""

    def __init__(self, ledger: Ledger[Spent]) -> None:
        self._ledger = ledger

    def current_ksn(self, use: Use, slot: int) -> bytes:
        check_slot(slot)
        spent = self._ledger.get(f"{use}{slot:02d}")
        return bytes.fromhex(spent.ksn) if spent else first_ksn(use, slot)

    def spend(self, use: Use, slot: int) -> tuple[bytes, bytes]:
        """A DUKPT key and its KSN; never the same twice."""
        ksn = self.current_ksn(use, slot)
        self._ledger.put(f"{use}{slot:02d}", Spent(next_ksn(ksn).hex()))
        derive = pin_key if use == "pin" else data_key
        return derive(initial_key(BASE_KEY, ksn), ksn), ksn

    def working_key(self, slot: int, sealed: bytes) -> bytes:
        """A working key that came under the slot's master key."""
        if len(sealed) != len(BASE_KEY):
            raise StatusError(Status.INVALID_PARAMETER)
        return decrypt(master_key(slot), sealed)


def master_key(slot: int) -> bytes:
    check_slot(slot)
    return encrypt(BASE_KEY, bytes([slot]) * len(BASE_KEY))


def first_ksn(use: Use, slot: int) -> bytes:
    device = slot + (DATA_DEVICE if use == "data" else 0)
    return (FIRST_KSN + (device << COUNTER_BITS)).to_bytes(KSN_SIZE, "big")


def check_slot(slot: int) -> None:
    if slot >= SLOTS:
        raise StatusError(Status.INVALID_PARAMETER)
    if slot >= LOADED:
        raise StatusError(Status.NO_KEY)
