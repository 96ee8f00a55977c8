"""Products: upsert, mapping to Temu's listings, shadows. A mapping that frees waiting items asks for their match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, inspect, or_, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access import rows
from domain.access.principal import Principal
from domain.database.companies import crossing_companies
from domain.errors import Conflict, Invalid, LimitExceeded, NotFound, Required
from domain.inventory import changes as stock_changes
from domain.models import Company, InventoryLevel, OrderItem, Product, Reservation
from domain.products import mapping, queries
from domain.products.queries import WebsiteIds

AT_MOST = 500


@dataclass(frozen=True)
class ProductInput:
    """One product to add or change: None leaves a known product's value as it is."""

    sku: str
    name: str | None = None
    shadow_of_sku: str | None = None
    shadow_of_company_id: int | None = None
    website_product_id: str | None = None
    website_product_variant_id: str | None = None
    use_default_safety_quantity: bool | None = None
    safety_quantity: int | None = None


async def upsert(
    session: AsyncSession, *, by: Principal, company_id: int, inputs: Sequence[ProductInput], now: datetime
) -> tuple[list[Product], int]:
    """Add products, or change those whose SKU the company has; again does nothing. All of them or none. Returns them,
    and how many orders with waiting items their mappings free (O4).

    Raises NotFound, Required, Invalid, Taken (M3), Conflict, LimitExceeded above 500; `field` names the product.
    """
    if len(inputs) > AT_MOST:
        raise LimitExceeded(
            f"At most {AT_MOST} products a call; these are {len(inputs)}.", field=("products",)
        )
    # The lock keeps an import from reading the mappings as they were while these change (O4).
    company = await rows.get(session, Company, company_id, by=by, for_update=True)
    skus = [text.line(item.sku, field=_field(i, "sku"), at_most=100) for i, item in enumerate(inputs)]
    for i, sku in enumerate(skus):
        if sku in skus[:i]:
            raise Invalid(f"SKU {sku} is given twice in this call.", field=_field(i, "sku"))
    known = await queries.by_sku(session, company.id, skus)
    originals = await _originals(session, by, company, inputs, known)
    products: list[Product] = []
    changed: list[Product] = []
    resafed: list[Product] = []
    mapped: list[WebsiteIds] = []
    for i, (sku, item) in enumerate(zip(skus, inputs, strict=True)):
        product = known.get(sku) or Product(company_id=company.id, sku=sku, name=sku)
        before = (product.stock_product_id, product.website_product_variant_id)
        safety = (product.use_default_safety_quantity, product.safety_quantity)
        mapped += await _apply(session, product, item, originals[i], i)
        products.append(product)
        if (product.stock_product_id, product.website_product_variant_id) != before:
            changed.append(product)
        elif (product.use_default_safety_quantity, product.safety_quantity) != safety:
            resafed.append(product)
    await _record_new_stock(session, changed)
    await stock_changes.record(session, {product.stock_product_id for product in resafed})
    freed = await mapping.free_waiting_items(session, by=by, company=company, pairs=mapped, now=now)
    return products, mapping.count(freed)


async def _apply(
    session: AsyncSession, product: Product, item: ProductInput, original: Product | None, place: int
) -> list[WebsiteIds]:
    """Make the product what *item* says, and *original*'s shadow if given; returns what it is mapped to now."""
    mapped: list[WebsiteIds] = []
    if item.name is not None:
        product.name = text.line(item.name, field=_field(place, "name"), at_most=500)
    if original is not None:
        await _make_shadow(session, product, original, place)
    if item.website_product_id is not None or item.website_product_variant_id is not None:
        mapped = _map(product, item.website_product_id, item.website_product_variant_id, _field(place))
    if item.use_default_safety_quantity is not None:
        product.use_default_safety_quantity = item.use_default_safety_quantity
    if item.safety_quantity is not None:
        product.safety_quantity = item.safety_quantity
    session.add(product)
    await _flush(session, product, _field(place, "websiteProductVariantId"))
    return mapped


async def update_website_properties(
    session: AsyncSession,
    *,
    by: Principal,
    product_id: int,
    website_ids: tuple[str | None, str | None] | None,
    use_default_safety_quantity: bool | None,
    safety_quantity: int | None,
    now: datetime,
) -> tuple[Product, int]:
    """Change a product's website properties; *website_ids* (None, None) takes its mapping away, None leaves it. Returns
    the product, and how many orders with waiting items the mapping frees (O4).

    Raises NotFound, Required where only one of the two ids is known, Invalid, Taken (M3).
    """
    product = await rows.get(session, Product, product_id, by=by)
    company = await rows.get(session, Company, product.company_id, by=by, for_update=True)
    await session.refresh(product)
    before = (product.website_product_id, product.website_product_variant_id)
    mapped: list[WebsiteIds] = []
    if website_ids == (None, None):
        product.website_product_id = product.website_product_variant_id = None
    elif website_ids is not None:
        mapped = _map(product, *website_ids, ())
    if use_default_safety_quantity is not None:
        product.use_default_safety_quantity = use_default_safety_quantity
    if safety_quantity is not None:
        if not 0 <= safety_quantity <= mapping.LARGEST_QUANTITY:
            message = f"safetyQuantity must be from 0 to {mapping.LARGEST_QUANTITY}."
            raise Invalid(message, field=("safetyQuantity",))
        product.safety_quantity = safety_quantity
    is_changed = session.is_modified(product)
    await _flush(session, product, ("websiteProductVariantId",))
    if is_changed:
        await stock_changes.record(session, [product.stock_product_id])
    if (product.website_product_id, product.website_product_variant_id) != before:
        await _record_new_stock(session, [product])
    freed = await mapping.free_waiting_items(session, by=by, company=company, pairs=mapped, now=now)
    return product, mapping.count(freed)


async def _record_new_stock(session: AsyncSession, products: Sequence[Product]) -> None:
    """These products sell other stock, or sell it by another listing, than before."""
    # First, because it sees what is on its way to Temu, which is forgotten then.
    await stock_changes.record(session, {product.stock_product_id for product in products})
    await stock_changes.remap(session, [product.id for product in products])


def _map(
    product: Product, website_product_id: str | None, variant_id: str | None, field: tuple[str, ...]
) -> list[WebsiteIds]:
    """Join a product to a listing; returns the pair where it is a new one."""
    before = (product.website_product_id, product.website_product_variant_id)
    goods = before[0] if website_product_id is None else website_product_id
    variant = before[1] if variant_id is None else variant_id
    if goods is None or variant is None:
        missing = "websiteProductId" if goods is None else "websiteProductVariantId"
        raise Required(
            "A mapping needs both websiteProductId and websiteProductVariantId.", field=(*field, missing)
        )
    pair = mapping.website_ids(goods, variant, field=field)
    product.website_product_id, product.website_product_variant_id = pair
    return [] if pair == before else [pair]


async def _originals(
    session: AsyncSession,
    by: Principal,
    company: Company,
    inputs: Sequence[ProductInput],
    known: Mapping[str, Product],
) -> list[Product | None]:
    """The product that each input is to be a shadow of. These, and the known products that become shadows, stay as they
    are until the end: none may become a shadow, or get stock, between our look and our write. All are locked at once
    and in one order, so that two callers wait for each other instead of for ever.
    """
    wanted = [_wanted_original(company, item, i) for i, item in enumerate(inputs)]
    pairs = {pair for pair in wanted if pair is not None}
    await _refuse_unknown_companies(session, by, wanted)
    is_original = and_(
        # Of the pairs alone SQLite would find nothing in its index.
        Product.company_id.in_({number for number, _ in pairs}),
        Product.sku.in_({sku for _, sku in pairs}),
        tuple_(Product.company_id, Product.sku).in_(pairs),
    )
    shadows = [known[item.sku.strip()].id for item, pair in zip(inputs, wanted, strict=True)
               if pair is not None and item.sku.strip() in known]  # fmt: skip
    these = select(Product).where(or_(is_original, Product.id.in_(shadows))).order_by(Product.id)
    locked = these.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = {(row.company_id, row.sku): row for row in await session.scalars(locked)}
    originals = [None if pair is None else found.get(pair) for pair in wanted]
    for i, (pair, original) in enumerate(zip(wanted, originals, strict=True)):
        if pair is not None and original is None:
            raise NotFound(f"That company has no product with SKU {pair[1]}.", field=_field(i, "shadowOfSku"))
    return originals


def _wanted_original(company: Company, item: ProductInput, i: int) -> tuple[int, str] | None:
    if item.shadow_of_sku is None and item.shadow_of_company_id is None:
        return None
    if item.shadow_of_sku is None or item.shadow_of_company_id is None:
        missing = "shadowOfSku" if item.shadow_of_sku is None else "shadowOfCompanyId"
        raise Required("A shadow needs both shadowOfSku and shadowOfCompanyId.", field=_field(i, missing))
    if item.shadow_of_company_id == company.id:
        message = "A shadow product sells the stock of another company's product, not of its own company's."
        raise Invalid(message, field=_field(i, "shadowOfCompanyId"))
    sku = text.line(item.shadow_of_sku, field=_field(i, "shadowOfSku"), at_most=100)
    return item.shadow_of_company_id, sku


async def _refuse_unknown_companies(
    session: AsyncSession, by: Principal, wanted: Sequence[tuple[int, str] | None]
) -> None:
    numbers = {pair[0] for pair in wanted if pair is not None}
    visible = by.visible(select(Company.id).where(Company.id.in_(numbers)), Company.id)
    known = set(await session.scalars(visible))
    for i, pair in enumerate(wanted):
        if pair is not None and pair[0] not in known:
            message = "There is no company with this shadowOfCompanyId."
            raise NotFound(message, field=_field(i, "shadowOfCompanyId"))


async def _make_shadow(session: AsyncSession, product: Product, original: Product, i: int) -> None:
    if original.shadow_of_id is not None:
        message = f"{original.sku} is itself a shadow. Name the product whose stock it sells."
        raise Invalid(message, field=_field(i, "shadowOfSku"))
    if inspect(product).persistent and product.shadow_of_id != original.id:
        await _refuse_if_it_has_stock(session, product, i)
    product.shadow_of_id = original.id


async def _refuse_if_it_has_stock(session: AsyncSession, product: Product, i: int) -> None:
    reasons = {
        "has stock of its own": select(InventoryLevel.product_id).where(
            InventoryLevel.product_id == product.id
        ),
        "has orders that reserve its stock": select(Reservation.product_id)
        .join(OrderItem, OrderItem.id == Reservation.order_item_id)
        .where(OrderItem.product_id == product.id),
        "has shadows of its own": select(Product.id).where(Product.shadow_of_id == product.id),
    }
    # Its shadows are of other companies, which the key may not see.
    async with crossing_companies(session):
        found = [
            reason
            for reason, statement in reasons.items()
            if await session.scalar(statement.limit(1)) is not None
        ]
    if found:
        raise Conflict(
            f"{product.sku} {found[0]}, so it can't become a shadow.", field=_field(i, "shadowOfSku")
        )


async def _flush(session: AsyncSession, product: Product, field: tuple[str, ...]) -> None:
    goods, variant = product.website_product_id, product.website_product_variant_id
    if goods is not None and variant is not None:
        with session.no_autoflush:
            holders = await queries.by_website_ids(session, product.company_id, [(goods, variant)])
        holder = next(iter(holders.values()), product)
        if holder.sku != product.sku:
            raise mapping.taken(holder.sku, field)
    try:
        await session.flush()
    except IntegrityError:
        # The company row is locked, so nobody could come between: only a caller without the lock ends here.
        raise Conflict(
            "Another request changed this product at the same moment. Try again.", field=field
        ) from None


def _field(i: int, name: str | None = None) -> tuple[str, ...]:
    return ("products", str(i)) if name is None else ("products", str(i), name)
