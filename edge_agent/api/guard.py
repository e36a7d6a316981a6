"""Who may talk to the local API: this machine's own screen, and nobody through it.

Checked before routing: the Host header (DNS rebinding), then on every write the Origin,
Sec-Fetch-Site and the secret of this start of the agent.
"""

import hmac
from collections.abc import Callable

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from edge_agent.api.problems import answer

SAFE = frozenset({"GET", "HEAD"})
BODY_BYTES_MAX = 64 * 1024
POLICY = {
    "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def guard(hosts: frozenset[str], secret: str) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware that lets only ``hosts`` in and demands ``secret`` on writes."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            refusal = _refusal(scope["method"], Headers.from_scope(scope), hosts, secret)
            if refusal is not None:
                response = answer(*refusal).to_asgi_response(None, None)  # type: ignore[arg-type] # built without a request on purpose
                await response(scope, receive, send)
                return
            await app(scope, receive, send)

        return guarded

    return wrap


def _refusal(
    method: str, headers: Headers, hosts: frozenset[str], secret: str
) -> tuple[str, str] | None:
    host = headers.get("host", "")
    if host not in hosts:
        return "bad-host", f"This API answers on {', '.join(sorted(hosts))} only."
    if method in SAFE:
        return None
    origin = headers.get("origin")
    if origin is not None and origin not in {f"http://{name}" for name in hosts}:
        return "bad-origin", "Writes come from this machine's own screen only."
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return "bad-origin", "Writes come from this machine's own screen only."
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > BODY_BYTES_MAX:
        return "too-large", f"A request holds at most {BODY_BYTES_MAX} bytes."
    if not hmac.compare_digest(headers.get("totem-secret", "").encode(), secret.encode()):
        return "bad-secret", "Ask GET /v1/boot for the secret of this start and send it along."
    return None
