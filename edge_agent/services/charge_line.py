"""Central's charge port as the totem uses it, and whether it can be reached now.

``create`` makes a charge or finds the one of the same txid; ``ask`` and ``remove`` may be repeated
at will. Whatever was lost on the way is asked again, never guessed.

    ChargeError          no answer: ask again, with the same txid
    ├─ NoChargeError     central knows no charge of this txid
    └─ ChargeRefusedError  central will not make this charge: tell the customer
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from edge_agent.services.board import Board
from sync_protocol.charges import ChargeRequest, ChargeState

Answer = TypeVar("Answer")


class ChargeError(Exception):
    """No answer, or not now. Ask again later with the same txid."""


class NoChargeError(ChargeError):
    """There is no charge of this txid."""


class ChargeRefusedError(ChargeError):
    """This charge will never be made."""


class ChargePort(Protocol):
    """Where PIX charges are made."""

    async def ready(self) -> None:
        """Whether charges can be made now. Raises ChargeError."""

    async def create(self, request: ChargeRequest) -> ChargeState:
        """Idempotent by txid. Raises ChargeError, ChargeRefusedError."""

    async def ask(self, txid: str) -> ChargeState:
        """Raises ChargeError, NoChargeError."""

    async def remove(self, txid: str) -> ChargeState:
        """Idempotent; a charge that was paid first stays paid and says so. Raises ChargeError,
        NoChargeError.
        """


class ChargeLine:
    """A ChargePort that remembers whether its last call got through."""

    def __init__(self, port: ChargePort, board: Board, monotonic: Callable[[], float]) -> None:
        self._port = port
        self._board = board
        self._monotonic = monotonic
        self.is_up = False
        self.tried_s = float("-inf")

    async def ready(self) -> None:
        await self._through(self._port.ready())

    async def create(self, request: ChargeRequest) -> ChargeState:
        return await self._through(self._port.create(request))

    async def ask(self, txid: str) -> ChargeState:
        return await self._through(self._port.ask(txid))

    async def remove(self, txid: str) -> ChargeState:
        return await self._through(self._port.remove(txid))

    async def _through(self, call: Awaitable[Answer]) -> Answer:
        self.tried_s = self._monotonic()
        try:
            answer = await call
        except (NoChargeError, ChargeRefusedError):
            self._note(True)
            raise
        except ChargeError:
            self._note(False)
            raise
        self._note(True)
        return answer

    def _note(self, is_up: bool) -> None:
        if is_up != self.is_up:
            self.is_up = is_up
            self._board.changed()
