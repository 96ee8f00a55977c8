"""Every row of the database in plain lists, and what of it a caller sees."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.attention.items import AttentionItem, attention
from domain.companies.schedule import Standing, standings
from domain.models import Base, Company, Order, OrderNote, Warehouse
from domain.settings import Settings

Row = TypeVar("Row", bound=Base)


class Rows:
    """All there is at one moment, with what the domain's own functions say of companies. No dataclass, whose fields
    hypothesis would write out where a test fails.
    """

    def __init__(
        self,
        by_kind: Mapping[type[Base], Sequence[Any]],
        *,
        now: datetime,
        attention: Mapping[int, Sequence[AttentionItem]],
        schedules: Mapping[int, Sequence[Standing]],
    ) -> None:
        self.by_kind = by_kind
        self.now = now
        self.attention = attention
        self.schedules = schedules

    @classmethod
    async def load(cls, session: AsyncSession, *, settings: Settings, now: datetime) -> "Rows":
        kinds = [mapper.class_ for mapper in Base.registry.mappers]
        by_kind = {kind: (await session.scalars(select(kind))).all() for kind in kinds}
        companies = by_kind[Company]
        return cls(
            by_kind,
            now=now,
            attention=await attention(
                session, [company.id for company in companies], settings=settings, now=now
            ),
            schedules=await standings(
                session, [company.id for company in companies], settings=settings, now=now
            ),
        )


@dataclass(frozen=True)
class Seen:
    """Those rows as the key of some companies sees them; None: of all companies."""

    rows: Rows
    company_ids: frozenset[int] | None

    def all(self, kind: type[Row], **values: object) -> list[Row]:
        """The rows whose columns have these values, whoever may see them."""
        return [
            row
            for row in self.rows.by_kind[kind]
            if all(getattr(row, name) == value for name, value in values.items())
        ]

    def one(self, kind: type[Row], **values: object) -> Row | None:
        """The only such row, whoever may see it, or None."""
        found = self.all(kind, **values)
        assert len(found) <= 1
        return found[0] if found else None

    def get(self, kind: type[Row], **values: object) -> Row:
        """The only such row, which must be there."""
        (row,) = self.all(kind, **values)
        return row

    def visible(self, row: Row | None) -> Row | None:
        """The row, or None where there is none for this caller (A5)."""
        return row if row is not None and self._sees(row) else None

    def by_global_id(self, global_id: str, *kinds: type[Base]) -> Base | None:
        """The row of one of these kinds that has this id for this caller."""
        for kind in kinds:
            for row in self.rows.by_kind[kind]:
                if global_id_of(row) == global_id:
                    return self.visible(row)
        return None

    def _sees(self, row: Any) -> bool:
        if self.company_ids is None or isinstance(row, Warehouse):
            return True
        if isinstance(row, Company):
            return row.id in self.company_ids
        if isinstance(row, OrderNote):
            return self.get(Order, id=row.order_id).company_id in self.company_ids
        return row.company_id in self.company_ids


def global_id(kind: str, number: int) -> str:
    """The id that clients know a row by."""
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def global_id_of(row: Any) -> str:
    """The same, of a row: tables' classes are named as the schema's types."""
    return global_id(type(row).__name__, row.id)


# Of fields by Type.field: what each is of its parent.
Fields = Mapping[str, Callable[[Any, Seen], Any]]
