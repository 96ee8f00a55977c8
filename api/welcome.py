"""What this is, for whoever opens the server's own address."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from domain.release import VERSION
from domain.resources import Resources

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Tradewind</title>
<link rel="icon" href="data:,"></head>
<body>
<h1>Tradewind {release}</h1>
<p>A headless back office for selling on Temu: a GraphQL API for the front end of your choice.</p>
<ul>
{links}
</ul>
<p>Calls carry an API key, <code>Authorization: Bearer tw_live_...</code>; <code>tradewind keys create --admin</code> makes the first.</p>
</body>
</html>
"""


async def welcome(request: Request) -> Response:
    """A page for browsers, and the same as JSON for programs."""
    resources: Resources = request.app.state.resources
    # Relative, so that they hold below a path of a proxy's.
    what = {
        "graphql": "The GraphQL endpoint" + (", with GraphiQL" * resources.settings.serves_graphiql),
        "files": "Files in and out",
        "live": "Whether the process answers",
        "ready": "Whether it can serve requests",
        "metrics": "Metrics for Prometheus",
    }
    if "text/html" not in request.headers.get("accept", "").lower():
        told = {"name": "Tradewind", "release": VERSION, **{name: f"/{name}" for name in what}}
        return JSONResponse(told, headers=_HEADERS)
    links = "\n".join(
        f'<li><a href="{name}">/{name}</a>: {escape(words)}</li>' for name, words in what.items()
    )
    return HTMLResponse(_PAGE.format(release=escape(VERSION), links=links), headers=_HEADERS)
