"""Speaks to a running agent's local API as its screen does: same host, same secret."""

import http.client
import time
from typing import Any

from msgspec import json

RETRY_S = 0.2


class AgentError(Exception):
    """The agent refused. ``code`` is its problem code."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


class AgentUnreachableError(Exception):
    """Nobody answers at the agent's address: is it running?"""


class AgentClient:
    """One screen's conversation. Not thread-safe: one per thread."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._secret = ""
        self.headers: dict[str, str] = {}
        """Sent along with every request."""

    def get(self, path: str, wait_s: float = 10) -> Any:
        return self._call("GET", path, None, wait_s)

    def send(
        self, method: str, path: str, body: dict[str, Any] | None = None, wait_s: float = 30
    ) -> Any:
        """A write; asks for the secret first when it has none."""
        if not self._secret:
            self._secret = self.get("/v1/boot")["secret"]
        return self._call(method, path, body or {}, wait_s)

    def wait_until_up(self, limit_s: float) -> None:
        """Return once the agent answers. Raises AgentUnreachableError after ``limit_s``."""
        end = time.monotonic() + limit_s
        while True:
            try:
                self.get("/v1/health")
            except AgentUnreachableError:
                if time.monotonic() > end:
                    raise
                time.sleep(RETRY_S)
            else:
                return

    def _call(self, method: str, path: str, body: dict[str, Any] | None, wait_s: float) -> Any:
        link = http.client.HTTPConnection(self._host, self._port, timeout=wait_s)
        own = {"content-type": "application/json", "totem-secret": self._secret}
        headers = {**own, **self.headers}
        try:
            link.request(method, path, None if body is None else json.encode(body), headers)
            response = link.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise AgentUnreachableError(f"{self._host}:{self._port}: {error}") from error
        finally:
            link.close()
        answer = json.decode(raw) if raw else None
        if response.status >= 400:
            problem = answer if isinstance(answer, dict) else {}
            raise AgentError(
                response.status, str(problem.get("code", "")), str(problem.get("detail", ""))
            )
        return answer
