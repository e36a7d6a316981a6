"""The screen's voice: text to sound on this machine, with no network.

The work is espeak-ng's, asked once per text under a deadline; the text goes in by its standard
input, so that no text is ever an option. What was said is kept for the next customer, except what
is private: that is forgotten at once. No text is logged.
"""

import asyncio
import struct
from collections import OrderedDict

from edge_agent.domain.spoken import Locale, spoken
from edge_agent.services.errors import RefusedError

PROGRAM = "espeak-ng"
VOICES: dict[Locale, str] = {"pt": "pt-br", "en": "en-us", "es": "es-419"}
WORDS_PER_MINUTE = 150
TEXT_MAX = 600
DEADLINE_S = 8.0
AT_ONCE = 2
KEPT_BYTES_MAX = 8 * 1024 * 1024
_RIFF_HEADER = 8
_DATA_SIZE_AT = 40
_HEADER = 44


class Voice:
    """Sound for a text, as a whole WAV file (16 bit, mono)."""

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._kept_bytes = 0

    async def say(self, text: str, locale: Locale, private: bool = False) -> bytes:
        """Raises RefusedError: no-voice (espeak-ng is not installed), voice-failed."""
        words = spoken(text, locale)
        held = self._kept.get((locale, words))
        if held is not None:
            self._kept.move_to_end((locale, words))
            return held
        async with self._turn:
            sound = _whole(await self._speak(words, VOICES[locale]))
        if not private:
            self._keep((locale, words), sound)
        return sound

    async def _speak(self, words: str, voice: str) -> bytes:
        pipe = asyncio.subprocess.PIPE
        options = ("-v", voice, "-s", str(WORDS_PER_MINUTE), "-b", "1", "--stdin", "--stdout")
        try:
            process = await asyncio.create_subprocess_exec(
                self._program, *options, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
            )
        except OSError as error:
            detail = f"{self._program} cannot be run here: install the package espeak-ng."
            raise RefusedError("no-voice", detail) from error
        try:
            async with asyncio.timeout(DEADLINE_S):
                sound, _ = await process.communicate(words.encode())
        except TimeoutError as error:
            raise RefusedError("voice-failed", f"No speech within {DEADLINE_S:g} s.") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0 or len(sound) <= _HEADER:
            raise RefusedError("voice-failed", f"{self._program} gave no sound for this text.")
        return sound

    def _keep(self, key: tuple[str, str], sound: bytes) -> None:
        self._kept[key] = sound
        self._kept_bytes += len(sound)
        while self._kept_bytes > KEPT_BYTES_MAX:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= len(oldest)


def _whole(sound: bytes) -> bytes:
    """The file with its true sizes: a pipe cannot be wound back, so espeak-ng writes a guess."""
    if sound[36:_DATA_SIZE_AT] != b"data":
        return sound
    riff = struct.pack("<I", len(sound) - _RIFF_HEADER)
    data = struct.pack("<I", len(sound) - _HEADER)
    return sound[:4] + riff + sound[8:_DATA_SIZE_AT] + data + sound[_HEADER:]
