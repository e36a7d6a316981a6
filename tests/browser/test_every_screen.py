"""Every screen of the table, in each look and language, is fit for every customer: axe finds
nothing, a finger hits everything, an eye reads everything.

Portrait is walked in both looks and all languages, with letters twice as large and within a seated
reach; landscape in the longest language and with large letters.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import ValidationError, convert, to_builtins
from playwright.sync_api import Browser

from edge_agent.api import schemas
from edge_agent.services.asides import Aside
from tests.browser import axe, desk_states
from tests.browser.chromium import PANELS
from tests.browser.desk_answers import in_its_words
from tests.browser.measures import measured
from tests.browser.stage import PANEL, Look, Stage, Theme, on_stage
from tests.browser.states import LISTS, NAMES, ON_TOP, STATES, catalogue

LANGUAGES: tuple[str, ...] = get_args(schemas.Locale)
WALKS: dict[tuple[str, Theme], tuple[str, ...]] = {
    ("portrait", "normal"): LANGUAGES,
    ("portrait", "contrast"): LANGUAGES,
    ("portrait", "large"): ("pt",),
    ("portrait", "low"): ("pt",),
    ("landscape", "normal"): ("es",),
    ("landscape", "large"): ("pt",),
}
LOOKS: tuple[Theme, ...] = ("normal", "contrast")
"""What axe is asked about: only these differ in colours."""

PICTURES = os.environ.get("SCREEN_PICTURES", "")
"""The folder that keeps a picture of each screen on each panel."""

Stages = dict[str, Stage]


@pytest.fixture(scope="module")
def stages(browser: Browser, axe_source: str) -> Iterator[Stages]:
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(on_stage(browser, panel, script=axe_source))
            for name, panel in PANELS.items()
        }


@pytest.mark.parametrize(
    ("panel", "theme"), WALKS, ids=[f"{panel}-{theme}" for panel, theme in WALKS]
)
@pytest.mark.parametrize("name", NAMES)
def test_a_screen_is_fit_in_every_language(
    stages: Stages, panel: str, theme: Theme, name: str
) -> None:
    stage, wrong = stages[panel], {}
    for locale in WALKS[panel, theme]:
        stage.turn(name, Look(theme, locale))
        whole = theme in LOOKS and name not in LISTS
        band = PANEL if theme == "low" else None
        wrong[locale] = measured(stage.page, whole=whole, band=band)
        if theme in LOOKS:
            wrong[locale] += axe.violations(stage.page)
    if PICTURES and theme == "normal":
        place = Path(PICTURES, panel, f"{name}.jpg")
        place.parent.mkdir(parents=True, exist_ok=True)
        stage.page.screenshot(path=place, type="jpeg", quality=70)
    assert {locale: them for locale, them in wrong.items() if them} == {}


# ---- the gates bite


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("<img src='x.png'>", "image-alt"),
        ("<p style='width:max-content;margin:40px;color:#bbb'>faint</p>", "color-contrast"),
        ("<button></button>", "button-name"),
    ],
)
def test_a_planted_violation_is_told_by_axe(stages: Stages, planted: str, told: str) -> None:
    stage = stages["portrait"]
    stage.show("review")
    plant(stage, planted)
    assert any(it.startswith(told) for it in axe.violations(stage.page))


def test_a_page_that_is_too_long_is_told_by_the_measures(stages: Stages) -> None:
    stage = stages["portrait"]
    stage.show("checking")
    assert measured(stage.page, whole=True) == []
    plant(stage, "<p style='height:2000px'></p>")
    assert any("below the fold" in it for it in measured(stage.page, whole=True))


@pytest.mark.parametrize("edge", ["top:0", "bottom:0"])
def test_a_button_out_of_reach_is_told_by_the_measures(stages: Stages, edge: str) -> None:
    stage = stages["portrait"]
    stage.show("card_pin", Look("low"))
    assert measured(stage.page, band=PANEL) == []
    script = "html => document.body.insertAdjacentHTML('beforeend', html)"
    style = f"position:fixed;left:400px;{edge};width:90px;height:90px;z-index:9"
    stage.page.evaluate(script, f"<button id=planted style='{style}'>a</button>")
    try:
        assert any("out of reach" in it for it in measured(stage.page, band=PANEL))
    finally:
        stage.page.evaluate("document.getElementById('planted').remove()")


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("<button style='width:40px;height:40px'>a</button>", "is 40 px x 40 px, least 56"),
        ("<button data-kind=primary style='width:60px;height:60px'>a</button>", "least 72"),
        ("<p style='font-size:20px'>small</p>", "is 20 px tall, least 24"),
        ("<p style='width:50px;overflow:hidden;white-space:nowrap'>too much here</p>", "is cut"),
        ("<p style='position:fixed;left:4px;top:400px'>a</p>", "from the edge"),
        ("<p style='position:absolute;left:1000px;white-space:nowrap'>wide wide</p>", "leaves"),
        (
            "<button style='width:90px;height:90px;margin-right:8px'>a</button>"
            "<button style='width:90px;height:90px'>b</button>",
            "8 px apart",
        ),
        (
            "<p style='position:fixed;left:99px;top:400px'>one text</p>"
            "<p style='position:fixed;left:99px;top:404px'>other text</p>",
            "overlap",
        ),
    ],
)
def test_a_planted_mistake_is_told_by_the_measures(stages: Stages, planted: str, told: str) -> None:
    stage = stages["portrait"]
    stage.show("card_pin")
    plant(stage, planted)
    assert any(told in it for it in measured(stage.page)), measured(stage.page)


def plant(stage: Stage, html: str) -> None:
    """Into the page, until the next screen is mounted."""
    script = "html => document.querySelector('main').insertAdjacentHTML('afterbegin', html)"
    stage.page.evaluate(script, html)


# ---- the table tells the truth


@pytest.mark.parametrize("name", STATES)
def test_a_state_of_the_table_is_one_the_agent_can_send(name: str) -> None:
    sent = to_builtins(convert({"rev": 1, **STATES[name]}, schemas.ScreenState))
    assert missing(STATES[name], sent) == []


@pytest.mark.parametrize(
    "told",
    [
        desk_states.ANSWERS,
        *(it for over in ON_TOP.values() for it in (over.answers, over.then) if it),
    ],
)
def test_an_answer_of_the_table_is_one_the_agent_can_give(told: Mapping[str, Any]) -> None:
    wrong = [
        it for deed in told for it in missing(told[deed], in_its_words(deed, told[deed]), deed)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("deed", "said", "told"),
    [
        ("GET /v1/counter/moods", [], LookupError),
        ("GET /v1/counter/late", [{"payment": "T1-1-1-A"}], ValidationError),
        ("POST /v1/counter/leave", {}, ValidationError),
    ],
)
def test_an_answer_the_agent_cannot_give_is_refused(
    deed: str, said: Any, told: type[Exception]
) -> None:
    with pytest.raises(told):
        in_its_words(deed, said)


def test_the_catalogue_of_the_table_is_one_the_agent_can_send() -> None:
    sent = to_builtins(convert(catalogue(), schemas.CatalogueView))
    assert [it["id"] for it in sent["services"]] == [it["id"] for it in catalogue()["services"]]


@pytest.mark.parametrize(
    ("kind", "there"),
    [
        (schemas.Step, {it["step"] for it in STATES.values()}),
        (Aside, {it.get("aside", "") for it in STATES.values()}),
        (schemas.PaymentStep, {it["payment"]["step"] for it in STATES.values() if it["payment"]}),
        (
            schemas.TicketView.__annotations__["print"],
            {it["ticket"]["print"] for it in STATES.values() if it["ticket"]},
        ),
    ],
    ids=["steps", "asides", "payment steps", "prints"],
)
def test_the_table_holds_whatever_the_agent_can_say(kind: Any, there: set[str]) -> None:
    assert set(get_args(kind)) - there == set()


def missing(asked: Any, sent: Any, at: str = "") -> list[str]:
    """Where ``sent`` does not say what was ``asked``: a name the schema does not know."""
    if isinstance(asked, dict) and isinstance(sent, dict):
        return [it for key in asked for it in missing(asked[key], sent.get(key), f"{at}.{key}")]
    if isinstance(asked, list) and isinstance(sent, list) and len(asked) == len(sent):
        return [it for i, one in enumerate(asked) for it in missing(one, sent[i], f"{at}[{i}]")]
    return [] if asked == sent else [at]
