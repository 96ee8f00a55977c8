"""Sealing stored tokens with a new key."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncGenerator, Sequence

import pytest
from sqlalchemy import delete, select, update
from typer.testing import CliRunner

from api.commands import encryption
from domain.companies import resealing
from domain.database.session import Database
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    AccessTokenStatus,
    ReturnLabel,
    ShippingLabelFile,
    Webhook,
)
from domain.resources import place_of_token, place_of_webhook_secret
from domain.secrets import SecretBox, key_id_of
from tests.factories import NOW, make_api_key, make_company, make_webhook

_KEYS = {name: hashlib.sha256(name.encode()).digest() for name in ("new", "old", "older", "lost")}
_OLD, _RING = SecretBox({"old": _KEYS["old"]}), {name: _KEYS[name] for name in ("new", "old", "older")}
_ALL = AccessTokenPurpose.ALL


async def _store(database: Database, *sealed_with: str) -> list[int]:
    """A company for each of these keys, with a token that it sealed."""
    numbers = []
    async with database.write() as session:
        for name in sealed_with:
            company = await make_company(session)
            box, place = SecretBox({name: _KEYS[name]}), place_of_token(company.id, _ALL)
            sealed = box.seal(f"token {company.id}", place=place)
            session.add(AccessToken(company_id=company.id, purpose=_ALL, sealed=sealed, last_four="1234",
                                    status=AccessTokenStatus.VALID, scopes=[], missing_scopes=[]))  # fmt: skip
            numbers.append(company.id)
    return numbers


async def _sealed(database: Database) -> dict[int, str]:
    async with database.read() as session:
        return {row.company_id: row.sealed for row in await session.scalars(select(AccessToken))}


async def test_tokens_are_sealed_with_the_first_key(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C2: each that isn't, batch by batch, once; what another process sets or removes meanwhile stays as it is there."""
    monkeypatch.setattr(resealing, "_BATCH", 2)
    numbers = await _store(database, "old", "old", "new", "lost", "older", "old", "old")
    replaced, removed = numbers[5], numbers[6]
    before = await _sealed(database)

    box, batches = SecretBox(_RING), resealing._batches

    async def with_changes(
        of: Database,
    ) -> AsyncGenerator[Sequence[AccessToken | ReturnLabel | ShippingLabelFile | Webhook]]:
        """Beside a process that replaces one token and removes another just after they were read."""
        async for batch in batches(of):
            news = _OLD.seal("token set meanwhile", place=place_of_token(replaced, _ALL))
            async with database.write() as session:
                row = update(AccessToken).where(AccessToken.company_id == replaced)
                await session.execute(row.values(sealed=news))
                await session.execute(delete(AccessToken).where(AccessToken.company_id == removed))
            yield batch

    with monkeypatch.context() as patch:
        patch.setattr(resealing, "_batches", with_changes)
        count = await resealing.reseal(database, box)
    assert count == 3
    found = await _sealed(database)
    assert {number: key_id_of(text) for number, text in found.items()} == dict(
        zip(numbers, ["new", "new", "new", "lost", "new", "old"], strict=False)
    )
    assert {n for n in numbers[:6] if found[n] == before[n]} == {numbers[2], numbers[3]}
    sealed = await resealing.look(database, box)
    assert (sealed.waiting(box), sealed.unopened) == (1, [f"company {numbers[3]}, ALL"])

    assert [await resealing.reseal(database, box) for _ in range(2)] == [1, 0]
    found = await _sealed(database)
    tokens = {
        n: SecretBox(_RING).open(found[n], place=place_of_token(n, _ALL)) for n in found if n != numbers[3]
    }
    assert tokens == {n: "token set meanwhile" if n == replaced else f"token {n}" for n in tokens}


async def test_secrets_of_webhooks(database: Database) -> None:
    """C2: the secret that signs and the one before it are sealed anew too, and those that can't be are named."""
    async with database.write() as session:
        key = await make_api_key(session)
        for number, name in ((1, "old"), (2, "lost")):
            sealed = SecretBox({name: _KEYS[name]}).seal("whsec_a", place=place_of_webhook_secret(number))
            previous = _OLD.seal("whsec_b", place=place_of_webhook_secret(number))
            await make_webhook(
                session, key, id=number, sealed=sealed, sealed_previous=previous, previous_secret_until=NOW
            )

    box = SecretBox(_RING)
    assert await resealing.reseal(database, box) == 3
    assert (await resealing.look(database, box)).unopened == ["webhook 2"]
    async with database.read() as session:
        first = await session.get_one(Webhook, 1)
    opened = [
        box.open(text or "", place=place_of_webhook_secret(1))
        for text in (first.sealed, first.sealed_previous)
    ]
    assert opened == ["whsec_a", "whsec_b"]
    assert {key_id_of(first.sealed), key_id_of(first.sealed_previous or "")} == {"new"}


async def test_the_command(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """R6, C2: it says what it did, which keys can go, and ends with 1 while a token can't be opened."""
    ring = ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in _RING.items())
    for name, value in {"ENV": "production", "DATABASE_URL": sqlite_url, "ENCRYPTION_KEYS": ring}.items():
        monkeypatch.setenv(f"TRADEWIND_{name}", value)
    database = Database(sqlite_url)
    *_, lost = await _store(database, "old", "new", "lost")

    def run(*arguments: str) -> tuple[int, list[str]]:
        result = CliRunner().invoke(encryption.app, ["rotate", *arguments])
        assert "token 1" not in result.output
        return result.exit_code, result.output.splitlines()

    unopened = f"Can't be opened with these keys, so set it again with setAccessToken: company {lost}, ALL."
    unused = "older is not used any more: it can be removed."
    checked, rotated = await asyncio.to_thread(run, "--check"), await asyncio.to_thread(run)
    assert checked == (1, ["1 tokens are sealed with another key than new.", unopened,
                           "old is used by 1 tokens: keep it.", unused])  # fmt: skip
    assert rotated == (
        1,
        ["Sealed 1 tokens with new.", unopened, "old is not used any more: it can be removed.", unused],
    )
    async with database.write() as session:
        await session.execute(delete(AccessToken).where(AccessToken.company_id == lost))
    assert (await asyncio.to_thread(run))[0] == 0
    await database.close()
