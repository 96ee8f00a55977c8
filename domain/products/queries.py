"""Products, as their readers may see them, and the look-ups that imports need."""

from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, exists, func, not_, or_, select, tuple_, type_coerce
from sqlalchemy.ext.asyncio import AsyncSession

from domain.filtering import (
    Choice,
    Comparison,
    Filter,
    Flag,
    OfOneCompany,
    among,
    contains,
    during,
    equals,
    search,
    within,
)
from domain.inventory import availability
from domain.models import (
    ChannelStock,
    Company,
    InventoryLevel,
    MallType,
    PriceState,
    Product,
    ProductPrice,
    StockChange,
    literally,
)
from domain.models.base import UtcDateTime
from domain.pagination import BEFORE_ALL, Key, Worked

# Goods id and SKU id of a listing on Temu.
WebsiteIds = tuple[str, str]
# By SKU; products of several companies may have the same one.
PRODUCTS = [Key(Product.sku), Key(Product.id)]


class ProductOrderField(Enum):
    """By what products can be sorted. What is worked out for each product is sorted within one company only."""

    SKU = "SKU"  #: the seller's own code
    NAME = "NAME"  #: what people call them
    CREATED_AT = "CREATED_AT"  #: when they were created
    UPDATED_AT = "UPDATED_AT"  #: when they last changed
    LAST_PUSHED_AT = "LAST_PUSHED_AT"  #: when Temu last accepted a figure; of one company
    AVAILABLE_QUANTITY = "AVAILABLE_QUANTITY"  #: what the channel is told; of one company


PRODUCT_ORDERS = {
    ProductOrderField.SKU: PRODUCTS,
    ProductOrderField.NAME: [Key(Product.name), Key(Product.id)],
    # Numbers are given in that order, and an index has them.
    ProductOrderField.CREATED_AT: [Key(Product.id)],
    ProductOrderField.UPDATED_AT: [Key(Product.updated_at), Key(Product.id)],
    ProductOrderField.LAST_PUSHED_AT: [
        Key(
            Worked(
                UtcDateTime(), lambda row: availability.of_channel_stock(row, "accepted_at"), is_dear=True
            ),
            missing=BEFORE_ALL,
        ),
        Key(Product.id),
    ],
    ProductOrderField.AVAILABLE_QUANTITY: [
        Key(Worked(BigInteger(), availability.told, is_dear=True)),
        Key(Product.id),
    ],
}


def _told(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether this is so of what the channel was told of a product."""
    return exists().where(ChannelStock.product_id == Product.id, condition)


def _changed(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a change of a product's stock is still to be told, of which this is so."""
    return exists().where(StockChange.product_id == Product.id, *conditions)


def _lies(product_id: Any) -> ColumnElement[bool]:
    """Whether pieces of a product lie anywhere. A shadow has none of its own."""
    return exists().where(InventoryLevel.product_id == product_id, InventoryLevel.on_hand > 0)


_RULES_CHANGED = exists().where(Company.id == Product.company_id, Company.stock_rules_changed)


# Of a product that has no price yet, none is wanted.
_PRICE_STATE = type_coerce(
    func.coalesce(
        select(ProductPrice.state).where(ProductPrice.product_id == Product.id).scalar_subquery(),
        literally(PriceState.NONE),
    ),
    ProductPrice.state.type,
)


class ProductStatus(Enum):
    """Whether a product is joined to a listing of the channel's."""

    MAPPED = "MAPPED"  #: it is, so its stock is told
    UNMAPPED = "UNMAPPED"  #: it isn't yet


_IS_MAPPED = and_(Product.website_product_id.is_not(None), Product.website_product_variant_id.is_not(None))
PRODUCT_STATES = (
    "is_mapped",
    Choice({ProductStatus.MAPPED: _IS_MAPPED, ProductStatus.UNMAPPED: not_(_IS_MAPPED)}),
)
PRODUCT_FILTER = Filter(
    search=search(
        lambda part: or_(
            contains(Product.sku, part, folded=Product.sku_folded),
            contains(Product.name, part, folded=Product.name_folded),
        )
    ),
    company_id=equals(Product.company_id),
    skus=among(Product.sku),
    is_mapped=Flag(_IS_MAPPED),
    is_archived=Flag(Product.archived_at.is_not(None)),
    is_shadow=Flag(Product.shadow_of_id.is_not(None)),
    has_stock=Flag(or_(_lies(Product.id), _lies(Product.shadow_of_id))),
    available_quantity=OfOneCompany(within(availability.told(Product))),
    updated_at=during(Product.updated_at),
    last_pushed_at=Filter(
        from_=Comparison(UtcDateTime(), lambda moment: _told(ChannelStock.accepted_at >= moment)),
        to=Comparison(UtcDateTime(), lambda moment: _told(ChannelStock.accepted_at < moment)),
    ),
    is_waiting=Flag(or_(_changed(), _RULES_CHANGED)),
    is_refused=Flag(_told(ChannelStock.refused_at.is_not(None))),
    price_state=among(_PRICE_STATE),
    is_drifting=Flag(_told(ChannelStock.drifting_since.is_not(None))),
)


async def by_sku(session: AsyncSession, company_id: int, skus: Collection[str]) -> dict[str, Product]:
    """The products of a company that have these SKUs."""
    statement = select(Product).where(Product.company_id == company_id, Product.sku.in_(skus))
    return {product.sku: product for product in await session.scalars(statement)}


async def by_website_ids(
    session: AsyncSession, company_id: int, pairs: Iterable[WebsiteIds]
) -> Mapping[WebsiteIds, Product]:
    """The products of a company that are mapped to these listings."""
    wanted = set(pairs)
    if not wanted:
        return {}
    ids = tuple_(Product.website_product_id, Product.website_product_variant_id)
    found = await session.scalars(
        select(Product).where(
            Product.company_id == company_id,
            # Of the pairs alone SQLite would find no more than the company in its index.
            Product.website_product_id.in_({goods for goods, _ in wanted}),
            ids.in_(wanted),
        )
    )
    return {
        (product.website_product_id, product.website_product_variant_id): product
        for product in found
        if product.website_product_id is not None and product.website_product_variant_id is not None
    }


async def knows_by_variant(session: AsyncSession, company_id: int) -> bool:
    """Whether a company's listings are known by their SKU alone, as those of a semi-managed mall are (C12)."""
    return (await session.get_one(Company, company_id)).mall_type is MallType.SEMI_MANAGED


async def by_variant_ids(
    session: AsyncSession, company_id: int, variants: Collection[str]
) -> Mapping[str, Product]:
    """
    The products of a company that are mapped to these SKUs, whatever the goods: a semi-managed mall's list of products and
    its orders name different numbers of these for one SKU. A SKU that several products are mapped to is left out.
    """
    if not variants:
        return {}
    statement = select(Product).where(
        Product.company_id == company_id, Product.website_product_variant_id.in_(variants)
    )
    found: dict[str, list[Product]] = {}
    for product in await session.scalars(statement):
        found.setdefault(product.website_product_variant_id or "", []).append(product)
    return {variant: products[0] for variant, products in found.items() if len(products) == 1}
