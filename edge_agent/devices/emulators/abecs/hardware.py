"""What of a pinpad outlives its power: the customer before it, its keys, tables and witness."""

from collections.abc import Set as AbstractSet
from pathlib import Path

from msgspec import Struct

from edge_agent.devices.emulators.abecs.customer import Behaviour, Customer
from edge_agent.devices.emulators.abecs.faults import Fault
from edge_agent.devices.emulators.abecs.keys import Keys, Spent
from edge_agent.devices.emulators.abecs.panel import Panel
from edge_agent.devices.emulators.abecs.tables import Loaded
from edge_agent.devices.emulators.abecs.witness import Witness
from edge_agent.devices.emulators.ledger import Ledger

TABLES_FILE, KEYS_FILE = "tables.jsonl", "keys.jsonl"


class Hardware(Struct, frozen=True):
    serial: str
    panel: Panel
    customer: Customer
    witness: Witness
    keys: Keys
    tables: Ledger[Loaded]
    faults: AbstractSet[Fault]


def assembled(
    behaviour: Behaviour, folder: Path | None, seed: int, faults: AbstractSet[Fault]
) -> Hardware:
    """``folder`` keeps what outlives the process too. ``seed`` decides cards, mix and serial."""
    serial, witness, panel = f"SN{seed + 1:08d}", Witness(folder), Panel()
    customer = Customer(behaviour, panel, seed)
    customer.resume(witness.approvals())
    return Hardware(
        serial=serial,
        panel=panel,
        customer=customer,
        witness=witness,
        keys=Keys(Ledger(Spent, folder and folder / KEYS_FILE)),
        tables=Ledger(Loaded, folder and folder / TABLES_FILE),
        faults=faults,
    )
