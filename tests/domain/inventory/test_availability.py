"""How much may be sold, as both databases work it out."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, literal, select
from sqlalchemy.orm import aliased

from domain.database.session import Database
from domain.inventory import availability
from domain.models import Company, Product
from tests.factories import make_company, make_product

LARGE = 2**31 - 1


async def _part(database: Database, sellable: int, safety: int, most: int | None) -> int:
    """What the channel may be told of so many pieces of a product with a safety quantity, by a company with a cap."""
    product, company = aliased(Product), aliased(Company)
    async with database.read() as session:
        owner = await make_company(session, max_quantity=most)
        await make_product(session, owner, use_default_safety_quantity=False, safety_quantity=safety)
        pieces = availability.sellable_part(literal(sellable, BigInteger()), product, company)
        found = await session.scalar(
            select(pieces).select_from(product).join(company, company.id == product.company_id)
        )
        assert found is not None
        return found


@pytest.mark.parametrize(
    "sellable,safety,most,expected",
    [(10, 0, None, 10), (10, 3, None, 7), (3, 3, None, 0), (2, 3, None, 0), (-5, 0, None, 0), (10, 3, 5, 5),
     (10, 3, 7, 7), (10, 3, 8, 7), (10, 0, 0, 0), (-5, 0, 3, 0)],
)  # fmt: skip
async def test_available(
    database: Database, sellable: int, safety: int, most: int | None, expected: int
) -> None:
    """I1: available is sellable less safety, never below zero, and never more than the cap."""
    assert await _part(database, sellable, safety, most) == expected


@given(
    sellable=st.integers(-LARGE, LARGE),
    safety=st.integers(0, LARGE),
    most=st.none() | st.integers(0, LARGE),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_never_too_much(database: Database, sellable: int, safety: int, most: int | None) -> None:
    """I1: whatever the figures, never below zero, never above what is sellable or the cap."""
    quantity = await _part(database, sellable, safety, most)

    assert 0 <= quantity <= max(sellable, 0)
    assert most is None or quantity <= most
