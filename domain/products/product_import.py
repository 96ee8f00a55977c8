"""Products from a file: added and changed by its rows, in a job (M2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.errors import Invalid, Refused
from domain.folding import fold
from domain.inventory import changes
from domain.inventory.changes import retry_while_in_flight
from domain.models import Company, Product, Role
from domain.products import mapping, operations, queries
from domain.products.operations import ProductInput
from domain.queued_jobs.arguments import ImportProducts
from domain.queued_jobs.run import JobRun, Outcome
from domain.tables.columns import Columns
from domain.tables.imports import FileImport, rows_of_file, together_or_one_by_one
from domain.tables.values import RowCells, UnreadableCell, damage

SKU, NAME = "SKU", "Name"
GOODS, VARIANT = "WebsiteProductID", "WebsiteProductIDVariantID"
USES_DEFAULT, SAFETY = "UseDefaultSafetyQuantity", "SafetyQuantity"
SHADOWED, SHADOWED_COMPANY = "ShadowOfSKU", "ShadowOfCompany"
COLUMNS = Columns(
    required=(SKU, NAME),
    optional=(GOODS, VARIANT, USES_DEFAULT, SAFETY, SHADOWED, SHADOWED_COMPANY),
    telling=(GOODS, VARIANT),
    example=("SKU-1", "Enamel mug", "601099512345678", "17592186044416", "false", "2", "", ""),
)
_AT_ONCE = 200


@dataclass(frozen=True)
class ProductRow:
    """What a row asks for; None, and an empty text, leave what a product has."""

    subject: str
    place: str
    sku: str
    # The SKU with characters that nobody sees, where it has any: a product may be stored so.
    written: str
    name: str | None
    pair: tuple[str, str] | None
    uses_default: bool | None
    safety_quantity: int | None
    shadow_of: tuple[str, str] | None

    @property
    def key(self) -> str:
        """Equal for those that are about the same product."""
        return self.sku

    what = key

    @property
    def wish(self) -> object:
        """Equal for those that want the same of it."""
        return self.name, self.pair, self.uses_default, self.safety_quantity, self.shadow_of


async def import_products(run: JobRun, arguments: ImportProducts, *, now: datetime) -> None:
    """Apply the rows of a file. Raises NotFound for one that is gone, Invalid, LimitExceeded, Unavailable."""
    file = await rows_of_file(run, arguments.file_id, COLUMNS, _read_row)
    companies = arguments.visible_company_ids
    by = Principal(0, Role.OPERATE, None if companies is None else frozenset(companies))
    products = _Products(by, run.company_id, now=now)
    applying = FileImport(
        run,
        file,
        validate_only=arguments.validate_only,
        at_once=_AT_ONCE,
        retrying=retry_while_in_flight,
    )
    await applying.apply([[request] for request in file.requests], products.apply)


def _read_row(row: RowCells) -> ProductRow:
    sku = row.line(SKU, at_most=100)
    row.name(sku)
    shadow = None
    if not row.is_blank(SHADOWED, SHADOWED_COMPANY):
        missing = next((each for each in (SHADOWED, SHADOWED_COMPANY) if row.is_blank(each)), None)
        if missing is not None:
            raise UnreadableCell(f"{missing} is empty; a shadow needs both {SHADOWED} and {SHADOWED_COMPANY}")
        shadow = row.line(SHADOWED, at_most=100), row.line(SHADOWED_COMPANY, at_most=200)
    return ProductRow(
        row.subject,
        row.place,
        sku,
        row.written(SKU),
        None if row.is_blank(NAME) else row.line(NAME, at_most=500),
        row.pair(GOODS, VARIANT),
        row.flag(USES_DEFAULT),
        row.quantity(SAFETY, most=mapping.LARGEST_QUANTITY),
        shadow,
    )


class _Products:
    """Adds and changes products of a company, for whoever asked for it."""

    def __init__(self, by: Principal, company_id: int, *, now: datetime) -> None:
        self._by = by
        self._company_id = company_id
        self._now = now

    async def apply(self, session: AsyncSession, units: Sequence[Sequence[ProductRow]]) -> list[Outcome]:
        """Apply rows, each with its outcome."""
        requests = [request for unit in units for request in unit]
        await self._lock(session, requests)
        companies = await self._companies(session, {r.shadow_of[1] for r in requests if r.shadow_of})
        outcomes = [
            _failed(request, "NOT_FOUND", f"There is no single company named {request.shadow_of[1]}.")
            for request in requests
            if request.shadow_of is not None and fold(request.shadow_of[1]) not in companies
        ]
        left = [r for r in requests if r.shadow_of is None or fold(r.shadow_of[1]) in companies]

        async def apply(some: Sequence[ProductRow]) -> list[Outcome]:
            return await self._upsert(session, some, companies)

        return outcomes + await together_or_one_by_one(session, left, apply, _refused) if left else outcomes

    async def _lock(self, session: AsyncSession, requests: Sequence[ProductRow]) -> None:
        """Lock the stock that these rows may change in one order; locked row by row, whoever has the next would wait for us."""
        await rows.get(session, Company, self._company_id, by=self._by, for_update=True)
        skus = {sku for request in requests for sku in (request.sku, request.written)}
        known = await queries.by_sku(session, self._company_id, skus)
        await changes.lock(session, {product.stock_product_id for product in known.values()})

    async def _companies(self, session: AsyncSession, names: Collection[str]) -> Mapping[str, int]:
        """Those of these names that are one company's, as far as whoever asked for the import sees it."""
        if not names:
            return {}
        wanted = {fold(name) for name in names}
        found: dict[str, list[int]] = {}
        for number, name in await session.execute(
            self._by.visible(select(Company.id, Company.name), Company.id)
        ):
            if fold(name) in wanted:
                found.setdefault(fold(name), []).append(number)
        return {name: numbers[0] for name, numbers in found.items() if len(numbers) == 1}

    async def _upsert(
        self, session: AsyncSession, requests: Sequence[ProductRow], companies: Mapping[str, int]
    ) -> list[Outcome]:
        skus = {sku for request in requests for sku in (request.sku, request.written)}
        known = await queries.by_sku(session, self._company_id, skus)
        before = {sku: _values(product) for sku, product in known.items()}
        inputs = [_input(request, known, companies) for request in requests]
        products, _ = await operations.upsert(
            session, by=self._by, company_id=self._company_id, inputs=inputs, now=self._now
        )
        return [
            _done(request, before.get(product.sku), product)
            for request, product in zip(requests, products, strict=True)
        ]


def _input(request: ProductRow, known: Mapping[str, Product], companies: Mapping[str, int]) -> ProductInput:
    sku = request.written if request.written in known else request.sku
    damaged = None if sku in known else damage(sku)
    if damaged is not None:
        message = f"{SKU} {sku} {damaged}; format the column as text and enter it again, or create it by upsertProducts."
        raise Invalid(message, field=("sku",))
    shadowed, company = request.shadow_of or (None, None)
    goods, variant = request.pair or (None, None)
    return ProductInput(
        sku=sku,
        name=request.name,
        shadow_of_sku=shadowed,
        shadow_of_company_id=None if company is None else companies[fold(company)],
        website_product_id=goods,
        website_product_variant_id=variant,
        use_default_safety_quantity=request.uses_default,
        safety_quantity=request.safety_quantity,
    )


def _values(product: Product) -> tuple[Any, ...]:
    return (
        product.name, product.shadow_of_id, product.website_product_id, product.website_product_variant_id,
        product.use_default_safety_quantity, product.safety_quantity,
    )  # fmt: skip


def _done(request: ProductRow, before: tuple[Any, ...] | None, product: Product) -> Outcome:
    if before is None:
        return Outcome.succeeded(request.subject, "CREATED", f"{request.place}: {request.sku} created.")
    if before == _values(product):
        said = f"{request.place}: {request.sku} has these values already."
        return Outcome.skipped(request.subject, "UNCHANGED", said)
    return Outcome.succeeded(request.subject, "CHANGED", f"{request.place}: {request.sku} changed.")


def _refused(request: ProductRow, refusal: Refused) -> list[Outcome]:
    return [_failed(request, refusal.code.value, refusal.message)]


def _failed(request: ProductRow, code: str, message: str) -> Outcome:
    return Outcome.failed(request.subject, code, f"{request.place}: {message}")
