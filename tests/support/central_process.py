"""``totem-central run`` as a process of its own, to be killed, and HAProxy in front of several."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.ports import free_port

START_S = 40.0


class CentralProcess:
    """One instance on one port; ``start`` again after ``kill``."""

    def __init__(self, database_url: str, data_dir: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = data_dir / f"process-{self.port}.log"
        self._command = [sys.executable, "-m", "central", "run", "--port", str(self.port)]
        self._command += ["--database-url", database_url, "--data-dir", str(data_dir)]

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        _await_health(self.url, self._process)

    def kill(self) -> None:
        """SIGKILL: no goodbye."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)


def _await_health(url: str, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while True:
        assert process.poll() is None, "it ended; its log is in the data folder"
        assert time.monotonic() < end, f"{url} does not answer"
        try:
            if httpx.get(f"{url}/health", timeout=1).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)


def balancer_program() -> str | None:
    return shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")


@contextmanager
def balanced(instances: list[CentralProcess], folder: Path, program: str) -> Iterator[str]:
    """The URL of a HAProxy that spreads requests over the instances, in turn."""
    port = free_port()
    servers = "".join(
        f"  server s{place} 127.0.0.1:{one.port} check inter 200ms fall 1 rise 1\n"
        for place, one in enumerate(instances)
    )
    config = folder / "haproxy.cfg"
    config.write_text(
        "defaults\n  mode http\n  timeout connect 1s\n  timeout client 40s\n"
        "  timeout server 40s\n  retries 0\n"
        f"frontend totems\n  bind 127.0.0.1:{port}\n  default_backend centrals\n"
        "backend centrals\n  balance roundrobin\n  option httpchk GET /health\n"
        "  http-reuse never\n" + servers
    )
    process = subprocess.Popen([program, "-db", "-f", str(config)], stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _await_health(url, process)
        yield url
    finally:
        process.terminate()
        process.wait()
