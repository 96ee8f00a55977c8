"""GraphiQL: the page for a browser that opens /graphql, and the files that it is made of.

Everything comes from this server, under a policy that allows nothing else. GraphiQL itself and React are npm
packages that the set-up installs; without them the page says how to get them, and nothing else is affected.
"""

import functools
import hashlib
import json
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

_OURS = Path(__file__).resolve().parent / "assets"
_PACKAGES = _OURS.parent.parent / "node_modules"

#: Each file that is served, and no other: a name in an address chooses among these and never becomes a path.
_ASSETS = {
    "react.js": (_PACKAGES / "react/umd/react.production.min.js", "text/javascript"),
    "react-dom.js": (_PACKAGES / "react-dom/umd/react-dom.production.min.js", "text/javascript"),
    "graphiql.js": (_PACKAGES / "graphiql/graphiql.min.js", "text/javascript"),
    "graphiql.css": (_PACKAGES / "graphiql/graphiql.min.css", "text/css"),
    "page.js": (_OURS / "graphiql.js", "text/javascript"),
    "page.css": (_OURS / "graphiql.css", "text/css"),
}

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}

_ASSET_HEADERS = {
    # The address holds a digest of the files, so that what is behind it never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_ABSENT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Tradewind</title><link rel="icon" href="data:,"></head>
<body>
<h1>GraphiQL is not installed on this server</h1>
<p>To get it, run <code>python3 dev setup</code> in the folder that the server runs from, and load this page again.</p>
<p>Nothing else is affected: this address answers GraphQL over POST, GET and WebSocket as ever.</p>
</body>
</html>
"""

#: The tabs that open at first: a query with its variables. They stand in the order in which one needs them.
EXAMPLES: list[tuple[str, dict[str, object]]] = [
    (
        """\
# Send GraphQL to this server from here.
#
# 1. A request needs an API key. Whoever runs the
#    server makes one with: tradewind keys create
#    Put it under Headers, below, after "Bearer ".
#    It serves all tabs until you leave the page.
# 2. Press the button, or Ctrl-Enter.
# 3. There is an example in each tab. Types and
#    fields are explained behind the book, top left.

query Companies {
  companies(first: 10) {
    nodes {
      id
      name
      settings {
        region
        allowOrderDownload
        accessToken { status expiresAt }
      }
    }
    totalCount
  }
}
""",
        {},
    ),
    (
        """\
# Orders, chosen by the filter under Variables, of
# which every field may be left out. The next page:
# "after", with the endCursor of this one.

query Orders($filter: OrderFilter, $after: String) {
  orders(first: 20, after: $after, filter: $filter) {
    nodes {
      id
      channelOrderId
      status
      shippingStatus
      orderedAt
      latestShipAt
      total { amount currencyCode }
      items { title quantity isUnknownProduct product { sku } }
    }
    pageInfo { hasNextPage endCursor }
    totalCount
  }
}
""",
        {"filter": {"status": ["PENDING"], "hasUnknownProduct": False}},
    ),
    (
        """\
# Fetch a company's new and changed orders from Temu.
# Put the company's id under Variables: the first tab
# tells it. A worker does the work, as a queued job:
# watch it in the next tab.

mutation ImportOrders($input: ImportOrdersInput!) {
  importOrders(input: $input) {
    job { id status }
    userErrors { code message field }
  }
}
""",
        {"input": {"companyId": ""}},
    ),
    (
        """\
# A queued job as it runs: its state at once, then
# every change until it has ended. Put the id that
# importOrders gave under Variables.

subscription QueuedJob($id: ID!) {
  queuedJob(id: $id) {
    type
    status
    progress { done total succeeded failed skipped }
    error
    outcomes(first: 10) { nodes { subject status message } }
  }
}
""",
        {"id": ""},
    ),
]


def routes(*, enabled: bool) -> list[Route]:
    """The files of the page; none where GraphiQL is turned off."""
    if not enabled:
        return []
    return [Route("/graphiql/assets/{version}/{name}", _asset, name="graphiql-asset")]


def page(request: Request) -> Response | None:
    """The page for a browser; nothing for a client that doesn't ask for one."""
    if "text/html" not in request.headers.get("accept", "").lower():
        return None
    if not all(path.is_file() for path, _ in _ASSETS.values()):
        return HTMLResponse(_ABSENT, headers=_PAGE_HEADERS)
    # The address is relative, so that it holds behind a proxy that serves us below a path of its own.
    html = _template().replace("{assets}", f"graphiql/assets/{_version()}").replace("{examples}", _examples())
    return HTMLResponse(html, headers=_PAGE_HEADERS)


async def _asset(request: Request) -> Response:
    path, media_type = _ASSETS.get(request.path_params["name"], (None, None))
    if path is None or not path.is_file() or request.path_params["version"] != _version():
        raise HTTPException(404)
    return FileResponse(path, media_type=media_type, headers=_ASSET_HEADERS)


@functools.cache
def _version() -> str:
    """Asked for only when all files are there; a set-up that changes them is followed by a restart."""
    digest = hashlib.sha256()
    for path, _ in _ASSETS.values():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def _template() -> str:
    return (_OURS / "graphiql.html").read_text(encoding="utf-8")


@functools.cache
def _examples() -> str:
    """The examples as JSON that can stand inside an HTML element."""
    tabs = [
        {"query": query, "variables": json.dumps(variables, indent=2) if variables else ""}
        for query, variables in EXAMPLES
    ]
    return json.dumps(tabs).replace("<", "\\u003c")
