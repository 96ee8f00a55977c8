"""Prices from a file: what is wanted for products by its rows, in a job (M2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import WORKER
from domain.errors import Refused
from domain.inventory.changes import retry_while_in_flight
from domain.models import Product, ProductPrice
from domain.prices import operations
from domain.prices.operations import PriceInput
from domain.queued_jobs.arguments import ImportPrices
from domain.queued_jobs.run import JobRun, Outcome
from domain.tables.columns import Columns
from domain.tables.imports import FileImport, rows_of_file, together_or_one_by_one
from domain.tables.values import RowCells, UnreadableCell

SKU, PRICE, CURRENCY, REASON = "SKU", "Price", "Currency", "Reason"
COLUMNS = Columns(
    required=(SKU, PRICE, CURRENCY),
    optional=(REASON,),
    telling=(PRICE,),
    example=("SKU-1", "18.50", "USD", "Costs have risen"),
)
_AT_ONCE = 200


@dataclass(frozen=True)
class PriceRow:
    """What a product is to cost."""

    subject: str
    place: str
    sku: str
    written: str
    amount: Decimal
    currency_code: str
    reason: str | None
    hint: str

    @property
    def key(self) -> str:
        """Equal for those that are about the same product."""
        return self.sku

    what = key

    @property
    def wish(self) -> object:
        """Equal for those that want the same of it."""
        return self.amount, self.currency_code, self.reason


async def import_prices(run: JobRun, arguments: ImportPrices, *, now: datetime) -> None:
    """Apply the rows of a file. Raises NotFound for one that is gone, Invalid, LimitExceeded, Unavailable."""
    file = await rows_of_file(run, arguments.file_id, COLUMNS, _read_row)
    applying = FileImport(
        run, file, validate_only=arguments.validate_only, at_once=_AT_ONCE, retrying=retry_while_in_flight
    )

    async def apply(session: AsyncSession, units: Sequence[Sequence[PriceRow]]) -> list[Outcome]:
        return await _apply(session, run.company_id, [row for unit in units for row in unit], now=now)

    await applying.apply([[request] for request in file.requests], apply)


def _read_row(row: RowCells) -> PriceRow:
    sku, written = row.line(SKU, at_most=100), row.written(SKU)
    row.name(sku)
    amount = row.amount(PRICE)
    if amount is None:
        raise UnreadableCell(f"{PRICE} is empty")
    currency = row.line(CURRENCY, at_most=3).upper()
    reason = None if row.is_blank(REASON) else row.line(REASON, at_most=200)
    return PriceRow(row.subject, row.place, sku, written, amount, currency, reason, row.hint(sku, written))


async def _apply(
    session: AsyncSession, company_id: int, requests: Sequence[PriceRow], *, now: datetime
) -> list[Outcome]:
    skus = {sku for request in requests for sku in (request.sku, request.written)}
    statement = select(Product.sku, Product.id).where(Product.company_id == company_id, Product.sku.in_(skus))
    known: dict[str, int] = {sku: number for sku, number in await session.execute(statement)}  # noqa: C416 - rows, not pairs
    found = [(request, known.get(request.written) or known.get(request.sku)) for request in requests]
    outcomes = [
        _failed(request, "NOT_FOUND", f"This company has no product with SKU {request.sku}{request.hint}.")
        for request, number in found
        if number is None
    ]
    left = [(request, number) for request, number in found if number is not None]
    before = await _before(session, [number for _, number in left])

    async def apply(some: Sequence[tuple[PriceRow, int]]) -> list[Outcome]:
        inputs = [PriceInput(number, r.amount, r.currency_code, r.reason) for r, number in some]
        prices = await operations.update_prices(
            session, by=WORKER, company_id=company_id, inputs=inputs, now=now
        )
        await session.flush()
        return [_done(r, before.get(number), price) for (r, number), price in zip(some, prices, strict=True)]

    return outcomes + (await together_or_one_by_one(session, left, apply, _refused) if left else [])


async def _before(session: AsyncSession, product_ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    columns = ProductPrice.product_id, ProductPrice.amount, ProductPrice.currency_code, ProductPrice.wanted_at
    rows = await session.execute(select(*columns).where(ProductPrice.product_id.in_(product_ids)))
    return {number: tuple(values) for number, *values in rows}


def _done(request: PriceRow, before: tuple[Any, ...] | None, price: ProductPrice) -> Outcome:
    now = f"{price.amount:f} {price.currency_code}"
    if before is not None and before == (price.amount, price.currency_code, price.wanted_at):
        return Outcome.skipped(
            request.subject, "UNCHANGED", f"{request.place}: {request.sku} is to cost {now} already."
        )
    was = "" if before is None or before[0] is None else f" after {before[0]:f} {before[1]}"
    return Outcome.succeeded(
        request.subject, "CHANGED", f"{request.place}: {request.sku} is to cost {now}{was}."
    )


def _refused(unit: tuple[PriceRow, int], refusal: Refused) -> list[Outcome]:
    return [_failed(unit[0], refusal.code.value, refusal.message)]


def _failed(request: PriceRow, code: str, message: str) -> Outcome:
    return Outcome.failed(request.subject, code, f"{request.place}: {message}")
