"""What needs a person, in which order."""

import base64
import os
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


async def test_a_lost_key(database: Database) -> None:
    """C11: a token whose key this server lacks is for a person; where keys are made up by the machine none is missed."""
    ring = f"k1:{base64.b64encode(os.urandom(32)).decode()}"
    async with database.write() as session:
        company = await make_company(session)
        for purpose, sealed in (
            (AccessTokenPurpose.ORDERS, "v1.k0.x"),
            (AccessTokenPurpose.PRODUCTS, "v1.k1.x"),
        ):
            session.add(AccessToken(company_id=company.id, purpose=purpose, sealed=sealed, last_four="",
                                    status=AccessTokenStatus.VALID))  # fmt: skip
    codes = []
    for keys in ({}, {"encryption_keys": ring}):
        settings = Settings.model_validate({"env": Environment.DEVELOPMENT} | keys)
        async with database.read() as session:
            items = (await attention(session, [company.id], settings=settings, now=NOW))[company.id]
        codes.append([(item.code, item.count) for item in items])
    assert codes == [[], [("ACCESS_TOKEN_UNOPENED", 1)]]
