"""The three accounts of a shop, read for the checker: the client's, the sandbox's, and the rows."""

import asyncio
import time
from typing import Any

from tests.sandbox.model import Status
from tests.sandbox.refusals import SUCCESS
from tests.soak.check import Confirmation, History, JobRow, LineRow, OrderRow
from tests.soak.shop import Shop

_CONFIRM = "bg.logistics.shipment.v2.confirm"
_JOBS = """SELECT id, idempotency_key, status, succeeded + failed + skipped,
  (SELECT count(*) FROM job_outcomes WHERE job_id = queued_jobs.id), error FROM queued_jobs WHERE company_id = :company"""
_ORDERS = """SELECT channel_order_id, status, address_wanted OR amounts_wanted
  FROM orders WHERE company_id = :company"""
_LINES = """SELECT i.channel_order_item_id, o.channel_order_id, coalesce(r.quantity, 0)
  FROM order_items i JOIN orders o ON o.id = i.order_id LEFT JOIN reservations r ON r.order_item_id = i.id
  WHERE o.company_id = :company"""
_NOTES = """SELECT o.channel_order_id, n.event FROM order_notes n JOIN orders o ON o.id = n.order_id
  WHERE o.company_id = :company AND n.event IS NOT NULL"""
_PACKAGES = """SELECT o.channel_order_id, p.tracking_number FROM packages p JOIN orders o ON o.id = p.order_id
  WHERE o.company_id = :company"""
_PRODUCTS = """SELECT p.website_product_variant_id,
  (SELECT coalesce(sum(on_hand), 0) FROM inventory_levels WHERE product_id = p.id),
  (SELECT coalesce(sum(quantity), 0) FROM reservations WHERE product_id = p.id)
  FROM products p WHERE p.company_id = :company AND p.website_product_variant_id IS NOT NULL"""
_NOTHING_IN_USE_WITHIN = 10.0


async def history(shop: Shop) -> History:
    async def of(statement: str) -> list[Any]:
        return await shop.installation.rows.of(statement, company=shop.company)

    packages = [(number, tracking) for number, tracking in await of(_PACKAGES)]
    products = [(int(sku), int(on_hand), int(reserved)) for sku, on_hand, reserved in await of(_PRODUCTS)]
    mall = shop.mall
    packed = {number for number, _ in packages}
    cancelled = {number for number, order in mall.orders.items() if order.status == Status.CANCELLED}
    parent = {line.number: number for number, order in mall.orders.items() for line in order.items}
    to_send = {
        line.number: 0 if number in packed | cancelled else line.remaining
        for number, order in mall.orders.items()
        for line in order.items
    }
    return History(
        keys=shop.client.keys,
        shipped=shop.shipped,
        tried_to_ship=shop.tried_to_ship,
        set_last=shop.set_last,
        listed={number: sum(line.remaining for line in order.items) for number, order in mall.orders.items()},
        lines=to_send,
        cancelled=cancelled,
        confirmations=_confirmations(shop),
        parcels=[(parent[package.order_sn], package.tracking_number) for package in mall.packages],
        figures=[
            (entry.sku_id, entry.figure)
            for entry in mall.stock_history
            if entry.sku_id in shop.set_last and not entry.is_sale
        ],
        offered=mall.stock,
        jobs=[JobRow(*row) for row in await of(_JOBS)],
        ended_before=shop.ended_before,
        orders=[
            OrderRow(number, status, lacks=bool(lacks) and number not in cancelled)
            for number, status, lacks in await of(_ORDERS)
        ],
        order_lines=[LineRow(*row) for row in await of(_LINES)],
        notes=[(number, event) for number, event in await of(_NOTES)],
        packages=packages,
        available={sku: max(on_hand - reserved, 0) for sku, on_hand, reserved in products},
        levels=[on_hand for _, on_hand, _ in products],
        in_use=await _in_use(shop),
    )


async def _in_use(shop: Shop) -> dict[str, int]:
    """What stays in use, though nobody asks for anything: a look of the sweeper's ends by itself."""
    until = time.monotonic() + _NOTHING_IN_USE_WITHIN
    while any((found := await shop.installation.connections()).values()) and time.monotonic() < until:
        await asyncio.sleep(0.2)
    return found


def _confirmations(shop: Shop) -> list[Confirmation]:
    calls = shop.installation.sandbox.ledger.of(_CONFIRM, mall_id=shop.mall.mall_id)
    return [
        Confirmation(number, was_applied=call.code == SUCCESS)
        for call in calls
        for number in sorted(set(_parents(call.parameters)))
    ]


def _parents(value: Any) -> list[str]:
    """Every parent order's number in a call's parameters, wherever it stands."""
    if isinstance(value, dict):
        own = [str(value["parentOrderSn"])] if "parentOrderSn" in value else []
        return own + [number for each in value.values() for number in _parents(each)]
    return [number for each in value for number in _parents(each)] if isinstance(value, list) else []
