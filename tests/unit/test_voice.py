"""The screen's voice, with the real espeak-ng."""

import asyncio
import io
import shutil
import sys
import wave
from pathlib import Path

import pytest

from edge_agent.domain.spoken import Locale
from edge_agent.services.errors import RefusedError
from edge_agent.services.voice import Voice

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="espeak-ng is not installed on this machine"
)


def seconds(sound: bytes) -> float:
    with wave.open(io.BytesIO(sound)) as file:
        return float(file.getnframes() / file.getframerate())


def said(voice: Voice, text: str, locale: Locale, private: bool = False) -> bytes:
    return asyncio.run(voice.say(text, locale, private))


def counting_voice(folder: Path) -> tuple[Voice, Path]:
    """espeak-ng behind a script that notes every call."""
    calls, program = folder / "calls", folder / "espeak"
    program.write_text(f'#!/bin/sh\necho "$@" >> {calls}\nexec espeak-ng "$@"\n')
    program.chmod(0o755)
    return Voice(str(program)), calls


@needs_espeak
@pytest.mark.parametrize(
    ("locale", "text"),
    [("pt", "Não pague de novo"), ("en", "How would you like to pay?"), ("es", "¿Qué necesitas?")],
)
def test_each_language_gives_a_whole_wave_file(locale: Locale, text: str) -> None:
    sound = said(Voice(), text, locale)
    assert 0.5 < seconds(sound) < 10


@needs_espeak
def test_a_text_is_never_an_option() -> None:
    assert seconds(said(Voice(), "--version", "en")) > 0.2


@needs_espeak
def test_a_text_is_spoken_once_and_kept_but_not_when_it_is_private(tmp_path: Path) -> None:
    voice, calls = counting_voice(tmp_path)
    first = said(voice, "Pronto", "pt")
    assert said(voice, "Pronto", "pt") == first
    said(voice, "1 2 3", "pt", private=True)
    said(voice, "1 2 3", "pt", private=True)
    assert len(calls.read_text().splitlines()) == 3


def test_without_espeak_the_refusal_says_what_to_install() -> None:
    with pytest.raises(RefusedError, match="install the package espeak-ng") as refused:
        said(Voice("/nowhere/espeak-ng"), "Pronto", "pt")
    assert refused.value.code == "no-voice"


def test_an_engine_that_hangs_is_killed_and_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_agent.services.voice.DEADLINE_S", 0.2)
    program = tmp_path / "hangs"
    program.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    program.chmod(0o755)
    with pytest.raises(RefusedError) as refused:
        said(Voice(str(program)), "Pronto", "pt")
    assert refused.value.code == "voice-failed"


def test_an_engine_that_fails_is_a_refusal(tmp_path: Path) -> None:
    program = tmp_path / "fails"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    with pytest.raises(RefusedError) as refused:
        said(Voice(str(program)), "Pronto", "pt")
    assert refused.value.code == "voice-failed"
