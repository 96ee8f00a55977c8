"""GET /authorize/temu: where Temu sends a seller back who has authorised the app, or has not. No key of ours and no GraphQL: what
begins it is beginAuthorization, whose state comes back with the redirect.

What is answered is one page for the seller's browser, whatever comes: no script, nothing from elsewhere, no address passed on. The
code stands in the query string, which no log and no span has; so no word of it is shown.
"""

from collections.abc import Mapping, Sequence
from html import escape

from asgi_correlation_id.context import correlation_id
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from domain import clock
from domain.companies import authorization
from domain.companies.authorization import Completed
from domain.errors import (
    Broken,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotConfigured,
    NotFound,
    Paused,
    Taken,
    Unavailable,
)
from domain.resources import Resources
from domain.telemetry import log

_LARGEST_QUERY = 8192
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>
<link rel="icon" href="data:,"></head>
<body>
<h1>{title}</h1>
{lines}
</body>
</html>
"""
# The first that an error is one of; of others, it is the request that is wrong.
_STATUS: Mapping[type[DomainError], int] = {
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Taken: 409,
    NotConfigured: 503,
    Paused: 503,
    Unavailable: 503,
    Broken: 500,
}
_NOT_GET = "This address takes what Temu sends a browser to, and nothing else."
_TWICE = "The address has the same parameter twice, as none of Temu's has."
_AGAIN = (
    "Nothing was stored: the company has the tokens that it had. Begin again in your back office, with beginAuthorization, "
    "which gives a new address to open."
)


async def temu(request: Request) -> Response:
    """A page: the company has its token, or why not and what to do."""
    if request.method != "GET":  # Of HEAD too: what only looks at an address uses nothing up.
        return _page(405, "Not authorised", [_NOT_GET], {"Allow": "GET"})
    resources: Resources = request.app.state.resources
    try:
        redirect = _parameters(request)
        completed = await authorization.complete(
            resources, redirect, now=clock.now(), request_id=correlation_id.get()
        )
    except Exception as error:  # noqa: BLE001 - answered in one form, whatever it is
        return _refused(error)
    return _page(200, "Authorised", _told(completed))


def _parameters(request: Request) -> Mapping[str, str]:
    if len(request.scope["query_string"]) > _LARGEST_QUERY:
        raise Invalid(authorization.TOO_LONG)
    pairs = request.query_params.multi_items()
    if len({name for name, _ in pairs}) < len(pairs):
        raise Invalid(_TWICE)
    return dict(pairs)


def _refused(error: Exception) -> Response:
    told = error if isinstance(error, DomainError) else Broken()
    if isinstance(told, Broken):
        log.error("api.broken", error_id=told.id, exc_info=error)
    else:
        log.info("authorization.refused", reason=type(told).__name__)
    status = next((status for kind, status in _STATUS.items() if isinstance(told, kind)), 400)
    return _page(status, "Not authorised", [told.message, _AGAIN])


def _told(completed: Completed) -> Sequence[str]:
    until = "" if completed.expires_at is None else f", good until {completed.expires_at:%Y-%m-%d}"
    lines = [
        f"{completed.company.name} has its token of mall {completed.mall_id} now{until}.",
        *completed.advice,
    ]
    if completed.associated_mall_ids:
        malls = ", ".join(completed.associated_mall_ids)
        lines.append(
            f"The same seller has further malls: {malls}. Each wants a company and an authorisation of its own."
        )
    return [*lines, "This page can be closed."]


def _page(
    status: int, title: str, lines: Sequence[str], headers: Mapping[str, str] | None = None
) -> Response:
    shown = "\n".join(f"<p>{escape(line)}</p>" for line in lines)
    content = _PAGE.format(title=escape(title), lines=shown)
    return HTMLResponse(content, status, headers={**_HEADERS, **(headers or {})})
