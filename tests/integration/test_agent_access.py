"""Accessibility at a running totem: what a customer chose, for how long, and the voice."""

import http.client
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from edge_agent.cli.agent_client import AgentError
from edge_agent.services.access import MORE_TIME, NONE, UNUSED_S, Access, AccessView
from edge_agent.services.board import Board
from edge_agent.services.visits import IDLE_S
from tests.support.flow_bench import Totem, totem_at_work

OFF = {
    "low": False,
    "contrast": False,
    "large": False,
    "slow": False,
    "speech": False,
    "headphones": False,
    "blank": False,
}


@pytest.fixture(scope="module")
def totem(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Totem]:
    with totem_at_work(tmp_path_factory.mktemp("access")) as one:
        yield one


def choose(totem: Totem, **aids: bool) -> Any:
    return totem.client.send("PUT", "/v1/access", aids)


def test_aids_chosen_at_the_first_screen_hold_for_the_visit_and_end_with_it(totem: Totem) -> None:
    assert choose(totem, low=True, slow=True)["access"] == OFF | {"low": True, "slow": True}
    assert totem.choose("blood")["access"]["low"]
    assert totem.state()["access"]["low"]
    assert totem.tell("cancel")["access"] == OFF


def test_more_time_is_three_times_the_time(totem: Totem) -> None:
    assert totem.choose("blood")["idle_s"] == IDLE_S
    assert choose(totem, slow=True)["idle_s"] == MORE_TIME * IDLE_S
    assert choose(totem, slow=False)["idle_s"] == IDLE_S
    totem.tell("cancel")


def test_the_picture_is_off_only_while_the_screen_is_spoken(totem: Totem) -> None:
    assert not choose(totem, blank=True)["access"]["blank"]
    assert choose(totem, speech=True, blank=True)["access"]["blank"]
    assert totem.choose("blood")["access"]["blank"]
    assert choose(totem, speech=False, blank=True)["access"] == OFF
    choose(totem, speech=True, blank=True)
    assert totem.tell("cancel")["access"] == OFF


def test_low_mode_knows_where_hands_reach(totem: Totem) -> None:
    panel = totem.state()["panel"]
    assert panel["band_top"] == pytest.approx(1 - 1612.9 / 1920, abs=0.001)
    assert panel["band_bottom"] == 1.0


def test_an_aid_nobody_knows_is_refused(totem: Totem) -> None:
    with pytest.raises(AgentError) as refused:
        choose(totem, wings=True)
    assert refused.value.code == "malformed"


@pytest.mark.parametrize(
    "body",
    [
        {"text": "", "locale": "pt"},
        {"text": "a" * 601, "locale": "pt"},
        {"text": "oi", "locale": "fr"},
    ],
)
def test_what_cannot_be_said_is_refused(totem: Totem, body: dict[str, str]) -> None:
    with pytest.raises(AgentError) as refused:
        totem.client.send("POST", "/v1/speak", body)
    assert refused.value.code == "malformed"


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed here")
def test_the_agent_speaks(totem: Totem) -> None:
    secret = totem.client.get("/v1/boot")["secret"]
    link = http.client.HTTPConnection(urlsplit(totem.address).netloc, timeout=20)
    headers = {"content-type": "application/json", "totem-secret": secret}
    link.request("POST", "/v1/speak", '{"text": "Bom dia", "locale": "pt"}', headers)
    answer = link.getresponse()
    sound = answer.read()
    link.close()
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/wav")
    assert sound[:4] == b"RIFF"
    assert len(sound) > 10_000


class Time:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_left_at_the_first_screen_the_aids_are_gone_after_a_minute() -> None:
    time = Time()
    access = Access(Board(), time)
    access.choose(AccessView(contrast=True))
    time.now_s += UNUSED_S - 1
    access.touch()
    time.now_s += UNUSED_S - 1
    access.expire()
    assert access.chosen.contrast
    time.now_s += 2
    access.expire()
    assert access.chosen == NONE


def test_with_more_time_they_stay_three_minutes() -> None:
    time = Time()
    access = Access(Board(), time)
    access.choose(AccessView(slow=True))
    time.now_s += MORE_TIME * UNUSED_S - 1
    access.expire()
    assert access.slow
    time.now_s += 2
    access.expire()
    assert not access.slow
