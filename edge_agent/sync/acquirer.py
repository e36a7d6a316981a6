"""The acquirer's gateway over HTTPS: stored card payments, each under its own key.

``POST /v1/stored-payments`` with the payment as JSON and its name as ``Idempotency-Key``; 200
brings a verdict, anything else is no verdict: the same payment is sent again later, and a gateway
answers the same key the same way.
"""

import httpx
from msgspec import DecodeError, json

from edge_agent.services.forwarding import AcquirerError, StoredPayment, Verdict

PATH = "/v1/stored-payments"
CALL_S = 30.0


class HttpAcquirer:
    """One gateway at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + PATH

    async def forward(self, stored: StoredPayment) -> Verdict:
        headers = {"content-type": "application/json", "idempotency-key": stored.payment}
        try:
            async with httpx.AsyncClient(timeout=CALL_S) as client:
                answer = await client.post(self._url, content=json.encode(stored), headers=headers)
        except httpx.HTTPError as error:
            raise AcquirerError(f"{self._url}: {error!r}") from error
        if answer.status_code != 200:
            raise AcquirerError(f"{self._url}: answered {answer.status_code}")
        try:
            return json.decode(answer.content, type=Verdict)
        except DecodeError as error:
            raise AcquirerError(f"{self._url}: {error}") from error
