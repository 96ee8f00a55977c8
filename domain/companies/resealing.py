"""Sealing stored secrets anew with the first of the keys, so that older ones can be taken away: access tokens, the secrets by which
webhooks are signed, and the keys of files.

Batch by batch: what the first key has sealed is passed over, so whoever is cut off just begins again. Beside servers and
workers that go on, each is replaced only while it is the one that was opened.
"""

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from domain import audit
from domain.database.session import Database
from domain.models import AccessToken, ReturnLabel, ShippingLabelFile, Webhook
from domain.resources import (
    place_of_label_file,
    place_of_return_label,
    place_of_token,
    place_of_webhook_secret,
)
from domain.secrets import SecretBox, UnsealError, key_id_of

_BATCH = 100
_Row = AccessToken | ReturnLabel | ShippingLabelFile | Webhook
_TOKEN_KEY = (AccessToken.company_id, AccessToken.purpose)
# Where each table has secrets, by what its rows are told apart, and before all of them.
_TABLES: tuple[tuple[type[_Row], tuple[InstrumentedAttribute[Any], ...], tuple[Any, ...]], ...] = (
    (AccessToken, _TOKEN_KEY, (0, "")),
    (ShippingLabelFile, (ShippingLabelFile.label_id,), (0,)),
    (Webhook, (Webhook.id,), (0,)),
    (ReturnLabel, (ReturnLabel.return_id,), (0,)),
)


@dataclass(frozen=True)
class _Secret:
    """A secret of a row: the column that holds it, and what it is bound to."""

    row: _Row
    column: str
    place: str
    shown: str

    @property
    def sealed(self) -> str:
        sealed: str = getattr(self.row, self.column)
        return sealed


@dataclass
class Sealed:
    """How stored secrets are sealed. *by_key*: how many, by the key's id; *unopened*: those that none of the keys opens."""

    by_key: Counter[str] = field(default_factory=Counter)
    unopened: list[str] = field(default_factory=list)

    def waiting(self, secrets: SecretBox) -> int:
        """How many are to be sealed anew, and can be."""
        return self.by_key.total() - self.by_key[secrets.key_ids[0]] - len(self.unopened)


async def look(database: Database, secrets: SecretBox) -> Sealed:
    """How stored secrets are sealed at this moment."""
    found = Sealed()
    async for batch in _batches(database):
        for secret in _secrets(batch):
            found.by_key[key_id_of(secret.sealed)] += 1
            if _open(secret, secrets) is None:
                found.unopened.append(secret.shown)
    return found


async def reseal(database: Database, secrets: SecretBox) -> int:
    """Seal every secret with the first key that isn't and that can be opened; returns how many."""
    count = 0
    async for batch in _batches(database):
        news = {
            secret: secrets.seal(opened, place=secret.place)
            for secret in _secrets(batch)
            if key_id_of(secret.sealed) != secrets.key_ids[0]
            and (opened := _open(secret, secrets)) is not None
        }
        if news:
            async with audit.write(database) as session:
                replaced = sum([await _replace(session, secret, sealed) for secret, sealed in news.items()])
                audit.record(session, None, "resealedTokens", 0, replaced)
            count += replaced
    return count


async def _batches(database: Database) -> AsyncGenerator[Sequence[_Row]]:
    for table, key, first in _TABLES:
        after = first
        while True:
            batch = select(table).where(tuple_(*key) > after).order_by(*key).limit(_BATCH)
            async with database.read() as session:
                rows: Sequence[Any] = (await session.scalars(batch)).all()
            if not rows:
                break
            yield rows
            after = tuple(getattr(rows[-1], each.key) for each in key)


def _secrets(rows: Sequence[_Row]) -> list[_Secret]:
    found: list[_Secret] = []
    for row in rows:
        if isinstance(row, AccessToken):
            place = place_of_token(row.company_id, row.purpose)
            found.append(_Secret(row, "sealed", place, f"company {row.company_id}, {row.purpose.value}"))
        elif isinstance(row, ShippingLabelFile):
            # What is sealed is the file's own key; the file stays as it is.
            place = place_of_label_file(row.label_id)
            found += [_Secret(row, "sealed", place, f"label {row.label_id}")] if row.sealed else []
        elif isinstance(row, ReturnLabel):
            place = place_of_return_label(row.return_id)
            found += [] if row.sealed is None else [_Secret(row, "sealed", place, f"return {row.return_id}")]
        else:
            place = place_of_webhook_secret(row.id)
            columns = ["sealed", "sealed_previous"] if row.sealed_previous else ["sealed"]
            found += [_Secret(row, column, place, f"webhook {row.id}") for column in columns]
    return found


async def _replace(session: AsyncSession, secret: _Secret, sealed: str) -> bool:
    """Whether it was still the secret that was opened, and not one that was set, or removed, meanwhile."""
    table: Any = type(secret.row)
    key = next(key for each, key, _ in _TABLES if each is table)
    same = [column == getattr(secret.row, column.key) for column in key]
    column = getattr(table, secret.column)
    replaced = update(table).where(*same, column == secret.sealed).values({column: sealed})
    return await session.scalar(replaced.returning(key[0])) is not None


def _open(secret: _Secret, secrets: SecretBox) -> str | None:
    try:
        return secrets.open(secret.sealed, place=secret.place)
    except UnsealError:
        return None
