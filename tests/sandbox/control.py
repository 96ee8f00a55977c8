"""Addresses at which a demo, or whoever works on a front end, sees and changes the malls, beside what Temu has."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.sandbox.control_tokens import change_scopes, change_token
from tests.sandbox.mall import Mall, Sandbox

ACTIONS: Final[dict[str, Callable[[Mall, str], None]]] = {
    "cancel": Mall.cancel,
    "release": Mall.release,
    "ship": Mall.ship,
    "deliver": Mall.deliver,
}


def routes(sandbox: Sandbox) -> list[Route]:
    control = Control(sandbox)
    return [
        Route("/control/malls", control.malls, methods=["GET"]),
        Route("/control/orders", control.orders, methods=["GET"]),
        Route("/control/packages", control.packages, methods=["GET"]),
        Route("/control/ledger", control.ledger, methods=["GET"]),
        Route("/control/orders/{number}/{action}", control.act, methods=["POST"]),
        Route("/control/tokens/{mall:int}/scopes", control.scopes, methods=["POST"]),
        Route("/control/tokens/{mall:int}/{action}", control.token, methods=["POST"]),
        Route("/control/faults", control.faults, methods=["GET"]),
        Route("/control/faults", control.add_fault, methods=["POST"]),
        Route("/control/faults", control.clear_faults, methods=["DELETE"]),
    ]


class Control:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def malls(self, _: Request) -> JSONResponse:
        with self._sandbox.lock:
            return JSONResponse([_mall(mall) for mall in self._sandbox.malls])

    async def orders(self, request: Request) -> JSONResponse:
        """The latest change first, mall by mall; of one mall where `mall` is given, the first so many by `limit`."""
        try:
            mall_id, limit = _number(request, "mall"), _number(request, "limit")
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        with self._sandbox.lock:
            orders = [
                (mall.mall_id, order)
                for mall in self._sandbox.malls
                if mall_id in {None, mall.mall_id}
                for order in mall.newest_first()
            ]
            return JSONResponse([{"mallId": of, **asdict(order)} for of, order in orders[:limit]])

    async def packages(self, request: Request) -> JSONResponse:
        """What was confirmed by calls, as it came, mall by mall; of one mall where `mall` is given."""
        try:
            mall_id = _number(request, "mall")
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        with self._sandbox.lock:
            return JSONResponse(
                [
                    {"mallId": mall.mall_id, **asdict(package)}
                    for mall in self._sandbox.malls
                    if mall_id in {None, mall.mall_id}
                    for package in mall.packages
                ]
            )

    async def ledger(self, request: Request) -> JSONResponse:
        """All calls, or those of an `interface`, a `mall`, or `after` a call's number."""
        try:
            mall_id, after = _number(request, "mall"), _number(request, "after") or 0
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        calls = self._sandbox.ledger.of(request.query_params.get("interface"), mall_id=mall_id, after=after)
        return JSONResponse([asdict(call) for call in calls])

    async def act(self, request: Request) -> JSONResponse:
        number, action = request.path_params["number"], ACTIONS.get(request.path_params["action"])
        mall = next((mall for mall in self._sandbox.malls if number in mall.orders), None)
        if mall is None or action is None:
            return JSONResponse({"error": "no such order, or nothing that can happen to one"}, 404)
        try:
            action(mall, number)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 409)
        return JSONResponse({"number": number, "status": int(mall.orders[number].status)})

    async def token(self, request: Request) -> JSONResponse:
        return change_token(self._sandbox, request.path_params["mall"], request.path_params["action"])

    async def scopes(self, request: Request) -> JSONResponse:
        return change_scopes(self._sandbox, request.path_params["mall"], await request.body())

    async def faults(self, _: Request) -> JSONResponse:
        return JSONResponse([asdict(fault) for fault in self._sandbox.faults.planned.copy()])

    async def add_fault(self, request: Request) -> JSONResponse:
        try:
            wanted: dict[str, Any] = await request.json()
            fault = self._sandbox.faults.add(wanted.pop("kind"), **wanted)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(asdict(fault), 201)

    async def clear_faults(self, _: Request) -> JSONResponse:
        self._sandbox.faults.clear()
        return JSONResponse({"faults": []})


def _number(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit()):
        raise ValueError(f"{name} must be a whole number")
    return int(given)


def _mall(mall: Mall) -> dict[str, Any]:
    return {
        "id": mall.mall_id,
        "region": mall.region,
        "token": mall.token,
        "goods": [
            {
                "goodsId": goods.goods_id,
                "skuId": goods.sku_id,
                "skuCode": goods.sku_code,
                "title": goods.title,
                "mappedInDemo": goods.is_mapped_in_demo,
            }
            for goods in mall.goods
        ],
    }
