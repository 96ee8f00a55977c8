"""POST /events/temu: where Temu posts its webhook events (O14). No key of ours, no CORS, nothing of GraphQL: Temu signs what it sends.

The console of Temu's partner platform tries the address when it is entered, and takes it for invalid where that isn't
answered with 200. What it sends carries no signature [B: seen by one seller]; its method and body aren't documented.
So whatever comes without a signature, by GET or POST, is answered as Temu wishes and does nothing at all: the answer is
the same whoever asks and whatever is sent, and neither the secret nor the database is touched for it.

What carries a signature and is not genuine has one answer too, 401, whatever is wrong with it: body, padding, signature, app or
moment. It costs some fifty microseconds and nothing of the database, so there is no rate to be exceeded: whoever sent many would
keep Temu's own out by it. A repeated event is answered with 200, as Temu sends on until it has that; so is one about nobody's mall.
"""

from collections.abc import Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from api.transport.body import RequestRefused, check_media_type, read_body
from domain import clock
from domain.errors import NotConfigured, Unavailable
from domain.orders import webhooks
from domain.orders.webhooks import HEADERS, SIGNATURE, Malformed, NotGenuine
from domain.resources import Resources
from domain.telemetry import log

_LARGEST_BODY = 256 * 1024
_BODY_SECONDS = 5
# The same whatever is wrong: the log tells the operator.
_REFUSED = "This is no event that Temu sent to this server's app just now."
_ANSWER_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


async def temu(request: Request) -> Response:
    """Answer 200 once the event is durable, or a status where nothing was changed; 200 too to what is unsigned."""
    is_signed = SIGNATURE in request.headers
    try:
        if is_signed:
            check_media_type(request.headers.get("content-type"), request.headers.get("content-encoding"))
        # Read in any case, so that the connection can be used again.
        body = await read_body(request, most=_LARGEST_BODY, seconds=_BODY_SECONDS)
        if is_signed:
            await _receive(request, body)
        else:
            # A proxy that keeps headers of Temu back shows here: they are none, and yet the body has the size of an event.
            names = [name for name in HEADERS if name in request.headers]
            log.info("webhook.unsigned", method=request.method, headers=names, bytes=len(body))
    except RequestRefused as refusal:
        log.warning("webhook.refused", reason=str(refusal.__cause__ or refusal))
        return _answer(refusal.status, {"code": refusal.code, "message": refusal.message}, refusal.headers)
    except ClientDisconnect:
        return Response(status_code=400)  # to nobody: the client has left
    return _answer(200, {"result": {}})


async def _receive(request: Request, body: bytes) -> None:
    resources: Resources = request.app.state.resources
    try:
        await webhooks.receive(resources, request.headers, body, now=clock.now())
    except (Malformed, NotGenuine) as error:
        raise RequestRefused(401, "UNAUTHENTICATED", _REFUSED) from error
    except NotConfigured as error:
        raise RequestRefused(503, "NOT_CONFIGURED", error.message) from None
    except Unavailable as error:
        raise RequestRefused(503, "UNAVAILABLE", error.message) from None


def _answer(status: int, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse(body, status, headers={**_ANSWER_HEADERS, **(headers or {})})
