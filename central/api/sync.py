"""The totems' API: pushes up, the feed down. Sizes first, then the signature, then the meaning.

``app.state`` carries ``signatures``, ``intake`` and ``publishing``. Every signed answer brings the
nonce for the next signature in ``totem-nonce``.
"""

from typing import Annotated, Any

from litestar import Request, Response, get, post, put
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler
from msgspec import json

from central.ledger import private
from central.services.epochs import Epochs
from central.services.intake import Delivery, Intake
from central.services.publishing import Publishing
from central.services.signatures import Signatures, SignedRequest, Signer
from central.services.zstd import inflate
from sync_protocol import codec, limits
from sync_protocol.errors import MalformedEnvelopeError
from sync_protocol.ids import parse_name
from sync_protocol.messages import EpochRequest, PrivateRecord

AGENT_VERSION_MAX = 32
CURSOR_MAX = 2048
KEY_ID_MAX = 64

Wire = Request[Any, Any, State]


@post(
    "/v1/totems/{totem:str}/journal",
    status_code=200,
    request_max_body_size=limits.PUSH_WIRE_BYTES_MAX,
    include_in_schema=False,
)
async def push(request: Wire, state: State, totem: FromPath[str]) -> Response[bytes]:
    """A run of events; answered with a signed ack."""
    _refuse_oversize(request)
    wire = await request.body()
    signer = await _signer(request, totem, wire)
    if request.headers.get("content-encoding", "") != "zstd":
        raise MalformedEnvelopeError("a push is msgpack under Content-Encoding zstd")
    intake: Intake = state.intake
    answer = await intake.take(Delivery(signer, wire, _agent_version(request)))
    return _signed_answer(signer, codec.encode_answer(answer), "application/msgpack")


@post(
    "/v1/totems/{totem:str}/forensic",
    status_code=200,
    request_max_body_size=limits.PUSH_WIRE_BYTES_MAX,
    include_in_schema=False,
)
async def keep_aside(request: Wire, state: State, totem: FromPath[str]) -> Response[bytes]:
    """The journal of a machine that may not post: kept until a person decides."""
    _refuse_oversize(request)
    wire = await request.body()
    signer = await _signer(request, totem, wire)
    epochs: Epochs = state.epochs
    receipt = await epochs.keep_aside(signer, codec.decode_push(wire, inflate))
    return _signed_answer(signer, json.encode(receipt), "application/json")


@post(
    "/v1/totems/{totem:str}/epochs",
    status_code=200,
    request_max_body_size=limits.PUSH_WIRE_BYTES_MAX,
    include_in_schema=False,
)
async def open_epoch(request: Wire, state: State, totem: FromPath[str]) -> Response[bytes]:
    """A new epoch for a totem that cannot go on in its own."""
    _refuse_oversize(request)
    wire = await request.body()
    signer = await _signer(request, totem, wire)
    try:
        asked = json.decode(inflate(wire, limits.PUSH_RAW_BYTES_MAX), type=EpochRequest)
    except (ValueError, RecursionError) as error:
        raise MalformedEnvelopeError(str(error)) from error
    epochs: Epochs = state.epochs
    answer = await epochs.open(signer, asked)
    return _signed_answer(signer, json.encode(answer), "application/json")


@get("/v1/totems/{totem:str}/journal", include_in_schema=False)
async def journal(
    request: Wire,
    state: State,
    totem: FromPath[str],
    epoch: Annotated[int, QueryParameter(ge=1, le=limits.INTEGER_MAX)],
    from_seq: Annotated[int, QueryParameter(ge=1, le=limits.INTEGER_MAX)],
) -> Response[bytes]:
    """What is held of an epoch, for the totem that lost it."""
    signer = await _signer(request, totem, b"")
    epochs: Epochs = state.epochs
    page = await epochs.page(signer.totem, epoch, from_seq)
    return _signed_answer(signer, codec.encode_page(page), "application/msgpack")


@get("/v1/totems/{totem:str}/feed", include_in_schema=False)
async def feed(
    request: Wire,
    totem: FromPath[str],
    cursor: Annotated[str, QueryParameter(max_length=CURSOR_MAX)] = "",
    gen: Annotated[int, QueryParameter(ge=0, le=limits.INTEGER_MAX)] = 0,
    wait: Annotated[float, QueryParameter(ge=0, le=limits.FEED_WAIT_S_MAX)] = 0,
) -> Response[bytes]:
    """What headquarters published after the cursor; a long poll."""
    signer = await _signer(request, totem, b"")
    publishing: Publishing = request.app.state.publishing
    page = await publishing.page(signer.scopes, cursor, gen, wait)
    return _signed_answer(signer, json.encode(page), "application/json")


@get("/v1/totems/{totem:str}/snapshot", include_in_schema=False)
async def snapshot(request: Wire, state: State, totem: FromPath[str]) -> Response[bytes]:
    """Everything that is live in the feed, for a totem whose cursor means nothing here."""
    signer = await _signer(request, totem, b"")
    publishing: Publishing = state.publishing
    page = await publishing.snapshot(signer.scopes)
    return _signed_answer(signer, json.encode(page), "application/json")


@put(
    "/v1/totems/{totem:str}/private/{sale:str}",
    status_code=200,
    request_max_body_size=limits.BODY_BYTES_MAX,
    include_in_schema=False,
)
async def keep_private(
    request: Wire, state: State, totem: FromPath[str], sale: FromPath[str]
) -> Response[bytes]:
    """What a sale's customer said of themselves, sealed: kept once, erasable, never posted."""
    wire = await request.body()
    signer = await _signer(request, totem, wire)
    try:
        record = json.decode(inflate(wire, limits.BODY_BYTES_MAX), type=PrivateRecord)
        is_ours = parse_name(sale).totem == signer.totem
    except (ValueError, RecursionError) as error:
        raise MalformedEnvelopeError(str(error)) from error
    if not is_ours or not 0 < len(record.sealed) <= limits.SEALED_BYTES_MAX:
        raise MalformedEnvelopeError(f"{sale:.64} is no sale of {totem}, or its record no record")
    if not 0 < len(record.key_id) <= KEY_ID_MAX or "\0" in record.key_id:
        raise MalformedEnvelopeError(f"key_id: 1 to {KEY_ID_MAX} characters")
    receipt = await private.keep(state.database, sale, record)
    return _signed_answer(signer, json.encode(receipt), "application/json")


async def _signer(request: Wire, totem: str, body: bytes) -> Signer:
    signatures: Signatures = request.app.state.signatures
    signer = await signatures.verify(
        SignedRequest(
            totem,
            request.method,
            request.scope["path"],
            request.scope["query_string"].decode("latin-1"),
            dict(request.headers.items()),
            body,
        )
    )
    request.state.next_nonce = signer.next_nonce
    return signer


def _refuse_oversize(request: Wire) -> None:
    """Before a byte of the body is read, when the sender says how long it is."""
    length = request.headers.get("content-length", "0")
    if length.isdecimal() and int(length) > limits.PUSH_WIRE_BYTES_MAX:
        detail = f"{length} bytes, {limits.PUSH_WIRE_BYTES_MAX} allowed: send fewer events"
        raise HTTPException(detail=detail, status_code=413)


def _agent_version(request: Wire) -> str:
    version = request.headers.get("totem-agent-version", "")
    return version[:AGENT_VERSION_MAX] if version.isascii() and version.isprintable() else ""


def _signed_answer(signer: Signer, content: bytes, media_type: str) -> Response[bytes]:
    headers = {"totem-nonce": signer.next_nonce, "cache-control": "no-store"}
    return Response(content, headers=headers, media_type=media_type)


routes: list[ControllerRouterHandler] = [
    push,
    keep_aside,
    open_epoch,
    journal,
    feed,
    snapshot,
    keep_private,
]
