"""The embedded PostgreSQL: a private cluster in a private folder, for a small operator, demo and
tests.

It listens on a UNIX socket only, in a folder that nobody else may enter. As root the server runs
as an
existing unprivileged user that owns that folder. Permissions are changed nowhere else: where that
user cannot
reach the folder asked for, one under the temporary directory is used, and ``notice`` says so. The
server has a
session of its own, so that Ctrl-C reaches it only through ``stop``. A postmaster left behind by a
killed
central is stopped and replaced.
"""

import fcntl
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO
from urllib.parse import quote

from central.ledger.binaries import Account, find

DATABASE = "totem"
ROLE = "totem"
PORT = 5432
SOCKET_PATH_MAX = 107
START_S = 60.0
STOP_S = 30.0
ADDRESS_FILE = "database_url"
LOCK_FILE = "central.lock"
_SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "60",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class ClusterError(Exception):
    """The embedded PostgreSQL cannot be used: the message says why and what to do."""


class Cluster:
    """One embedded cluster, named by the folder asked for. ``start`` once, ``stop`` always."""

    def __init__(self, folder: Path) -> None:
        self.account = _account()
        self.folder = _usable(folder, self.account)
        self.notice = ""
        if self.folder.parent != folder:
            self.notice = f"{self.account.name} cannot reach {folder}: database in {self.folder}"
        self._asked = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._socket_folder = self.folder / "socket"
        self._temporary_socket = False

    @property
    def url(self) -> str:
        """How to connect while it runs."""
        host = quote(str(self._socket_folder), safe="")
        return f"postgresql://{ROLE}@/{DATABASE}?host={host}&port={PORT}"

    def start(self) -> str:
        """Make the cluster if need be, start it, wait until it accepts connections; its URL.

        Raises ClusterError, also when another process keeps this cluster.
        """
        self._make_folders()
        self._take_lock()
        try:
            made_by = self._data / "PG_VERSION"
            major = int(made_by.read_text()) if made_by.exists() else None
            binaries = find(self.account, self.folder, major)
            if major is None:
                self._initialise(binaries)
            self._clear_leftover()
            self._launch(binaries)
        except BaseException:
            self.stop()
            raise
        address = self._asked / ADDRESS_FILE
        address.write_text(self.url + "\n")
        return self.url

    def stop(self) -> None:
        """Fast shutdown: open transactions roll back, committed ones are safe. Idempotent.

        A second Ctrl-C waits until the server has ended.
        """
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
        try:
            self._stop()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def _stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            _shut_down(self._process.pid, self._process.poll)
        self._process = None
        (self._asked / ADDRESS_FILE).unlink(missing_ok=True)
        if self._temporary_socket:
            shutil.rmtree(self._socket_folder, ignore_errors=True)
            self._temporary_socket = False
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _make_folders(self) -> None:
        self._asked.mkdir(parents=True, exist_ok=True, mode=0o711)
        _own_folder(self.folder, self.account)
        if len(f"{self._socket_folder}/.s.PGSQL.{PORT}.lock") <= SOCKET_PATH_MAX:
            _own_folder(self._socket_folder, self.account)
            return
        self._socket_folder = Path(tempfile.mkdtemp(prefix="totem-pg-"))
        self._temporary_socket = True
        _own_folder(self._socket_folder, self.account)

    def _take_lock(self) -> None:
        self._lock = (self.folder / LOCK_FILE).open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise ClusterError(
                f"another totem-central keeps the database in {self.folder}"
            ) from None

    def _initialise(self, binaries: Path) -> None:
        shutil.rmtree(self._data, ignore_errors=True)
        making = self.folder / "data.new"
        shutil.rmtree(making, ignore_errors=True)
        _own_folder(making, self.account)
        options = ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C"]
        self._run([binaries / "initdb", "-D", making, "-U", ROLE, *options])
        single = [binaries / "postgres", "--single", "-D", making, "postgres"]
        self._run(single, f"CREATE DATABASE {DATABASE}\n")
        making.rename(self._data)

    def _run(self, command: Sequence[object], text: str = "") -> None:
        done = subprocess.run(
            [str(part) for part in command],
            input=text,
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=self._environment(),
            check=False,
            start_new_session=True,
            **self.account.options(),  # type: ignore[call-overload]  # a dict of keyword arguments
        )
        if done.returncode:
            raise ClusterError(f"{command[0]} failed: {done.stderr.strip()[-800:]}")

    def _clear_leftover(self) -> None:
        """Stop a postmaster of ours that outlived its central; forget a pid that is not one."""
        pid_file = self._data / "postmaster.pid"
        lines = pid_file.read_text().splitlines() if pid_file.exists() else []
        if not lines:
            return
        pid = int(lines[0])
        if self._is_our_postmaster(pid):
            _shut_down(pid, lambda: None if self._is_our_postmaster(pid) else 0)
        pid_file.unlink(missing_ok=True)

    def _is_our_postmaster(self, pid: int) -> bool:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return str(self._data).encode() in command and b"postgres" in command[0]

    def _launch(self, binaries: Path) -> None:
        command = [str(binaries / "postgres"), "-D", str(self._data), "-p", str(PORT)]
        command += ["-k", str(self._socket_folder)]
        for name, value in _SERVER_OPTIONS.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,
                **self.account.options(),  # type: ignore[call-overload]  # keyword arguments
            )
        self._await_ready(self._process)

    def _await_ready(self, process: "subprocess.Popen[bytes]") -> None:
        """The last line of postmaster.pid says ``ready`` once connections are accepted."""
        pid_file = self._data / "postmaster.pid"
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise ClusterError(f"PostgreSQL did not start: {self._last_words()}")
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) >= 8 and lines[7].strip() == "ready" and lines[0] == str(process.pid):
                return
            time.sleep(0.02)
        raise ClusterError(f"PostgreSQL was not ready after {START_S:.0f} s: {self._last_words()}")

    def _last_words(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-800:].strip()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        return {**kept, "HOME": str(self.folder), "LC_ALL": "C", "TZ": "UTC"}


def running_url(folder: Path) -> str | None:
    """The URL of the cluster that a running central keeps for this folder, or None."""
    address = folder / ADDRESS_FILE
    lock = _usable(folder, _account()) / LOCK_FILE
    if not address.exists() or not lock.exists():
        return None
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return address.read_text().strip()
    return None


def _account() -> Account:
    """Whom the server runs as: ourselves, or as root an existing unprivileged user."""
    if os.geteuid() != 0:
        return Account(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise ClusterError("PostgreSQL does not run as root, and neither postgres nor nobody exists")


def _usable(folder: Path, account: Account) -> Path:
    """``folder``/postgres where the account can reach it, else a private one under the temp
    directory.
    """
    parent = folder
    while not parent.exists():
        parent = parent.parent
    if all(_enters(step, account) for step in (parent, *parent.parents)):
        return folder / "postgres"
    mark = sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"totem-central-{mark}"


def _enters(folder: Path, account: Account) -> bool:
    """Whether the account may pass through this folder."""
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _own_folder(folder: Path, account: Account) -> None:
    """Make a folder that only the account may enter. One that somebody else made is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
        raise ClusterError(f"{folder} belongs to somebody else")
    if found.st_uid != account.uid:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def _shut_down(pid: int, exit_code: Callable[[], int | None]) -> None:
    """SIGINT is PostgreSQL's fast shutdown; SIGQUIT, the immediate one, recovers at the next
    start.
    """
    for ask in (signal.SIGINT, signal.SIGQUIT):
        try:
            os.kill(pid, ask)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + STOP_S
        while time.monotonic() < deadline:
            if exit_code() is not None:
                return
            time.sleep(0.02)
