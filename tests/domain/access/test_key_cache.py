"""What a process knows of keys without asking each time."""

from datetime import timedelta

from domain.access import api_keys
from domain.access.key_cache import KeyCache
from domain.database.session import Database
from domain.models import ApiKey, Role
from tests.factories import NOW


async def _key(database: Database) -> tuple[int, str]:
    async with database.write() as session:
        key, secret = await api_keys.create(session, name="x", role=Role.READ, company_ids=None, now=NOW)
    return key.id, secret


async def _revoke(database: Database, number: int) -> None:
    async with database.write() as session:
        await api_keys.revoke(session, number, now=NOW)


async def test_a_key_is_trusted_for_a_while(database: Database) -> None:
    """A5: a key that was seen just now is not asked for again, so that its end is noticed a second later at most."""
    number, secret = await _key(database)
    trusting, asking = KeyCache(database, trusted_seconds=60), KeyCache(database, trusted_seconds=0)
    for cache in (trusting, asking):
        principal = await cache.holder(secret, now=NOW)
        assert principal is not None
        assert (principal.key_id, principal.is_server_wide) == (number, True)

    await _revoke(database, number)

    assert await trusting.holder(secret, now=NOW) == principal
    assert await asking.holder(secret, now=NOW) is None


async def test_what_opens_nothing_is_asked_for_each_time(database: Database) -> None:
    """A5: a key that was revoked opens nothing in a process that has not seen it, nor does one that never was."""
    number, secret = await _key(database)
    await _revoke(database, number)
    cache = KeyCache(database, trusted_seconds=60)

    for wrong in (secret, secret[:-1], "", "\ud800"):
        assert await cache.holder(wrong, now=NOW) is None


async def test_uses_are_noted(database: Database) -> None:
    """A5: the last use is noted once a minute, however often a key is used."""
    number, secret = await _key(database)
    cache = KeyCache(database, trusted_seconds=0)

    for seconds, noted in ((0, 0), (60, 0), (61, 61)):
        await cache.holder(secret, now=NOW + timedelta(seconds=seconds))
        async with database.read() as session:
            assert (await session.get_one(ApiKey, number)).last_used_at == NOW + timedelta(seconds=noted)
