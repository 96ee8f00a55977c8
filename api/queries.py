"""
The root Query, all of it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import strawberry

from api import ids
from api.connections import Connection, connection, requested
from api.context import Info
from api.filters import OrderFilter, conditions
from api.node import Node
from api.projecting import (
    PROJECTS_COMPANIES,
    PROJECTS_COMPANY,
    PROJECTS_NODE,
    PROJECTS_ORDER,
    PROJECTS_ORDERS,
    PROJECTS_PRODUCT,
    PROJECTS_QUEUED_JOB,
    PROJECTS_WAREHOUSES,
)
from api.types.company import Company
from api.types.inventory import Warehouse
from api.types.order import Order, OrderItem, OrderNote
from api.types.package import Package
from api.types.product import Product
from api.types.queued_job import QueuedJob
from domain.companies import queries as companies
from domain.inventory import queries as inventory
from domain.orders import queries as orders
from domain.pagination import Listing, PageRequest
from domain.queued_jobs import queries as queued_jobs
from domain.shipping import queries as shipping

Row = TypeVar("Row")
NodeT = TypeVar("NodeT")


async def company_by_id(info: Info, number: int) -> Company | None:
    """
    The company, where it exists for this caller.
    """
    return await info.context.loaders.company.load(number)


async def product_by_id(info: Info, number: int) -> Product | None:
    """
    The product, where it exists for this caller.
    """
    return await info.context.loaders.product.load(number)


async def warehouse_by_id(info: Info, number: int) -> Warehouse | None:
    """
    The warehouse: they belong to the whole organisation.
    """
    return await info.context.loaders.warehouse.load(number)


async def order_by_id(info: Info, number: int) -> Order | None:
    """
    The order, where it exists for this caller.
    """
    async with info.context.database.read() as session:
        row = await orders.find(session, by=info.context.principal, order_id=number)
    return None if row is None else Order.from_row(row)


async def order_item_by_id(info: Info, number: int) -> OrderItem | None:
    """
    The item, where its order exists for this caller.
    """
    async with info.context.database.read() as session:
        row = await orders.find_item(session, by=info.context.principal, item_id=number)
    return None if row is None else OrderItem.from_row(row)


async def order_note_by_id(info: Info, number: int) -> OrderNote | None:
    """
    The note, where its order exists for this caller.
    """
    async with info.context.database.read() as session:
        row = await orders.find_note(session, by=info.context.principal, note_id=number)
    return None if row is None else OrderNote.from_row(row)


async def package_by_id(info: Info, number: int) -> Package | None:
    """
    The package, where its order exists for this caller.
    """
    async with info.context.database.read() as session:
        row = await shipping.find_package(session, by=info.context.principal, package_id=number)
    return None if row is None else Package.from_row(row)


async def queued_job_by_id(info: Info, number: int) -> QueuedJob | None:
    """
    The job, where its company exists for this caller.
    """
    async with info.context.database.read() as session:
        row = await queued_jobs.find(session, by=info.context.principal, job_id=number)
    return None if row is None else QueuedJob.from_row(row)


NODES = {
    "Company": company_by_id,
    "Product": product_by_id,
    "Warehouse": warehouse_by_id,
    "Order": order_by_id,
    "OrderItem": order_item_by_id,
    "OrderNote": order_note_by_id,
    "Package": package_by_id,
    "QueuedJob": queued_job_by_id,
}


async def _listed(
    info: Info, listing: Listing[Row], statement: Any, request: PageRequest, make: Callable[[Row], NodeT]
) -> Connection[NodeT]:
    """
    A page of a list that belongs to nobody in particular.
    """
    async with info.context.database.read() as session:
        page = await listing.page(session, statement, request)

    async def count() -> int:
        async with info.context.database.read() as session:
            return await listing.count(session, statement)

    return connection(page, make, count)


@strawberry.type(description="What can be asked. What a key may not see does not exist for it.")
class Query:
    """Everything that can be read."""

    @strawberry.field(
        description="Whatever has this id; null where there is nothing, or nothing for this key.",
        extensions=[PROJECTS_NODE],
    )
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:  # noqa: A002 - the contract's name
        parts = ids.split(id)
        if parts is None or parts[0] not in NODES:
            return None
        found: Node | None = await NODES[parts[0]](info, parts[1])
        return found

    @strawberry.field(
        description="The companies that the key may see, in the order in which they were created.",
        extensions=[PROJECTS_COMPANIES],
    )
    async def companies(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
    ) -> Connection[Company]:
        statement = companies.companies(by=info.context.principal)
        request = requested(first, after, last, before)
        return await _listed(info, companies.COMPANIES, statement, request, Company.from_row)

    @strawberry.field(description="One company.", extensions=[PROJECTS_COMPANY])
    async def company(self, info: Info, id: strawberry.ID) -> Company | None:  # noqa: A002 - the contract's name
        number = ids.find(id, "Company")
        return None if number is None else await company_by_id(info, number)

    @strawberry.field(description="One product.", extensions=[PROJECTS_PRODUCT])
    async def product(self, info: Info, id: strawberry.ID) -> Product | None:  # noqa: A002 - the contract's name
        number = ids.find(id, "Product")
        return None if number is None else await product_by_id(info, number)

    @strawberry.field(
        description="All warehouses of the organisation, by name.", extensions=[PROJECTS_WAREHOUSES]
    )
    async def warehouses(self, info: Info) -> list[Warehouse]:
        async with info.context.database.read() as session:
            return [Warehouse.from_row(row) for row in await inventory.warehouses(session)]

    @strawberry.field(description="One order.", extensions=[PROJECTS_ORDER])
    async def order(self, info: Info, id: strawberry.ID) -> Order | None:  # noqa: A002 - the contract's name
        number = ids.find(id, "Order")
        return None if number is None else await order_by_id(info, number)

    @strawberry.field(
        description="The orders of all companies that the key may see, the one placed last first.",
        extensions=[PROJECTS_ORDERS],
    )
    async def orders(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        last: int | None = strawberry.UNSET,
        before: str | None = strawberry.UNSET,
        filter: OrderFilter | None = strawberry.UNSET,  # noqa: A002 - the contract's name
    ) -> Connection[Order]:
        statement = orders.orders(by=info.context.principal, **conditions(filter))
        request = requested(first, after, last, before)
        return await _listed(info, orders.ORDERS, statement, request, Order.from_row)

    @strawberry.field(description="One job.", extensions=[PROJECTS_QUEUED_JOB])
    async def queued_job(self, info: Info, id: strawberry.ID) -> QueuedJob | None:  # noqa: A002 - the contract's name
        number = ids.find(id, "QueuedJob")
        return None if number is None else await queued_job_by_id(info, number)
