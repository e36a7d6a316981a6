"""The built dashboard, served by the same origin as its API: files under /assets, the page for
every other path.
"""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

CONTENT_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_HEADERS = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
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
        return Response(page, media_type="text/html", headers=_HEADERS)

    found: list[ControllerRouterHandler] = [dashboard]
    if (dist / "assets").is_dir():
        found.append(
            create_static_files_router(
                "/assets", [dist / "assets"], include_in_schema=False, name="assets"
            )
        )
    return found
