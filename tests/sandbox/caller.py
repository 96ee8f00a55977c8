"""A caller for the sandbox's own tests: signs by default, and leaves anything out on request."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.model import BY_OTHER_WAREHOUSE, BY_SELLER
from tests.sandbox.signature import signature_of

LIST = "bg.order.list.v2.get"
DETAIL = "bg.order.detail.v2.get"
ADDRESS = "bg.order.shippinginfo.v2.get"
AMOUNTS = "bg.order.amount.query"
TOKEN_INFO = "bg.open.accesstoken.info.get"

Json = dict[str, Any]


@dataclass(frozen=True)
class Caller:
    sandbox: Sandbox
    mall: Mall
    url: str
    client: httpx.AsyncClient

    def body(self, interface: str, **fields: Any) -> Json:
        """A signed body; a field given as Ellipsis is left out."""
        body = {
            "type": interface,
            "app_key": self.sandbox.app_key,
            "access_token": self.mall.token,
            "timestamp": int(self.sandbox.clock()),
            "data_type": "JSON",
        } | fields
        body = {name: value for name, value in body.items() if value is not ...}
        if "sign" not in fields:
            body["sign"] = signature_of(body, self.sandbox.app_secret)
        return body

    async def send(self, content: bytes, content_type: str = "application/json") -> httpx.Response:
        return await self.client.post(self.url, content=content, headers={"content-type": content_type})

    async def response(self, interface: str, **fields: Any) -> httpx.Response:
        return await self.send(json.dumps(self.body(interface, **fields)).encode())

    async def envelope(self, interface: str, **fields: Any) -> Json:
        envelope: Json = (await self.response(interface, **fields)).json()
        return envelope

    async def code(self, interface: str, **fields: Any) -> int:
        code: int = (await self.envelope(interface, **fields))["errorCode"]
        return code

    async def result(self, interface: str, **fields: Any) -> Json:
        envelope = await self.envelope(interface, **fields)
        assert envelope["success"], envelope
        result: Json = envelope["result"]
        return result

    async def numbers(self, **fields: Any) -> list[str]:
        """The parent orders of one page of the list, as a careful client asks for it unless told otherwise."""
        asked = {"sortby": "updateTime", "fulfillmentTypeList": [BY_SELLER, BY_OTHER_WAREHOUSE]} | fields
        result = await self.result(LIST, **asked)
        return [row["parentOrderMap"]["parentOrderSn"] for row in result["pageItems"]]
