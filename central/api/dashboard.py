"""The built dashboard, served by the same origin as its API: files under /assets, the page for
every other path.

Nothing inline runs or styles the page, except the style sheets that its own code makes: they carry
the nonce of the answer. The build writes ``NONCE_MARK`` where the nonce belongs.
"""

from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

NONCE_MARK = b"TOTEM-PAGE-NONCE"
CONTENT_POLICY = (
    "default-src 'self'; style-src 'self' 'nonce-{nonce}'; object-src 'none';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def dashboard_routes(dist: Path) -> list[ControllerRouterHandler]:
    """Routes for the dashboard in ``dist``; none when it is not built."""
    index = dist / "index.html"
    if not index.is_file():
        return []
    page = index.read_bytes()

    @get(["/", "/{path:path}"], include_in_schema=False, sync_to_thread=False)
    def dashboard(request: Request[Any, Any, Any]) -> Response[bytes]:
        """The page; its own router reads the rest of the address."""
        path = request.scope["path"]
        if path.startswith("/v1/") or "." in path.rpartition("/")[2]:
            raise NotFoundException(detail=f"There is nothing at {path:.200}")
        nonce = token_urlsafe(16)
        policy = CONTENT_POLICY.format(nonce=nonce)
        return Response(
            page.replace(NONCE_MARK, nonce.encode()),
            media_type="text/html",
            headers={**_HEADERS, "content-security-policy": policy},
        )

    found: list[ControllerRouterHandler] = [dashboard]
    if (dist / "assets").is_dir():
        found.append(
            create_static_files_router(
                "/assets", [dist / "assets"], include_in_schema=False, name="assets"
            )
        )
    return found
