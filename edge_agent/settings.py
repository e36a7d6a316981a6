"""What a technician writes in ``agent.toml``, and ``TOTEM_*`` in the environment on top of it.

Strict: an unknown key or a bad value is an error that names where it stands, the key and what is
allowed. ``TOTEM_PORT`` is ``port``, ``TOTEM_DEVICES__PRINTER__ADDRESS`` is ``address`` under
``[devices.printer]``.
"""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct, ValidationError, convert, field, structs, toml

FILE = "agent.toml"
PREFIX = "TOTEM_"
OURS = ("data_dir", "training")
"""Fields that are never written in the file or the environment."""

OF_CENTRAL = "TOTEM_CENTRAL_"
"""Settings of the server on the same machine; of these only TOTEM_CENTRAL_URL is ours."""

Seconds = Annotated[float, Meta(gt=0, le=3600)]


class SettingsError(Exception):
    """The settings cannot be used; the message names file, key and what is allowed."""


class DeviceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """``address`` is serial:/dev/PORT?baud=N, tcp:HOST:PORT, lp:/dev/usb/lpN, usb:VID:PID,
    folder:/PATH or listen:HOST:PORT, as the driver needs it; ``options`` belong to the driver.
    """

    driver: str
    address: str
    options: dict[str, str] = field(default_factory=dict)


class DevicesSettings(Struct, frozen=True, forbid_unknown_fields=True):
    printer: DeviceSettings
    reader: DeviceSettings
    scanner: DeviceSettings | None = None


Place = Literal["beside", "left", "right", "below", "above"]
"""Where something is, as seen by who stands before the screen."""


class ScreenSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A standing panel as a ruler finds it: its lower edge above the floor, the size of one pixel,
    and its height. The defaults are a 21.5" panel that begins at 800 mm. ``reader`` and ``paper``
    are where this cabinet has the card reader and where its paper comes out.
    """

    bottom_edge_mm: Annotated[float, Meta(ge=0, le=2000)] = 800.0
    pixel_pitch_mm: Annotated[float, Meta(ge=0.05, le=2)] = 0.248
    height_px: Annotated[int, Meta(ge=480, le=8192)] = 1920
    reader: Place = "beside"
    paper: Place = "below"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """One totem. ``acquirer_url`` is where stored card payments go; empty keeps them.
    ``charges_url`` is central's charge port; empty offers no PIX. A QR lives ``pix_expires_s``; a
    PIX that came late waits ``pix_claim_s`` for its customer.
    ``instance_id`` stands in for the hardware's own only where several share a
    machine. ``data_dir`` is where the file was found.
    """

    central_url: str
    devices: DevicesSettings
    host: Literal["127.0.0.1", "::1", "localhost"] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535)] = 8080
    instance_id: Annotated[str, Meta(max_length=64)] = ""
    acquirer_url: str = ""
    charges_url: str = ""
    pix_expires_s: Annotated[int, Meta(ge=5, le=3600)] = 300
    pix_claim_s: Annotated[int, Meta(ge=5, le=3600)] = 600
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    probe_s: Seconds = 60.0
    push_idle_s: Seconds = 1.0
    feed_wait_s: Annotated[int, Meta(ge=1, le=25)] = 25
    screen: ScreenSettings = ScreenSettings()
    data_dir: Path = Path()
    training: bool = False
    """Set by ``totem run --training`` alone: nothing is synced, everything is marked."""


def load_settings(data_dir: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read ``data_dir/agent.toml`` and the environment. Raises SettingsError."""
    path = data_dir / FILE
    written = _read(path)
    _check_keys(written, Settings, str(path))
    set_outside = _from_environment(environ)
    _check_keys(set_outside, Settings, "the environment")
    source = f"{path} and {PREFIX}*" if set_outside else str(path)
    try:
        settings = convert(_merged(written, set_outside), Settings, strict=not set_outside)
    except ValidationError as error:
        what, _, key = str(error).partition(" - at `$.")
        about = f"{key.rstrip('`')}: {what}" if key else what
        raise SettingsError(f"{source}: {about}") from error
    urls = {"central_url": settings.central_url}
    for name in ("acquirer_url", "charges_url"):
        if getattr(settings, name):
            urls[name] = getattr(settings, name)
    for name, url in urls.items():
        fault = _url_fault(url)
        if fault:
            raise SettingsError(f"{source}: {name}: {fault}")
    return structs.replace(settings, data_dir=data_dir.resolve())


def _read(path: Path) -> dict[str, Any]:
    try:
        return toml.decode(path.read_bytes(), type=dict[str, Any])
    except FileNotFoundError as error:
        raise SettingsError(
            f"{path} is not there: write one with central_url and [devices]"
        ) from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: {error}") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in sorted(environ.items()):
        if not name.startswith(PREFIX):
            continue
        if name.startswith(OF_CENTRAL) and name != "TOTEM_CENTRAL_URL":
            continue
        *tables, key = name.removeprefix(PREFIX).lower().split("__")
        place = tree
        for table in tables:
            place = place.setdefault(table, {})
        place[key] = value
    return tree


def _check_keys(written: dict[str, Any], kind: type[Struct], source: str, under: str = "") -> None:
    """Every key belongs to ``kind``; tables of ours are looked into. Raises SettingsError."""
    kinds = {
        info.name: info.type
        for info in structs.fields(kind)
        if info.name not in ("data_dir", "training")
    }
    for key, value in written.items():
        if key not in kinds:
            allowed = ", ".join(kinds)
            raise SettingsError(f"{source}: unknown key {under}{key}; allowed: {allowed}")
        inner = kinds[key]
        if isinstance(inner, type) and issubclass(inner, Struct) and isinstance(value, dict):
            _check_keys(value, inner, source, f"{under}{key}.")


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            value = _merged(old, value)
        merged[key] = value
    return merged


def _url_fault(url: str) -> str:
    """Why this cannot be central's address; empty when it can."""
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "https://HOST[:PORT] is allowed, and http:// on this machine"
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        return "only https://HOST[:PORT] is allowed, nothing behind it"
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        return "http:// is allowed on this machine only: use https://"
    return ""


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
