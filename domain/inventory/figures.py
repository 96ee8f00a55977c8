"""What the channel is to be told of products, computed while nobody else can change it (I1, I2, I6, I9)."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.inventory import availability, changes
from domain.models import Company, Product, StockChange

# Temu takes no larger figure (150013002).
LARGEST = 1_000_000


@dataclass(frozen=True)
class Figure:
    """Pieces of a product that may be sold, and the version of the last change that they take into account.

    *is_sold_out*: zero because orders hold what lies there, and not because nothing does or rules keep it back.
    """

    quantity: int
    version: int
    is_sold_out: bool = False

    @property
    def is_unsold_zero(self) -> bool:
        """Whether it is zero for another reason than that orders have sold all."""
        return self.quantity == 0 and not self.is_sold_out


async def compute(
    session: AsyncSession, company_id: int, expected: Sequence[Product]
) -> Mapping[int, Figure]:
    """The figures of a company's products at this moment; those that meanwhile sell other stock, or sell it by another
    listing, than *expected* are left out. Stock and rules stay as they are until the transaction ends.
    """
    # The company first, as everybody does who locks both. It is shared: figures are computed side by side.
    await session.get_one(Company, company_id, with_for_update={"read": True})
    product_ids = [product.id for product in expected]
    await changes.lock(session, {*product_ids, *(product.stock_product_id for product in expected)})
    # Only now: whoever had the lock may have changed more than the stock.
    rows = select(Product).where(Product.id.in_(product_ids), Product.company_id == company_id)
    sells = {product.id: _sells(product) for product in expected}
    ids = [product.id for product in await session.scalars(rows) if _sells(product) == sells[product.id]]
    return await current(session, company_id, ids)


async def zeros(session: AsyncSession, company_id: int, product_ids: Collection[int]) -> AbstractSet[int]:
    """Those of a company's products whose figure is zero at this moment, though orders have not sold them out. Without
    any lock: by the time that they are pushed the figures may be others.
    """
    found = await current(session, company_id, product_ids)
    return {product_id for product_id, figure in found.items() if figure.is_unsold_zero}


async def current(
    session: AsyncSession, company_id: int, product_ids: Collection[int]
) -> Mapping[int, Figure]:
    """The figures of a company's products as stored, without any lock: what is pushed is computed by compute()."""
    stock = availability.stock_id(Product)
    lies, held = availability.on_hand(stock, Company), availability.reserved(stock)
    statement = (
        select(
            Product.id,
            availability.sellable_part(lies - held, Product, Company),
            availability.sellable_part(lies, Product, Company),
            func.coalesce(StockChange.version, 0),
        )
        .join(Company, Company.id == Product.company_id)
        .outerjoin(StockChange, StockChange.product_id == Product.id)
        .where(Product.company_id == company_id, Product.id.in_(product_ids))
    )
    return {
        number: Figure(min(quantity, LARGEST), version, is_sold_out=quantity == 0 and unsold > 0)
        for number, quantity, unsold, version in await session.execute(statement)
    }


def _sells(product: Product) -> tuple[int, str | None, str | None]:
    return product.stock_product_id, product.website_product_id, product.website_product_variant_id
