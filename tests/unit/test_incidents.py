"""Every kind of incident that central writes says in words what happened and what to do."""

import re
from pathlib import Path

import pytest

from central.domain.incidents import LANGUAGES, in_words
from sync_protocol.uplink import Judgement

KINDS = [
    "held-behind-ack",
    "epoch",
    "clone",
    "totem-revoked",
    "malformed-envelope",
    *(it.value for it in Judgement if it not in (Judgement.ACCEPT, Judgement.GAP)),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_has_its_own_words(kind: str, language: str) -> None:
    words = in_words("KIOSK1", kind, {}, language)
    assert "KIOSK1" in words.what
    assert words.todo != in_words("KIOSK1", "unheard-of", {}, language).todo


@pytest.mark.parametrize("kind", KINDS)
def test_every_language_tells_the_same_facts(kind: str) -> None:
    def told(language: str) -> set[str]:
        words = LANGUAGES[language][kind]
        return set(re.findall(r"{(\w+)}", words.what + words.todo))

    assert told("pt") == told("en") == told("es")


def test_the_kinds_are_those_that_the_services_tell() -> None:
    code = Path("central/services/epochs.py").read_text()
    assert set(re.findall(r'"(clone|totem-revoked|epoch)"', code)) <= set(KINDS)
