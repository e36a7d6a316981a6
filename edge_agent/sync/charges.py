"""Central's charge port over HTTPS (sync_protocol.charges).

200 brings a ChargeState; 404 says there is no such charge; any other 4xx but 408, 425 and 429 is a
refusal for good; everything else is no answer, and the same call is made again later.
"""

from typing import Any

import httpx
from msgspec import DecodeError, json

from edge_agent.services.charge_line import ChargeError, ChargeRefusedError, NoChargeError
from sync_protocol.charges import ChargeRequest, ChargeState

PATH = "/v1/charges"
CALL_S = 5.0
LATER = frozenset({401, 408, 425, 429})
"""Refusals that say nothing about the charge."""


class HttpCharges:
    """One charge port at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + PATH

    async def ready(self) -> None:
        try:
            await self._call("GET", self._url)
        except (NoChargeError, ChargeRefusedError) as error:
            raise ChargeError(str(error)) from error

    async def create(self, request: ChargeRequest) -> ChargeState:
        answer = await self._call("PUT", f"{self._url}/{request.txid}", json.encode(request))
        return self._state(answer, request.txid)

    async def ask(self, txid: str) -> ChargeState:
        return self._state(await self._call("GET", f"{self._url}/{txid}"), txid)

    async def remove(self, txid: str) -> ChargeState:
        return self._state(await self._call("DELETE", f"{self._url}/{txid}"), txid)

    async def _call(self, method: str, url: str, body: bytes | None = None) -> bytes:
        told: dict[str, Any] = {}
        if body is not None:
            told = {"content": body, "headers": {"content-type": "application/json"}}
        try:
            async with httpx.AsyncClient(timeout=CALL_S) as client:
                answer = await client.request(method, url, **told)
        except httpx.HTTPError as error:
            raise ChargeError(f"{url}: {error!r}") from error
        status = answer.status_code
        if status == httpx.codes.NOT_FOUND:
            raise NoChargeError(f"{url}: there is no such charge")
        if httpx.codes.is_client_error(status) and status not in LATER:
            raise ChargeRefusedError(f"{url}: refused with {status}")
        if status != httpx.codes.OK:
            raise ChargeError(f"{url}: answered {status}")
        return answer.content

    def _state(self, content: bytes, txid: str) -> ChargeState:
        try:
            state = json.decode(content, type=ChargeState)
        except DecodeError as error:
            raise ChargeError(f"{self._url}: {error}") from error
        if state.txid != txid:
            raise ChargeError(f"{self._url}: asked about {txid}, answered about {state.txid}")
        return state
