"""Mutations that have files written: each answers with the job that does it."""

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Concatenate, cast

import strawberry

from api.context import Info, given
from api.schema.errors import mutation
from api.schema.mutations.payloads import JobPayload
from api.schema.mutations.queued_jobs import request
from api.values import enums, ids
from api.values.described import described_input, idempotency_key, optional, required
from api.values.filters.jobs import JobOutcomeFilter
from api.values.filters.orders import OrderFilter
from api.values.filters.products import ProductFilter
from api.values.filters.reading import read
from domain.exports import requests
from domain.exports.requests import ExportRequest
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import Role

_FORMAT = "What kind of file is written."
_SPREADSHEET = (
    "Whether a CSV file begins with a byte order mark, and has what spreadsheets would shorten, such as ids, as "
    '="601099512345678".'
)


@described_input
class ExportOrdersInput:
    """Which orders to write, and how."""

    company_id: strawberry.ID = required("The company that sold them.")
    format: enums.ExportFormat = required(_FORMAT)
    filter: OrderFilter | None = optional("Those for which this holds; all where it is left out.")
    include_buyer: bool = optional(
        "Write recipients and addresses too: needs the role ADMINISTER. Such a file is removed after a day, and when a buyer of "
        "the company is erased.",
        False,
    )
    for_spreadsheet: bool = optional(_SPREADSHEET, False)
    idempotency_key: str | None = idempotency_key()


@described_input
class ExportInventoryInput:
    """Which products to write with their stock, and how."""

    company_id: strawberry.ID = required("The company that sells them.")
    format: enums.ExportFormat = required(_FORMAT)
    filter: ProductFilter | None = optional("Those for which this holds; all where it is left out.")
    for_spreadsheet: bool = optional(_SPREADSHEET, False)
    idempotency_key: str | None = idempotency_key()


@described_input
class ExportOutcomesInput:
    """Whose outcomes to write, and how."""

    job_id: strawberry.ID = required("A job that has ended.")
    format: enums.ExportFormat = required(_FORMAT)
    filter: JobOutcomeFilter | None = optional("Those for which this holds; all where it is left out.")
    for_spreadsheet: bool = optional(_SPREADSHEET, False)
    idempotency_key: str | None = idempotency_key()


@strawberry.type
class ExportMutations:
    """Mutations that have files written."""

    @mutation(Role.OPERATE)
    async def export_orders(self, info: Info, input: ExportOrdersInput) -> JobPayload:
        """Write orders of a company into a file, a row for each of their items, those placed last first; answers at once with
        the job, whose export says where the file is.
        """
        wanted = ExportRequest(
            input.format, _conditions(input.filter), input.for_spreadsheet, input.include_buyer
        )
        return await request(info, _with_settings(info, requests.request_orders), wanted, input)

    @mutation(Role.OPERATE)
    async def export_inventory(self, info: Info, input: ExportInventoryInput) -> JobPayload:
        """Write products of a company with what lies in each warehouse into a file, which importInventory takes again; answers at
        once with the job, whose export says where the file is.
        """
        wanted = ExportRequest(input.format, _conditions(input.filter), input.for_spreadsheet)
        return await request(info, _with_settings(info, requests.request_inventory), wanted, input)

    @mutation(Role.OPERATE)
    async def export_outcomes(self, info: Info, input: ExportOutcomesInput) -> JobPayload:
        """Write what became of each order, product or row of a job that has ended into a file, failures first; answers at once
        with the job, whose export says where the file is.
        """
        context = info.context
        wanted = ExportRequest(input.format, _conditions(input.filter), input.for_spreadsheet)
        row = await run_in_transaction(
            context.database,
            requests.request_outcomes,
            wanted,
            job_id=ids.decode(input.job_id, "QueuedJob", "jobId"),
            by=context.principal,
            key=given(input.idempotency_key),
            now=context.now,
            settings=context.resources.settings,
        )
        return JobPayload(job_id=row.id)


def _with_settings(
    info: Info, operation: Callable[Concatenate[Any, ExportRequest, ...], Awaitable[Any]]
) -> Callable[Concatenate[Any, ExportRequest, ...], Awaitable[Any]]:
    return partial(operation, settings=info.context.resources.settings)


def _conditions(value: object) -> dict[str, Any]:
    """A filter by the names of the domain's conditions. Raises Invalid."""
    return read(cast("Mapping[str, Any] | None", _plain(value)))


def _plain(value: object) -> Any:
    """An input as graphql-core gives it, without what was left out."""
    if dataclasses.is_dataclass(value):
        members = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {
            name: _plain(member)
            for name, member in members
            if member is not None and member is not strawberry.UNSET
        }
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return None if value is strawberry.UNSET else value
