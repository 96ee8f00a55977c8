"""The one address that Temu is called at, with whatever is planned to go wrong there."""

import asyncio
import json
from email.utils import formatdate
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.sandbox import gateway
from tests.sandbox.faults import AFTERWARDS, FIRST, INSTEAD, Fault
from tests.sandbox.ledger import Call
from tests.sandbox.mall import Sandbox
from tests.sandbox.refusals import SUCCESS, RefusedError
from tests.sandbox.spoiling import spoil_stock_edit

PAGE = "<html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"


class DroppedError(Exception):
    """The connection is to be closed without an answer."""


class Router:
    """The ASGI application of /openapi/router, for all regions or as the address of one."""

    def __init__(self, sandbox: Sandbox, *, region: str | None = None) -> None:
        self._sandbox = sandbox
        self._region = region
        self._base_url = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return  # a client that was killed while it sent: nothing was asked
        except DroppedError:
            scope["state"]["transport"].abort()
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        # The date is the sandbox's: a client may compare it with its own to find that its clock is wrong.
        response.headers["Date"] = formatdate(self._sandbox.clock(), usegmt=True)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        self._base_url = f"{request.url.scheme}://{request.url.netloc}"
        raw = await request.body()
        try:
            body = gateway.read_body(raw, request.headers.get("content-type", ""))
        except RefusedError as error:
            return self._refuse_unread(error)
        interface, mall_id = str(body.get("type", "")), self._mall_id(body)
        call = self._sandbox.ledger.arrived(
            at=self._sandbox.clock(), mall_id=mall_id, interface=interface, body=body
        )
        try:
            around = self._sandbox.callbacks.of_arriving(interface)
            for callback in around.before:
                await asyncio.to_thread(callback)
            try:
                return await self._meet(body, call)
            finally:
                for callback in around.after:
                    await asyncio.to_thread(callback)
        except DroppedError:
            raise
        except Exception as error:
            # Kept for the test: all that its client sees is a status of 500.
            self._sandbox.errors.append(error)
            raise
        finally:
            self._sandbox.ledger.finished(call)

    def _refuse_unread(self, error: RefusedError) -> Response:
        call = self._sandbox.ledger.arrived(at=self._sandbox.clock(), mall_id=None, interface="", body={})
        call.code = error.code
        self._sandbox.ledger.finished(call)
        return _json(gateway.refusal(error.code, error.message))

    def _mall_id(self, body: dict[str, Any]) -> int | None:
        value = body.get("access_token")
        token = self._sandbox.tokens.get(value) if isinstance(value, str) else None
        return None if token is None else token.mall_id

    async def _meet(self, body: dict[str, Any], call: Call) -> Response:
        fault = self._sandbox.faults.for_call(call.interface, call.mall_id)
        call.fault = None if fault is None else fault.kind
        if fault is not None and fault.kind in INSTEAD:
            return _instead(fault, call)
        if fault is not None and fault.kind in FIRST:
            await asyncio.sleep(fault.options.get("seconds", 1))
        envelope = self._processed(body, call)
        if fault is not None and fault.kind in AFTERWARDS:
            return _afterwards(fault, envelope)
        return _json(envelope)

    def _processed(self, body: dict[str, Any], call: Call) -> dict[str, Any]:
        page_faults: list[str] = []
        self._sandbox.base_url = self._base_url
        try:
            result = gateway.process(self._sandbox, body, page_faults, region=self._region)
        except RefusedError as error:
            call.code = error.code
            return gateway.refusal(error.code, error.message)
        call.code = SUCCESS
        call.fault = "+".join([*filter(None, [call.fault]), *page_faults]) or None
        return gateway.success(result)


def _instead(fault: Fault, call: Call) -> Response:
    options = fault.options
    if fault.kind == "drop":
        raise DroppedError
    if fault.kind == "error":
        call.code = options.get("code", 4000000)
        return _json(gateway.refusal(options.get("code", 4000000), options.get("message")))
    if fault.kind == "http_status":
        return Response(
            options.get("body", PAGE),
            options.get("status", 500),
            options.get("headers"),
            media_type="text/html",
        )
    if fault.kind == "html":
        return Response(PAGE, media_type="text/html")
    return Response("" if fault.kind == "empty" else '["an", "array"]', media_type="application/json")


def _afterwards(fault: Fault, envelope: dict[str, Any]) -> Response:
    if fault.kind == "drop_after":
        raise DroppedError
    if fault.kind == "truncated":
        # Whole to HTTP, half to JSON: so much for trusting the length.
        whole = json.dumps(envelope, ensure_ascii=False).encode()
        return Response(whole[: len(whole) // 2], media_type="application/json")
    if not envelope["success"]:
        return _json(envelope)
    if fault.kind == "stock_flags":
        spoil_stock_edit(envelope["result"], fault)
        return _json(envelope)
    result = None
    if fault.kind == "inner_failure":
        result = {
            "success": False,
            "operateResult": False,
            "errorCode": fault.options.get("code", 2000000),
            "errorMsg": fault.options.get("message", "an inner call failed"),
        }
    return _json(envelope | {"result": result})


def _json(envelope: dict[str, Any]) -> Response:
    return Response(
        # Half a surrogate pair, which a mall may hold, goes out as its escape: some real answers hold one.
        json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode(errors="backslashreplace"),
        media_type="application/json",
    )
