"""A catalogue file's options, stock and hours: what is wrong is refused with its field."""

from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from central.domain.catalogue_file import items_of
from central.domain.errors import CatalogueFileError
from sync_protocol.feed import WEEKDAYS, Service, SitePolicy, decode_item

SAMPLE = Path("central/samples/catalogue.json")
PLACE = next(
    place
    for place, service in enumerate(json.decode(SAMPLE.read_bytes())["services"])
    if service["id"] == "desjejum"
)
KIT = f"services[{PLACE}] (desjejum)"
DRINK = f"{KIT}.options[0]"
LATTE = f"{DRINK}.choices[1]"


def sample() -> dict[str, Any]:
    found: dict[str, Any] = json.decode(SAMPLE.read_bytes())
    return found


def kit(document: dict[str, Any]) -> dict[str, Any]:
    """The sample's service with options."""
    found: dict[str, Any] = document["services"][PLACE]
    return found


def test_the_sample_has_options_an_allotment_and_is_always_open() -> None:
    items = {key: decode_item(key, body) for key, body in items_of(sample()).items()}
    breakfast, vaccine = items["service/desjejum"], items["service/vacina-hepatite-b"]
    policy = items["policy"]
    assert isinstance(breakfast, Service)
    assert isinstance(vaccine, Service)
    assert isinstance(policy, SitePolicy)
    assert [group.picks_min for group in breakfast.options] == [1, 0]
    assert vaccine.stock == 200
    assert policy.hours == {key: ["00:00-24:00"] for key in WEEKDAYS}
    assert policy.exceptions == {}


SPOILT_GROUP = {
    f"{DRINK}.id: must be a-z": {"id": "Bebida!"},
    f"{DRINK}.name.es: must be a text": {"name": {"pt": "a", "en": "b", "es": " "}},
    f"{DRINK}.choices: must be at least one": {"choices": [], "picks_min": 0},
    f"{DRINK}.picks_max: must be 1 or more": {"picks_max": 0, "picks_min": 0},
    f"{DRINK}.picks_min: must be 0 to picks_max": {"picks_min": 2},
    f"{DRINK}.picks_min: must be at most the 3 active": {"picks_min": 4, "picks_max": 4},
    f"{KIT}.options: must be at most 20 picks": {"picks_max": 30},
    f"services[{PLACE}].options[0].picks: there is no such field": {"picks": 1},
}
SPOILT_CHOICE: dict[str, dict[str, Any]] = {
    f"{LATTE}.id: must be unique in its service: cafe": {"id": "cafe"},
    f"{LATTE}.name.en: must be a text": {"name": {"pt": "a", "en": "", "es": "c"}},
    f"{LATTE}.name.pt: must be at most 40": {"name": {"pt": "a" * 41, "en": "b", "es": "c"}},
    f"{LATTE}.extra_minor: must be 0 to": {"extra_minor": -1},
    f"{LATTE}.extra_minor.cash: must be one of debit": {"extra_minor": {"cash": 1}},
    f"{LATTE}.extra_minor.credit: must be there": {"extra_minor": {"debit": 1, "counter": 1}},
    f"services[{PLACE}].options[0].choices[1].price: there is no such field": {"price": 1},
}
SPOILT_SERVICE: dict[str, dict[str, Any]] = {
    f"{KIT}.stock: must be 0 or more": {"stock": -1},
    f"services[{PLACE}].stock": {"stock": "many"},
    f"{KIT}.hours.monday: must be one of mon": {"hours": {"monday": ["08:00-12:00"]}},
    f"{KIT}.hours.mon[1]: must be HH:MM-HH:MM": {"hours": {"mon": ["08:00-12:00", "8-12"]}},
}
SPOILT_POLICY: dict[str, dict[str, Any]] = {
    "policy.hours.mon[0]: must be longer": {"hours": {"mon": ["08:00-08:00"]}},
    "policy.hours.mon[0]: must be HH:MM-HH:MM": {"hours": {"mon": ["24:00-08:00"]}},
    "policy.exceptions.2026-13-01: must be named by a date": {"exceptions": {"2026-13-01": []}},
    "policy.exceptions.20261225: must be named by a date": {"exceptions": {"20261225": []}},
    "policy.exceptions.2026-12-24[0]: must be": {"exceptions": {"2026-12-24": ["morning"]}},
    "policy.last_ticket_minutes: must be 0 to": {"last_ticket_minutes": -5},
}


def refusal(document: dict[str, Any]) -> str:
    with pytest.raises(CatalogueFileError) as refused:
        items_of(document)
    return str(refused.value)


@pytest.mark.parametrize("named", SPOILT_GROUP)
def test_a_fault_in_a_question_is_named(named: str) -> None:
    document = sample()
    kit(document)["options"][0].update(SPOILT_GROUP[named])
    assert named in refusal(document)


@pytest.mark.parametrize("named", SPOILT_CHOICE)
def test_a_fault_in_a_choice_is_named(named: str) -> None:
    document = sample()
    kit(document)["options"][0]["choices"][1].update(SPOILT_CHOICE[named])
    assert named in refusal(document)


@pytest.mark.parametrize("named", SPOILT_SERVICE)
def test_a_fault_in_stock_or_hours_is_named(named: str) -> None:
    document = sample()
    kit(document).update(SPOILT_SERVICE[named])
    assert named in refusal(document)


@pytest.mark.parametrize("named", SPOILT_POLICY)
def test_a_fault_in_the_calendar_is_named(named: str) -> None:
    document = sample()
    document["policy"].update(SPOILT_POLICY[named])
    assert named in refusal(document)


def test_a_free_service_adds_one_amount_whatever_the_method() -> None:
    document = sample()
    kit(document)["prices"] = {"free": 0}
    assert "service/desjejum" in items_of(document)
    kit(document)["options"][0]["choices"][1]["extra_minor"] = {"debit": 1}
    assert f"{LATTE}.extra_minor: must be one amount" in refusal(document)


def test_two_questions_of_one_name_are_refused() -> None:
    document = sample()
    kit(document)["options"][1]["id"] = "bebida"
    assert f"{KIT}.options[1].id: must be unique" in refusal(document)


def test_nights_and_exceptions_that_are_right_are_taken() -> None:
    document = sample()
    document["policy"]["hours"] = {"fri": ["08:00-12:00", "22:00-02:00"]}
    document["policy"]["exceptions"] = {"2026-12-25": [], "2026-12-24": ["08:00-12:00"]}
    document["policy"]["last_ticket_minutes"] = 15
    assert "policy" in items_of(document)
