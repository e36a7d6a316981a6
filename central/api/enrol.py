"""The door for a totem that has no identity yet: a one-time code and a proof for a grant."""

from typing import Any

from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler
from msgspec import ValidationError, json

from central.services.enrolment import Enrolment
from sync_protocol.errors import MalformedEnvelopeError
from sync_protocol.messages import EnrolRequest

BODY_BYTES_MAX = 8 * 1024


@post("/v1/enrol", status_code=200, request_max_body_size=BODY_BYTES_MAX, include_in_schema=False)
async def enrol(request: Request[Any, Any, State], state: State) -> Response[bytes]:
    """Idempotent for the same code and key."""
    try:
        wanted = json.decode(await request.body(), type=EnrolRequest)
    except (ValidationError, ValueError) as error:
        raise MalformedEnvelopeError(f"not an enrolment request: {error}") from error
    enrolment: Enrolment = state.enrolment
    address = request.client.host if request.client else ""
    answer = await enrolment.enrol(wanted, address)
    return Response(
        json.encode(answer),
        headers={"totem-nonce": answer.nonce, "cache-control": "no-store"},
        media_type="application/json",
    )


routes: list[ControllerRouterHandler] = [enrol]
