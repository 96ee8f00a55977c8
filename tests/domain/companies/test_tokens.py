"""Which of a company's tokens is used for what, and what is known of each."""

from datetime import timedelta

import pytest

from domain.companies import queries
from domain.database.session import Database
from domain.models import AccessToken, AccessTokenPurpose, AccessTokenStatus, JobType
from tests.factories import NOW, make_company

ALL, ORDERS, PRODUCTS = AccessTokenPurpose.ALL, AccessTokenPurpose.ORDERS, AccessTokenPurpose.PRODUCTS
VALID, REJECTED, UNTESTED = AccessTokenStatus.VALID, AccessTokenStatus.REJECTED, AccessTokenStatus.UNTESTED
EXPIRING, EXPIRED = AccessTokenStatus.EXPIRING, AccessTokenStatus.EXPIRED


def _token(company_id: int, purpose: AccessTokenPurpose = ALL, **values: object) -> AccessToken:
    return AccessToken(
        **{"company_id": company_id, "purpose": purpose, "sealed": "x", "last_four": "", "status": VALID}
        | values
    )


@pytest.mark.parametrize(
    "status,expires_in,expected",
    [
        (VALID, None, VALID),
        (VALID, timedelta(days=31), VALID),
        (VALID, timedelta(days=30, microseconds=1), VALID),
        (VALID, timedelta(days=30), EXPIRING),
        (VALID, timedelta(microseconds=1), EXPIRING),
        (VALID, timedelta(0), EXPIRED),
        (REJECTED, None, REJECTED),
        (REJECTED, timedelta(days=1), REJECTED),
        (REJECTED, -timedelta(days=1), EXPIRED),
        (UNTESTED, timedelta(days=1), UNTESTED),
        (UNTESTED, -timedelta(days=1), EXPIRED),
    ],
)
async def test_status(
    database: Database, status: AccessTokenStatus, expires_in: timedelta | None, expected: AccessTokenStatus
) -> None:
    """C4: thirty days before its end a token that works is EXPIRING; once over, it is EXPIRED whatever Temu said."""
    async with database.write() as session:
        company = await make_company(session)
        expires_at = None if expires_in is None else NOW + expires_in
        session.add(_token(company.id, status=status, expires_at=expires_at))
    async with database.read() as session:
        assert await queries.token_statuses(session, [company.id], now=NOW) == {(company.id, ALL): expected}


@pytest.mark.parametrize(
    "purposes,for_orders,for_products",
    [
        ([], None, None),
        ([ALL], ALL, ALL),
        ([ORDERS], ORDERS, None),
        ([PRODUCTS], None, PRODUCTS),
        ([ALL, ORDERS], ORDERS, None),
        ([ALL, PRODUCTS], ALL, PRODUCTS),
        ([ALL, ORDERS, PRODUCTS], ORDERS, PRODUCTS),
    ],
)
async def test_which_token(
    purposes: list[AccessTokenPurpose],
    for_orders: AccessTokenPurpose | None,
    for_products: AccessTokenPurpose | None,
) -> None:
    """C8: orders use their own token before the one for all; products never the one that is for orders alone."""
    tokens = [_token(1, purpose) for purpose in purposes]

    def purpose(job_type: JobType) -> AccessTokenPurpose | None:
        token = queries.token_for(job_type, tokens)
        return None if token is None else token.purpose

    assert (purpose(JobType.IMPORT_ORDERS), purpose(JobType.UPDATE_INVENTORY)) == (for_orders, for_products)
