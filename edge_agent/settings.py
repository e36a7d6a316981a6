"""What a technician writes in ``agent.toml``. Strict: an unknown key or a bad value is an error
that names it.
"""

from pathlib import Path

from msgspec import Struct, ValidationError, field, structs, toml

FILE = "agent.toml"


class SettingsError(Exception):
    """The settings cannot be used; the message names file, key and what is allowed."""


class DeviceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """``address`` is serial:/dev/PORT?baud=N or tcp:HOST:PORT; ``options`` belong to the driver."""

    driver: str
    address: str
    options: dict[str, str] = field(default_factory=dict)


class DevicesSettings(Struct, frozen=True, forbid_unknown_fields=True):
    printer: DeviceSettings
    reader: DeviceSettings


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """One totem. ``instance_id`` stands in for the hardware's own only where several share a
    machine.
    """

    central_url: str
    devices: DevicesSettings
    host: str = "127.0.0.1"
    port: int = 8080
    instance_id: str = ""
    log_level: str = "info"
    probe_s: float = 60.0
    data_dir: Path = Path()

    def __post_init__(self) -> None:
        if not self.central_url.startswith(("http://", "https://")):
            raise ValueError("central_url must start with https:// (or http:// on one machine)")
        if self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("host must be a loopback address: the screen runs on this machine")
        if not 1 <= self.port <= 65535:
            raise ValueError("port must be 1 to 65535")
        if self.log_level not in ("debug", "info", "warning", "error"):
            raise ValueError("log_level must be debug, info, warning or error")


def load_settings(data_dir: Path) -> Settings:
    """Read ``data_dir/agent.toml``. Raises SettingsError."""
    path = data_dir / FILE
    try:
        settings = toml.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError as error:
        raise SettingsError(
            f"{path} is not there: write one with central_url and [devices]"
        ) from error
    except (ValidationError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from error
    return structs.replace(settings, data_dir=data_dir.resolve())
