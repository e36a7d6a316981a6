"""What every part of a catalogue file is checked with: the first fault names its field."""

from central.domain.errors import CatalogueFileError
from sync_protocol.feed import Words


def require(good: bool, where: str, wanted: str) -> None:
    """Raises CatalogueFileError."""
    if not good:
        raise CatalogueFileError(f"{where}: must be {wanted}")


def check_words(where: str, words: Words) -> None:
    """A text in every language. Raises CatalogueFileError."""
    for language in ("pt", "en", "es"):
        require(bool(getattr(words, language).strip()), f"{where}.{language}", "a text")
