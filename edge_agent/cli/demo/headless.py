"""The demo without hands: sell, cut the network, go on selling, join it again, drain, audit."""

import asyncio
import time
from typing import Any, NamedTuple

from msgspec import json

from edge_agent.cli.agent_client import AgentClient
from edge_agent.cli.demo.audit import Report, Shift, read_books, report
from edge_agent.cli.demo.customers import Crowd, shop
from edge_agent.cli.demo.floor import Floor, Say, Totem

DRAIN_LIMIT_S = 120.0
SELL_BASE_S = 120.0
SELL_EACH_S = 4.0
PAUSE_S = 0.4


class Orders(NamedTuple):
    """How much to sell, how long to be offline, and whether to falsify the ledger."""

    sales: int
    cut_s: float
    tamper: bool


class DemoFailedError(Exception):
    """The demo could not be carried through; the message says where it stood."""


async def run_headless(floor: Floor, orders: Orders, say: Say) -> Report:
    """Everything from start to audit; the floor is closed again whatever happens."""
    try:
        await floor.open()
        crowd = await _sell(floor, orders, say)
        say("waiting until every outbox is empty")
        drain_s = await _drain(floor.totems)
        say(f"drained in {drain_s:.1f} s; auditing")
        if orders.tamper:
            await floor.central("tamper")
        central = await _central_audit(floor)
        books = [await asyncio.to_thread(read_books, totem) for totem in floor.totems]
        while_cut = sum(bought.while_cut for bought in crowd.bought)
        return report(books, central, floor.charges.received(), Shift(while_cut, drain_s))
    finally:
        await floor.close()


async def _sell(floor: Floor, orders: Orders, say: Say) -> Crowd:
    link = floor.link
    assert link is not None, "an open floor has its link"
    crowd = Crowd(orders.sales, lambda: not link.is_whole)
    limit_s = SELL_BASE_S + orders.cut_s + SELL_EACH_S * orders.sales
    say(f"selling {orders.sales} tickets at {len(floor.totems)} totems")
    shoppers = [
        asyncio.create_task(
            asyncio.to_thread(shop, crowd, AgentClient("127.0.0.1", it.port), place, PAUSE_S)
        )
        for place, it in enumerate(floor.totems)
    ]
    try:
        await _until(lambda: len(crowd.bought) >= orders.sales // 3, limit_s)
        if orders.cut_s > 0:
            say(f"network to central cut for {orders.cut_s:g} s")
            await floor.cut_network()
            await asyncio.sleep(orders.cut_s)
            await floor.join_network()
            say("network back")
        async with asyncio.timeout(limit_s):
            await asyncio.gather(*shoppers)
    finally:
        crowd.stopped.set()
    return crowd


async def _until(true: Any, limit_s: float) -> None:
    end = time.monotonic() + limit_s
    while not true():
        if time.monotonic() > end:
            raise DemoFailedError(f"customers did not get on within {limit_s:.0f} s")
        await asyncio.sleep(0.1)


async def _drain(totems: list[Totem]) -> float:
    """Seconds until nothing is left to push."""
    start = time.monotonic()
    left = -1
    while time.monotonic() - start < DRAIN_LIMIT_S:
        healths = [
            await asyncio.to_thread(AgentClient("127.0.0.1", it.port).get, "/v1/health")
            for it in totems
        ]
        left = sum(it["outbox"] + it["printing"] + it["pix_open"] for it in healths)
        if left == 0:
            return time.monotonic() - start
        await asyncio.sleep(0.2)
    raise DemoFailedError(f"{left} events were still in the outboxes after {DRAIN_LIMIT_S:.0f} s")


async def _central_audit(floor: Floor) -> dict[str, Any]:
    words = await floor.central("audit", "--json", may_fail=True)
    found: dict[str, Any] = json.decode(words.strip().splitlines()[-1])
    return found
