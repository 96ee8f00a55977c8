"""Whose rows PostgreSQL shows and takes, whatever a statement says: those of the companies that its transaction names.

The setting lasts as long as the transaction, so no connection takes it along, whoever pools them. Without it there are no
rows (docs/decisions/0019). SQLite has no such wall.
"""

from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager, suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

ALL = "all"
NAMED = "companies"
_NAME = text("SELECT set_config('tradewind.companies', :companies, true)")


def companies_setting(company_ids: Collection[int] | None) -> str:
    """These companies as the setting has them, None being all."""
    return ALL if company_ids is None else ",".join(map(str, sorted(company_ids)))


def name_companies(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Begin each transaction of a session by naming the companies that it is limited to."""
    if connection.dialect.name == "postgresql" and not transaction.nested:
        connection.execute(_NAME, {"companies": session.info[NAMED]})


@asynccontextmanager
async def crossing_companies(session: AsyncSession) -> AsyncGenerator[None]:
    """In the body the transaction sees and changes rows of all companies: for what one company's key does to another's on
    purpose. Each use says why.
    """
    named: str = session.info.get(NAMED, ALL)
    if named == ALL or session.get_bind().dialect.name != "postgresql":
        yield
        return
    await session.execute(_NAME, {"companies": ALL})
    try:
        yield
        await session.flush()
    finally:
        # After a statement that failed nothing but a rollback is taken, and that takes the setting back too.
        with suppress(DBAPIError):
            await session.execute(_NAME, {"companies": named})
