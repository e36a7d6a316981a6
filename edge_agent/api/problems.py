"""Every error as an RFC 9457 problem document that says what is wrong and what to do."""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from msgspec import Struct, ValidationError, json

from edge_agent.journal.errors import CommitError, JournalError
from edge_agent.services.errors import RefusedError

AnyRequest = Request[Any, Any, Any]

STATUS: dict[str, int] = {
    "unknown-service": 404,
    "bad-cart": 422,
    "bad-amount": 422,
    "unknown-option": 404,
    "options-missing": 422,
    "too-many-options": 422,
    "sold-out": 409,
    "closed-now": 409,
    "closed": 503,
    "wrong-step": 409,
    "too-late": 409,
    "method-unavailable": 409,
    "pix-refunded": 409,
    "pix-checking": 409,
    "out-of-order": 503,
    "bad-secret": 403,
    "bad-pin": 403,
    "wait-for-pin": 429,
    "no-session": 401,
    "case-stays": 409,
    "not-allowed": 403,
    "unknown-code": 404,
    "already-settled": 409,
    "already-served": 409,
    "nothing-to-pay": 409,
    "ticket-cancelled": 409,
    "not-paid": 409,
    "void-failed": 502,
    "void-in-doubt": 502,
    "receipt-unavailable": 409,
    "bad-contact": 422,
    "bad-name": 422,
    "bad-cpf": 422,
    "bad-phone": 422,
    "no-voice": 503,
    "voice-failed": 502,
    "bad-host": 421,
    "bad-origin": 403,
    "too-large": 413,
    "malformed": 400,
    "not-found": 404,
    "method-not-allowed": 405,
    "storage": 503,
    "internal": 500,
}

_BY_STATUS = {400: "malformed", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}


class Problem(Struct, frozen=True):
    """The document. ``code`` is what screens translate into words."""

    type: str
    title: str
    status: int
    detail: str
    code: str


def problem(code: str, detail: str) -> Problem:
    title = code.replace("-", " ").capitalize()
    return Problem(f"urn:totem:problem:{code}", title, STATUS[code], detail, code)


def answer(code: str, detail: str) -> Response[bytes]:
    return Response(
        json.encode(problem(code, detail)),
        status_code=STATUS[code],
        media_type="application/problem+json",
    )


def _refused(_: AnyRequest, error: RefusedError) -> Response[bytes]:
    return answer(error.code, error.detail)


def _http(_: AnyRequest, error: HTTPException) -> Response[bytes]:
    code = _BY_STATUS.get(error.status_code, "malformed" if error.status_code < 500 else "internal")
    extra = f" {error.extra}" if getattr(error, "extra", None) else ""
    return answer(code, f"{error.detail}{extra}")


def _invalid(_: AnyRequest, error: ValidationError) -> Response[bytes]:
    return answer("malformed", str(error))


def _storage(_: AnyRequest, error: JournalError) -> Response[bytes]:
    what = "Nothing was sold: " if isinstance(error, CommitError) else ""
    return answer("storage", f"{what}{error}")


def _internal(request: AnyRequest, error: Exception) -> Response[bytes]:
    request.app.state.log.error("request failed", path=request.url.path, exc_info=error)
    return answer("internal", "The agent failed on this request; it was logged.")


HANDLERS: ExceptionHandlersMap = {
    RefusedError: _refused,
    HTTPException: _http,
    ValidationError: _invalid,
    JournalError: _storage,
    Exception: _internal,
}
