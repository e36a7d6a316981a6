"""The way to this machine's devices: through the running agent, which holds them, else directly."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rich_click as click

if TYPE_CHECKING:
    from edge_agent.settings import Settings

DATA_DIR = click.option(
    "--data-dir", required=True, type=click.Path(path_type=Path), help="This totem's data."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
SETTLED_S = 15.0
LOOK_S = 0.05


def settings_of(data_dir: Path) -> "Settings":
    from edge_agent.settings import SettingsError, load_settings

    try:
        return load_settings(data_dir)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def ask_agent(
    settings: "Settings", method: str, path: str, body: Any = None, wait_s: float = 120.0
) -> Any:
    """The agent's answer; None when no agent runs here."""
    from edge_agent.cli.agent_client import AgentClient, AgentError, AgentUnreachableError

    client = AgentClient(settings.host, settings.port)
    try:
        if method == "GET":
            return client.get(path, 60)
        return client.send(method, path, body, wait_s)
    except AgentUnreachableError:
        return None
    except AgentError as error:
        raise click.ClickException(str(error)) from error


def act(data_dir: Path, device: str, deed: str, *, as_json: bool, wait_s: float = 120.0) -> None:
    """Do it, tell what was found, and end with 0 when all is well, else 1."""
    settings = settings_of(data_dir)
    findings = ask_agent(settings, "POST", f"/v1/devices/{device}/{deed}", wait_s=wait_s)
    if findings is None:
        findings = _directly(settings, device, deed)
    tell(findings, as_json=as_json)


def tell(findings: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print findings; exit code 1 when one of them is not well."""
    if as_json:
        from msgspec import json

        click.echo(json.encode(findings))
    else:
        for it in findings:
            mark = " " if it["is_well"] else "!"
            click.echo(f"{mark} {it['what']:<14} {it['said']}")
    if not all(it["is_well"] for it in findings):
        sys.exit(1)


def _directly(settings: "Settings", device: str, deed: str) -> list[dict[str, Any]]:
    """No agent runs: open the device here, under a supervisor of its own."""
    from msgspec import to_builtins

    from edge_agent.clock import SystemClock
    from edge_agent.devices.errors import DeviceError
    from edge_agent.devices.fleet import make_devices
    from edge_agent.services import bench

    devices = make_devices(settings.devices, SystemClock(), lambda: None)
    supervisor = devices.all().get(device)
    if supervisor is None:
        raise click.ClickException(f"agent.toml names no {device}: add [devices.{device}].")
    doing: Any = bench.DEEDS[device, deed]
    supervisor.start()
    try:
        _await_news(supervisor)
        found = supervisor.submit(doing).result()
    except DeviceError as error:
        found = bench.failed(error)
    finally:
        supervisor.stop()
    findings: list[dict[str, Any]] = to_builtins(found)
    return findings


def _await_news(supervisor: Any) -> None:
    """Until the device is opened, or could not be."""
    import threading
    import time

    end, never = time.monotonic() + SETTLED_S, threading.Event()
    while supervisor.health().state in ("opening", "probing") and time.monotonic() < end:
        never.wait(LOOK_S)
