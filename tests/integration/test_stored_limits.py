"""A totem whose acquirer cannot be reached takes cards up to its limits, and drains afterwards."""

from pathlib import Path

import pytest

from edge_agent.cli.agent_client import AgentError
from tests.support.acquirer_bench import policy, totem_with_acquirer
from tests.support.flow_bench import MortalTotem, State

PRICE = 4_500


def debit(state: State) -> tuple[bool, str]:
    (found,) = [it for it in state["methods"] if it["method"] == "debit"]
    return found["available"], found["reason"]


def sell(totem: MortalTotem) -> None:
    totem.choose("blood")
    totem.pay("debit")
    totem.printed()
    totem.tell("finish")


def at_risk(totem: MortalTotem) -> int:
    return int(totem.client.get("/v1/health")["at_risk_minor"])


@pytest.mark.parametrize(
    "limit", [{"stored_total_minor_max": 3 * PRICE}, {"stored_count_max": 3}], ids=str
)
def test_with_the_line_down_cards_are_taken_up_to_the_limit_and_then_drain(
    tmp_path: Path, limit: dict[str, int]
) -> None:
    with totem_with_acquirer(tmp_path, policy(**limit)) as (totem, acquirer):
        for _ in range(3):
            sell(totem)
        assert at_risk(totem) == 3 * PRICE
        assert debit(totem.choose("blood")) == (False, "limit_reached")
        with pytest.raises(AgentError, match="limit_reached"):
            totem.pay("debit")

        totem.kill()
        acquirer.come_up()
        totem.start_again()
        totem.choose("blood")
        totem.until(lambda it: debit(it) == (False, "forwarding"))
        assert at_risk(totem) == 2 * PRICE
        with pytest.raises(AgentError, match="forwarding"):
            totem.pay("debit")

        acquirer.go_on()
        totem.until(lambda it: debit(it) == (True, ""))
        assert acquirer.taken() == [PRICE] * 3
        assert at_risk(totem) == 0
