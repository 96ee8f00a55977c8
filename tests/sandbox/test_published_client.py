"""The published client, which was written against Temu and knows nothing of the sandbox."""

import asyncio
from typing import Any

import pytest
from temu_api import TemuClient  # type: ignore[import-untyped]  # it is published without types

from tests.sandbox.caller import Caller


def _client(caller: Caller, app_secret: str) -> Any:
    """Its annotations say that it answers objects, where it answers what the JSON held: so its type is none."""
    url = caller.url.removesuffix("/openapi/router")
    return TemuClient(caller.sandbox.app_key, app_secret, caller.mall.token, url)


async def test_published_client_lists_orders(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published for Temu lists the sandbox's orders, signing by its own means (R3)."""
    # A proxy that is set in the environment is no way to a socket of this machine.
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    order = caller.mall.add_order(items=[(caller.mall.add_goods(), 2)])
    client = _client(caller, caller.sandbox.app_secret)
    answer: dict[str, Any] = await asyncio.to_thread(
        client.order.list_orders_v2,
        page_number=1,
        page_size=100,
        parent_order_sn_list=[order.number],
        update_at_start=order.updated_at,
        update_at_end=order.updated_at,
    )
    assert answer["errorCode"] == 1000000
    assert [row["parentOrderMap"]["parentOrderSn"] for row in answer["result"]["pageItems"]] == [order.number]
    detail = await asyncio.to_thread(client.order.detail_order_v2, parent_order_sn=order.number)
    assert detail["result"]["orderList"][0]["quantity"] == 2


async def test_published_client_signs_spaces_otherwise(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It signs values without their spaces, which is not the official way: such a call of it is refused (R3)."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    client = _client(caller, caller.sandbox.app_secret)
    answer = await asyncio.to_thread(client.order.list_orders_v2, parent_order_sn_list=["PO 211", "x"])
    assert answer["errorCode"] == 3000001


async def test_published_client_with_another_secret_is_refused(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signature of another app's secret is refused (R3)."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    client = _client(caller, "another")
    assert (await asyncio.to_thread(client.order.list_orders_v2))["errorCode"] == 3000001
