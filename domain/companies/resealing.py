"""Sealing stored tokens anew with the first of the keys, so that older ones can be taken away.

Batch by batch: what the first key has sealed is passed over, so whoever is cut off just begins again. Beside servers and
workers that go on, each token is replaced only while it is the one that was opened.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit
from domain.database.session import Database
from domain.models import AccessToken
from domain.resources import place_of_token
from domain.secrets import SecretBox, UnsealError, key_id_of

_BATCH = 100


@dataclass
class Sealed:
    """How stored tokens are sealed. *by_key*: how many, by the key's id; *unopened*: those that none of the keys opens."""

    by_key: Counter[str] = field(default_factory=Counter)
    unopened: list[str] = field(default_factory=list)

    def waiting(self, secrets: SecretBox) -> int:
        """How many are to be sealed anew, and can be."""
        return self.by_key.total() - self.by_key[secrets.key_ids[0]] - len(self.unopened)


async def look(database: Database, secrets: SecretBox) -> Sealed:
    """How stored tokens are sealed at this moment."""
    found = Sealed()
    async for batch in _batches(database):
        for token in batch:
            found.by_key[key_id_of(token.sealed)] += 1
            if _open(token, secrets) is None:
                found.unopened.append(f"company {token.company_id}, {token.purpose.value}")
    return found


async def reseal(database: Database, secrets: SecretBox) -> int:
    """Seal every token with the first key that isn't and that can be opened; returns how many."""
    count = 0
    async for batch in _batches(database):
        news = {
            token: secrets.seal(secret, place=_place(token))
            for token in batch
            if key_id_of(token.sealed) != secrets.key_ids[0] and (secret := _open(token, secrets)) is not None
        }
        if news:
            async with audit.write(database) as session:
                replaced = sum([await _replace(session, token, sealed) for token, sealed in news.items()])
                audit.record(session, None, "resealedTokens", 0, replaced)
            count += replaced
    return count


async def _batches(database: Database) -> AsyncGenerator[Sequence[AccessToken]]:
    key = AccessToken.company_id, AccessToken.purpose
    after: tuple[int, str] = (0, "")
    while True:
        batch = select(AccessToken).where(tuple_(*key) > after).order_by(*key).limit(_BATCH)
        async with database.read() as session:
            tokens = (await session.scalars(batch)).all()
        if not tokens:
            return
        yield tokens
        after = (tokens[-1].company_id, tokens[-1].purpose.value)


async def _replace(session: AsyncSession, token: AccessToken, sealed: str) -> bool:
    """Whether it was still the token that was opened, and not one that was set, or removed, meanwhile."""
    same = update(AccessToken).where(
        AccessToken.company_id == token.company_id,
        AccessToken.purpose == token.purpose,
        AccessToken.sealed == token.sealed,
    )
    replaced = await session.scalar(same.values(sealed=sealed).returning(AccessToken.company_id))
    return replaced is not None


def _open(token: AccessToken, secrets: SecretBox) -> str | None:
    try:
        return secrets.open(token.sealed, place=_place(token))
    except UnsealError:
        return None


def _place(token: AccessToken) -> str:
    return place_of_token(token.company_id, token.purpose)
