"""PostgreSQL's roles: one that owns the tables and changes them, and one as which servers and workers run, which owns nothing,
so that nothing that they could be made to say takes the wall between companies down (docs/decisions/0019).
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

_GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON {schema}.alembic_version FROM {role}",
)
_SCHEMA = text("SELECT quote_ident(current_schema())")
_QUOTED = text("SELECT quote_ident(:name)")
_OWN = text("""
SELECT current_user, role.rolsuper OR role.rolbypassrls,
  EXISTS (SELECT FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace)
    AND relkind = 'r' AND pg_has_role(current_user, relowner, 'USAGE')),
  coalesce((SELECT relforcerowsecurity FROM pg_class WHERE oid = to_regclass('orders')), false)
FROM pg_roles AS role WHERE role.rolname = current_user""")


@dataclass(frozen=True)
class Own:
    """The role of this process. *bypasses*: no policy holds for it; *owns*: it could take them away; *has_wall*: there are
    policies.
    """

    name: str
    bypasses: bool
    owns: bool
    has_wall: bool

    @property
    def weakness(self) -> tuple[str, str] | None:
        """What the wall between companies lacks, and what to do about it."""
        if self.bypasses:
            return (
                f"The role {self.name} is a superuser or has BYPASSRLS: row-level security is off for it.",
                "Have servers and workers run as a role that owns nothing (docs/deployment.md).",
            )
        if not self.has_wall:
            return "Row-level security is not on yet.", "Run `tradewind migrate --finish`."
        if self.owns:
            return (
                f"The role {self.name} owns tables, so it could turn row-level security off.",
                "Set TRADEWIND_DATABASE_OWNER_URL for `tradewind migrate`, and another role in TRADEWIND_DATABASE_URL.",
            )
        return None


async def own(session: AsyncSession) -> Own | None:
    """The role of this session; None on SQLite, which has none."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    return Own(*(await session.execute(_OWN)).one())


async def grant(connection: AsyncConnection, role: str) -> None:
    """Let *role* use what this one owns: rows, and no more."""
    schema = await connection.scalar(_SCHEMA)
    quoted = await connection.scalar(_QUOTED, {"name": role})
    for statement in _GRANTS:
        await connection.execute(text(statement.format(schema=schema, role=quoted)))
    await connection.commit()
