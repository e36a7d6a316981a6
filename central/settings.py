"""Every setting of central, in one Struct: environment ``TOTEM_CENTRAL_*`` first, options of the
CLI over it.

Nothing else reads the environment, so that two centrals can live in one process of a test.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, ValidationError, convert

PREFIX = "TOTEM_CENTRAL_"


class SettingsError(Exception):
    """A setting cannot be read: the message names it and says what is allowed."""


def default_data_dir() -> Path:
    """Where central keeps keys, logs and its own database when nobody says otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/totem-central")
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "totem-central"


class Settings(Struct, frozen=True, kw_only=True):
    """``database_url`` of None means: keep an embedded PostgreSQL in ``data_dir``.

    ``audience`` is the name that totems put under their signatures, so that a request signed for
    one
    central is worthless at another. ``pool_max`` is the most connections to PostgreSQL of one
    process.
    """

    host: str = "127.0.0.1"
    port: int = 8700
    database_url: str | None = None
    data_dir: Path
    audience: str = "totem-central"
    pool_max: int = 10
    log_level: str = "info"

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise SettingsError(f"port: {self.port} is not between 0 and 65535")
        if self.pool_max < 2:
            raise SettingsError(f"pool_max: {self.pool_max} is less than 2")
        if self.log_level not in {"debug", "info", "warning", "error"}:
            allowed = "debug, info, warning or error"
            raise SettingsError(f"log_level: {self.log_level!r} is not {allowed}")


def load(options: Mapping[str, object], environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment, with every option that is not None over it. Raises
    SettingsError.
    """
    env = os.environ if environment is None else environment
    found: dict[str, object] = {
        name: env[PREFIX + name.upper()]
        for name in Settings.__struct_fields__
        if env.get(PREFIX + name.upper())
    }
    found.update({name: value for name, value in options.items() if value is not None})
    found["data_dir"] = Path(str(found.get("data_dir") or default_data_dir())).absolute()
    try:
        return convert(found, Settings, strict=False, builtin_types=(Path,))
    except ValidationError as error:
        raise SettingsError(str(error)) from error
