"""Runs what headquarters commands, one at a time, once the link has shown that the epoch holds."""

from collections.abc import Awaitable, Callable, Mapping

import structlog

from edge_agent.journal.commands import begin_next, cut_short, finish
from edge_agent.journal.journal import Journal
from sync_protocol.events import CommandOutcome

Effect = Callable[[], Awaitable[str]]
"""Does it and says in words what came of it. Raises EffectError when it did not work."""


class EffectError(Exception):
    """The effect did not come about; the message says why."""


class Commands:
    """``effects``: name -> what to do; ``may_run``: this machine is in the epoch it thinks."""

    def __init__(
        self, journal: Journal, effects: Mapping[str, Effect], may_run: Callable[[], bool]
    ) -> None:
        self._journal = journal
        self._effects = effects
        self._may_run = may_run
        self._is_settled = False
        self._log = structlog.get_logger("commands")

    async def run(self) -> None:
        """Everything that waits; first, what an earlier start left under way has failed."""
        if self._may_run() and not self._is_settled:
            await self._journal.do(cut_short)
            self._is_settled = True
        while self._may_run() and self._has_waiting():
            command = await self._journal.do(begin_next(frozenset(self._effects)))
            if command is None:
                return
            self._log.info("command begun", command=command.id, effect=command.effect)
            outcome, detail = await self._do(command.effect)
            await self._journal.do(finish(command, outcome, detail))
            self._log.info("command finished", command=command.id, outcome=outcome, detail=detail)

    async def _do(self, effect: str) -> tuple[CommandOutcome, str]:
        try:
            return "succeeded", await self._effects[effect]()
        except EffectError as error:
            return "failed", str(error)

    def _has_waiting(self) -> bool:
        sql = "SELECT 1 FROM commands WHERE state = 'delivered' LIMIT 1"
        with self._journal.reading() as connection:
            return connection.execute(sql).fetchone() is not None
