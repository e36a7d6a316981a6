"""The requests, field by field, as each profile wants them."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from edge_agent.devices.drivers.tef import fields as f
from edge_agent.devices.drivers.tef.fields import Record
from edge_agent.devices.drivers.tef.profiles import Profile, written_amount
from edge_agent.devices.ports import CardIntent

CARD_TYPES: Final = {"credit": "1", "debit": "2", "voucher": "3"}
IN_FULL: Final = "1"
BY_ISSUER, BY_STORE = "2", "3"
FINANCING: Final = {"issuer": BY_ISSUER, "store": BY_STORE}
REAL: Final = "0"
CAPABILITIES: Final = "156"
"""4 always, 8 separate copies, 16 reduced receipt, 128 long NSU: the amount never changes."""
INTERFACE: Final = "210"


class Identity(Struct, frozen=True):
    """Who asks: ``company`` that made the software, ``application`` and its ``version``, its
    ``registration`` with the manager's maker, the ``interface`` version and what we can do.
    """

    company: str = ""
    application: str = ""
    version: str = ""
    registration: str = ""
    interface: str = INTERFACE
    capabilities: str = CAPABILITIES


class Forms(Struct, frozen=True):
    """How this totem asks. ``network``: the acquirer to choose without a menu; ``financing``: who
    finances instalments, a value of 732.
    """

    profile: Profile
    identity: Identity
    network: str = ""
    financing: str = BY_STORE

    def active(self, number: str) -> Record:
        """ATV: is the manager there."""
        return self._signed("ATV", number)

    def sale(self, number: str, intent: CardIntent) -> Record:
        """CRT: a card payment."""
        record = {
            f.DOCUMENT: str(intent.number),
            f.AMOUNT: written_amount(self.profile, intent.amount_minor),
            f.CURRENCY: REAL,
            "731-000": CARD_TYPES[intent.kind],
            "732-000": self.financing if intent.instalments > 1 else IN_FULL,
        }
        if intent.instalments > 1:
            record[f.INSTALMENTS] = str(intent.instalments)
        if self.network:
            record[f.NETWORK] = self.network
        if self.profile.identified:
            record |= {"727-000": "0", "749-000": "1"}
        return self._signed("CRT", number, self._from_company(record))

    def cancellation(self, number: str, paid: Mapping[str, str], amount_minor: int) -> Record:
        """CNC of the sale whose answer's fields are ``paid``, verbatim."""
        keys = (f.NETWORK, f.NSU, f.AUTH_CODE, f.RECEIPT_DATE, f.RECEIPT_TIME, f.CONTROL)
        record = {key: paid[key] for key in keys if paid.get(key)}
        record[f.AMOUNT] = written_amount(self.profile, amount_minor)
        record[f.CURRENCY] = REAL
        return self._signed("CNC", number, self._from_company(record))

    def menu(self, number: str) -> Record:
        """ADM: the manager's own menu."""
        return self._signed("ADM", number, self._from_company({}))

    def closing(self, command: str, number: str, answer: Mapping[str, str]) -> Record:
        """CNF or NCN of the transaction whose answer's fields are ``answer``."""
        record = {key: answer[key] for key in self.profile.closing if answer.get(key)}
        return self._signed(command, number, record)

    def _from_company(self, record: Record) -> Record:
        if not self.profile.identified:
            return record
        who = self.identity
        return record | {"706-000": who.capabilities, "716-000": who.company}

    def _signed(self, command: str, number: str, record: Mapping[str, str] | None = None) -> Record:
        signed = {f.COMMAND: command, f.NUMBER: number} | dict(record or {})
        if not self.profile.identified:
            return signed
        who = self.identity
        signed |= {
            "733-000": who.interface,
            "735-000": who.application,
            "736-000": who.version,
            "738-000": who.registration,
        }
        return {key: f.plain(value) for key, value in signed.items()}
