"""Addresses that a receipt is to be sent to: sealed like everything customers say of themselves.

The record bears the name of the event that asks for the receipt and is due at once, since its sale
has a ticket already. Implements ``edge_agent.services.receipts.Contacts``.
"""

from edge_agent.domain.person import is_usable
from edge_agent.journal import private
from edge_agent.journal.writer import Writing
from edge_agent.services.errors import RefusedError
from edge_agent.services.sealing import seal
from edge_agent.services.shelf import Shelf
from sync_protocol.messages import PrivateFields


class SealedContacts:
    """By the privacy key that is on the shelf now."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def can_keep(self) -> bool:
        return is_usable(self._shelf.catalogue.privacy)

    def keep_contact(self, writing: Writing, receipt: str, contact: dict[str, str]) -> None:
        """Raises RefusedError when the key is gone meanwhile: nothing is promised then."""
        key = self._shelf.catalogue.privacy
        if key is None:
            raise RefusedError("receipt-unavailable", "There is nowhere to keep an address.")
        fields = PrivateFields(email=contact.get("email", ""), phone=contact.get("phone", ""))
        private.keep(writing, receipt, seal(fields, receipt, key), is_due=True)
