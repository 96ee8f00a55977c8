"""API keys: made once, found by their hash, ended at once."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from domain.access import api_keys
from domain.access.key_cache import KeyCache
from domain.access.principal import Principal
from domain.database.session import Database
from domain.errors import Expired, Forbidden, Invalid, NotFound, Refused, Required
from domain.models import ApiKey, Role
from domain.models.base import Base
from tests.factories import NOW, make_company


async def test_a_key_opens_what_it_was_made_for(database: Database) -> None:
    """A5: a key is known by its whole text alone, stored only as a hash, and names its role and companies."""
    async with database.write() as session:
        company = await make_company(session)
        key, secret = await api_keys.create(
            session, name=" front end ", role=Role.READ, company_ids=[company.id, company.id], now=NOW
        )
        _, other = await api_keys.create(
            session, name="server", role=Role.ADMINISTER, company_ids=None, now=NOW
        )
    found = await api_keys.verify(database, secret)
    server = await api_keys.verify(database, other)
    assert await api_keys.verify(database, secret[:-6] + other[-6:]) is None

    assert found is not None
    assert server is not None
    assert found[0] == Principal(key_id=key.id, role=Role.READ, company_ids=frozenset({company.id}))
    assert server[0].is_server_wide
    assert (key.name, key.hint) == ("front end", secret[-6:])
    assert secret != other
    assert secret not in {getattr(key, name) for name in ("name", "hash", "hint")}


async def test_a_revoked_key(database: Database) -> None:
    """A5: a revoked key opens nothing from then on; revoking it again keeps the first moment."""
    async with database.write() as session:
        key, secret = await api_keys.create(session, name="x", role=Role.READ, company_ids=None, now=NOW)
        await api_keys.revoke(session, key.id, now=NOW)
        await api_keys.revoke(session, key.id, now=NOW + timedelta(days=1))

    assert await api_keys.verify(database, secret) is None
    async with database.write() as session:
        assert key.revoked_at == NOW
        assert [row.id for row in await api_keys.list_all(session)] == [key.id]
        with pytest.raises(NotFound):
            await api_keys.revoke(session, key.id + 1, now=NOW)


async def test_a_key_that_expires(database: Database) -> None:
    """A5: a key opens nothing from the moment on that it expires, without any look at the database; its holder hears when that
    was, and its last use is no later. One whose time is over already isn't made.
    """
    end = NOW + timedelta(days=1)
    async with database.write() as session:
        key, secret = await api_keys.create(
            session, name="x", role=Role.READ, company_ids=None, expires_at=end, now=NOW
        )
        with pytest.raises(Invalid):
            await api_keys.create(
                session, name="x", role=Role.READ, company_ids=None, expires_at=NOW, now=NOW
            )
    cache = KeyCache(database, trusted_seconds=60)

    assert await cache.holder(secret, now=end - timedelta(seconds=1)) is not None
    for fresh in (cache, KeyCache(database)):
        with pytest.raises(Expired, match="expired at 2026-"):
            await fresh.holder(secret, now=end)
    async with database.read() as session:
        assert (await session.get_one(ApiKey, key.id)).last_used_at == end - timedelta(seconds=1)
        assert await api_keys.holders(session, [key.id], now=end) == {}
        assert list(await api_keys.holders(session, [key.id], now=NOW)) == [key.id]


@pytest.mark.parametrize(
    "name,companies,kind",
    [("x", [], Invalid), ("x", [99], NotFound), (" ", None, Required), ("x" * 201, None, Invalid), ("a\nb", None, Invalid)],
)  # fmt: skip
async def test_keys_that_can_not_be(
    database: Database, name: str, companies: list[int] | None, kind: type[Refused]
) -> None:
    """A5: a key needs a name of one line, and at least one company that there is where it isn't the server's."""
    async with database.write() as session:
        with pytest.raises(kind):
            await api_keys.create(session, name=name, role=Role.READ, company_ids=companies, now=NOW)
        assert list(await api_keys.list_all(session)) == []


async def test_what_is_asked_and_stored_of_a_key(database: Database) -> None:
    """A5: a mistyped key costs no statement, any other one each, whether it is unknown, revoked or has expired; and of a key
    nothing is stored but its hash and last letters.
    """
    async with database.write() as session:
        made = [
            await api_keys.create(session, name=f"{n}", role=Role.READ, company_ids=None, now=NOW)
            for n in range(3)
        ]
        await api_keys.revoke(session, 2, now=NOW)
        made[2][0].expires_at = NOW
        _, other = await api_keys.create(session, name="gone", role=Role.READ, company_ids=None, now=NOW)
        await session.execute(delete(ApiKey).where(ApiKey.name == "gone"))
    secrets = [secret for _, secret in made]
    cache, asked, rows = KeyCache(database), [], database._raw.rows

    async def count(sql: str, values: Any, **named: Any) -> Any:
        asked.append(sql)
        return await rows(sql, values, **named)

    database._raw.rows = count  # type: ignore[method-assign]
    for wrong in ("", secrets[0][:-1] + chr(ord(secrets[0][-1]) ^ 1), secrets[0][:-6] + secrets[1][-6:]):
        assert await cache.holder(wrong, now=NOW) is None
    assert asked == []
    for secret in (other, *secrets[1:], *secrets[1:]):
        with suppress(Expired):
            assert await cache.holder(secret, now=NOW) is None
    assert len(asked) == 5
    assert len(set(asked)) == 1

    async with database.read() as session:
        tables = [await session.execute(select(table)) for table in Base.metadata.sorted_tables]
    dump = repr([list(rows) for rows in tables])
    for secret in secrets:
        assert api_keys.hash_of(secret) in dump
        assert secret[8:-6] not in dump


@pytest.mark.parametrize(
    "secret", ["", "tw_live_", "tw_live_" + "0" * 36, "tw_test_" + "0" * 36, "tw_live_" + "\ud800" * 36, "tw_live_" + "é" * 36]
)  # fmt: skip
def test_what_is_no_key(secret: str) -> None:
    """A5: what has not the form and the checksum of a key is told apart without a query, whatever it is made of."""
    assert api_keys.is_well_formed(secret) is False


@pytest.mark.parametrize(
    "role,allowed",
    [
        (Role.READ, {Role.READ}),
        (Role.OPERATE, {Role.READ, Role.OPERATE}),
        (Role.ADMINISTER, {Role.READ, Role.OPERATE, Role.ADMINISTER}),
    ],
)
def test_roles_include_those_before(role: Role, allowed: set[Role]) -> None:
    """A5: a key may do what its role and those before it may, and only for its own companies."""
    principal = Principal(key_id=1, role=role, company_ids=frozenset({7}))

    assert {each for each in Role if principal.has(each)} == allowed
    assert (principal.sees(7), principal.sees(8)) == (True, False)
    for refused in set(Role) - allowed:
        with pytest.raises(Forbidden):
            principal.require(refused)
    with pytest.raises(Forbidden):
        principal.require_server_wide()
    with pytest.raises(NotFound) as refusal:
        principal.require_company(8)
    assert refusal.value.field == ("companyId",)
