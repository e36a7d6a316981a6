"""What a customer may say of themselves: check digits, phones, names, and what is asked at all."""

import pytest
from hypothesis import given, strategies as st
from msgspec import structs

from central.domain.catalogue_file import items_of
from central.domain.errors import CatalogueFileError
from edge_agent.domain.cpf import check_digit, is_cpf
from edge_agent.domain.person import Person, cleaned, questions
from sync_protocol.feed import PrivacyKey, Question
from tests.support.bench_totem import CATALOGUE

DIGIT = st.sampled_from("0123456789")


def whole(nine: str) -> str:
    ten = nine + check_digit(nine)
    return ten + check_digit(ten)


@pytest.mark.parametrize("known", ["52998224725", "11144477735", "12345678909"])
def test_numbers_that_are_known_to_be_right_are(known: str) -> None:
    assert is_cpf(known)
    assert whole(known[:9]) == known


@given(st.text(DIGIT, min_size=9, max_size=9), st.integers(9, 10), DIGIT)
def test_a_wrong_check_digit_is_always_seen(nine: str, place: int, digit: str) -> None:
    right = whole(nine)
    wrong = right[:place] + digit + right[place + 1 :]
    assert is_cpf(right) == (len(set(right)) > 1)
    assert wrong == right or not is_cpf(wrong)


@pytest.mark.parametrize("digit", "0123456789")
def test_eleven_times_the_same_digit_is_nobody(digit: str) -> None:
    assert not is_cpf(digit * 11)


@pytest.mark.parametrize(
    "text", ["", "5299822472", "529982247255", "5299822472x", "５２９９８２２４７２５"]
)
def test_what_is_not_eleven_digits_is_no_cpf(text: str) -> None:
    assert not is_cpf(text)


@pytest.mark.parametrize(
    ("question", "typed", "kept"),
    [
        ("cpf", "529.982.247-25", "52998224725"),
        ("cpf", "529.982.247-26", ""),
        ("phone", "(11) 98765-4321", "11987654321"),
        ("phone", "(11) 3456-7890", "1134567890"),
        ("phone", "(11) 88765-4321", ""),
        ("phone", "(10) 98765-4321", ""),
        ("phone", "98765-4321", ""),
        ("phone", "", ""),
        ("name", "  JOÃO   D'ÁVILA-SÁ ", "JOÃO D'ÁVILA-SÁ"),
        ("name", "Jo\u0061\u0303o", "João"),
        ("name", "Z", ""),
        ("name", "--", ""),
        ("name", "Ana 2", ""),
        ("name", "Ana\x1b[2J", ""),
        ("name", "A" * 61, ""),
    ],
)
def test_an_answer_is_kept_clean_or_not_at_all(question: Question, typed: str, kept: str) -> None:
    assert cleaned(question, typed) == kept


def test_nothing_is_asked_that_serves_nothing_or_cannot_be_kept() -> None:
    policy = structs.replace(CATALOGUE.policy, identify=["phone", "cpf", "name"])
    asking = structs.replace(CATALOGUE, policy=policy, privacy=PrivacyKey("k", bytes(32)))
    assert questions(asking, is_free=False) == ["name", "cpf", "phone"]
    assert questions(asking, is_free=True) == ["name", "phone"]
    assert questions(structs.replace(asking, privacy=None), is_free=False) == []
    broken = structs.replace(asking, privacy=PrivacyKey("k", b"short"))
    assert questions(broken, is_free=False) == []


def test_a_person_does_not_show_in_a_log() -> None:
    person = Person("ZULEIDE", "52998224725", "11987650123")
    assert "ZULEIDE" not in repr(person)
    assert "529" not in f"{person}"
    assert person.given() == ["name", "cpf", "phone"]


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("priority", "always", "priority"),
        ("identify", ["email"], "identify"),
        ("identify", ["cpf", "cpf"], "policy.identify: must be a list that names"),
    ],
)
def test_a_catalogue_file_that_asks_something_else_is_refused(
    field: str, value: object, wrong: str
) -> None:
    document = {
        "brand": {"name": "B", "primary": "#000000", "tagline": {"pt": "", "en": "", "es": ""}},
        "policy": {field: value},
        "entities": [],
        "services": [],
    }
    with pytest.raises(CatalogueFileError, match=wrong):
        items_of(document)
    good = {**document, "policy": {"priority": "ask", "identify": ["name", "phone"]}}
    assert b'"identify":["name","phone"]' in items_of(good)["policy"]
