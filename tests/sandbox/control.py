"""Addresses at which a demo changes the malls from outside, beside what Temu has."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

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
        Route("/control/ledger", control.ledger, methods=["GET"]),
        Route("/control/orders/{number}/{action}", control.act, methods=["POST"]),
        Route("/control/faults", control.add_fault, methods=["POST"]),
        Route("/control/faults", control.clear_faults, methods=["DELETE"]),
    ]


class Control:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def malls(self, _: Request) -> JSONResponse:
        with self._sandbox.lock:
            return JSONResponse([_mall(mall) for mall in self._sandbox.malls])

    async def orders(self, _: Request) -> JSONResponse:
        with self._sandbox.lock:
            return JSONResponse(
                [
                    {"mallId": mall.mall_id, **asdict(order)}
                    for mall in self._sandbox.malls
                    for order in mall.newest_first()
                ]
            )

    async def ledger(self, _: Request) -> JSONResponse:
        return JSONResponse([asdict(call) for call in self._sandbox.ledger.calls.copy()])

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
