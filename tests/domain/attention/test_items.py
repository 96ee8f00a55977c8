"""What needs a person, in which order."""

from datetime import timedelta

from domain.attention.items import attention
from domain.database.session import Database
from domain.models import AccessToken, AccessTokenPurpose, AccessTokenStatus
from domain.settings import Environment, Settings
from tests.factories import NOW, make_company, make_product


async def test_worst_first(database: Database) -> None:
    """C11: what is critical comes before what is a warning; a company without a plugin needs nothing."""
    async with database.write() as session:
        company, other, idle = (
            await make_company(session),
            await make_company(session),
            await make_company(session, store_plugin=None),
        )
        await make_product(session, company)
        await make_product(session, other)
        session.add(
            AccessToken(
                company_id=other.id,
                purpose=AccessTokenPurpose.ALL,
                sealed="x",
                last_four="",
                status=AccessTokenStatus.VALID,
                expires_at=NOW + timedelta(days=10),
            )
        )
    async with database.read() as session:
        ids = [company.id, other.id, idle.id]
        found = await attention(
            session, ids, settings=Settings.model_validate({"env": Environment.DEVELOPMENT}), now=NOW
        )
    codes = {number: [item.code for item in items] for number, items in found.items()}
    assert codes == {
        company.id: ["ACCESS_TOKEN_MISSING", "UNMAPPED_PRODUCTS"],
        other.id: ["ACCESS_TOKEN_EXPIRING", "UNMAPPED_PRODUCTS"],
        idle.id: [],
    }
    expiring = found[other.id][0]
    assert (expiring.since, expiring.count) == (NOW - timedelta(days=20), 1)
