"""One mapping from exception to RFC 9457 document; every answer that is no success comes from here.

ProblemError (RefusalError)   its own status and code; the totem's next nonce and what is held
ride along
MalformedEnvelopeError        422 malformed-envelope
LedgerUnavailableError        503 overloaded, with Retry-After
HTTPException                 Litestar's own refusals: 400, 404, 405, 413 …
anything else                 500 internal, logged with its traceback; the answer tells nothing

Every 401 names what would be let in (RFC 9110, 11.6.1): a totem signs, an operator brings a token.
"""

from random import uniform
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from msgspec import json, structs

from central import logs
from central.domain.errors import LedgerUnavailableError
from central.domain.problems import ProblemError
from central.services.refusals import RefusalError
from sync_protocol.errors import CATALOGUE, RemoteProtocolError
from sync_protocol.messages import ProblemDocument

_log = logs.get(__name__)
_OVERLOADED_S = (2.0, 8.0)
_SIGNATURE = 'Signature realm="totem"'
_BEARER = 'Bearer realm="operators"'
_BY_STATUS = {
    400: ("bad-request", "The request cannot be read"),
    401: ("login-required", "Log in first"),
    403: ("not-allowed", "This is not allowed"),
    404: ("not-found", "There is nothing at this address"),
    405: ("method-not-allowed", "This address does not take this method"),
    413: ("too-large", CATALOGUE["too-large"].title),
    415: ("unsupported-media-type", "This content type is not taken here"),
}


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The problem document for an exception that reached the edge."""
    document = _document(error)
    request.app.state.metrics.refusals.labels(document.code).inc()
    headers = {"cache-control": "no-store"}
    nonce = document.nonce or getattr(request.state, "next_nonce", "")
    if nonce:
        headers["totem-nonce"] = nonce
    if document.retry_after_ms:
        headers["retry-after"] = str(-(-document.retry_after_ms // 1000))
    if document.status == 401:
        headers["www-authenticate"] = _SIGNATURE if isinstance(error, RefusalError) else _BEARER
    if isinstance(error, HTTPException) and error.headers:
        headers.update({name.lower(): value for name, value in error.headers.items()})
    return Response(
        json.encode(document),
        status_code=document.status,
        headers=headers,
        media_type="application/problem+json",
    )


def _document(error: Exception) -> ProblemDocument:
    match error:
        case RefusalError():
            return ProblemDocument(
                _type(error.code),
                error.title,
                error.status,
                error.detail,
                error.code,
                error.nonce,
                error.held,
                error.retry_after_s * 1000,
            )
        case ProblemError():
            document = _plain(error.code, error.status, error.title, error.detail)
            return _later(document, error.retry_after_s * 1000)
        case RemoteProtocolError():
            return _catalogued("malformed-envelope", str(error))
        case LedgerUnavailableError():
            _log.error("ledger unavailable", error=str(error))
            detail = "The ledger does not answer. Nothing was lost."
            return _later(_catalogued("overloaded", detail), int(1000 * uniform(*_OVERLOADED_S)))
        case HTTPException():
            known = _BY_STATUS.get(error.status_code, ("refused", "The request was refused"))
            return _plain(known[0], error.status_code, known[1], error.detail)
        case _:
            _log.error("request failed", exc_info=error)
            detail = "Something is wrong here. Nothing was promised; try again."
            return _plain("internal", 500, "Internal error", detail)


def _catalogued(code: str, detail: str) -> ProblemDocument:
    return _plain(code, CATALOGUE[code].status, CATALOGUE[code].title, detail)


def _plain(code: str, status: int, title: str, detail: str) -> ProblemDocument:
    return ProblemDocument(_type(code), title, status, detail, code)


def _later(document: ProblemDocument, wait_ms: int) -> ProblemDocument:
    return structs.replace(document, retry_after_ms=wait_ms)


def _type(code: str) -> str:
    return f"urn:totem:problem:{code}"
