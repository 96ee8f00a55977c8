"""Foreign keys that become others, on tables with rows, while others go on reading and writing them."""

import re
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import op


@dataclass(frozen=True)
class ForeignKey:
    """A constraint of a table; *on_delete* as SQL has it, empty where rows that are referred to can't be deleted."""

    name: str
    columns: tuple[str, ...]
    parent: str
    referred: tuple[str, ...]
    on_delete: str = ""

    @property
    def sql(self) -> str:
        """As SQLAlchemy writes it, in a table and behind ADD."""
        deleted = f" ON DELETE {self.on_delete}" if self.on_delete else ""
        return (
            f"CONSTRAINT {self.name} FOREIGN KEY({', '.join(self.columns)}) "
            f"REFERENCES {self.parent} ({', '.join(self.referred)}){deleted}"
        )


def replace(table: str, old: ForeignKey, new: ForeignKey) -> None:
    """Put *new* in the place of *old*; raises IntegrityError where rows break it. May be run again where it was cut off."""
    if op.get_context().dialect.name == "sqlite":
        _rebuild(table, old, new)
        return
    # Rows are looked through while others write them, so each statement is a transaction of its own.
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {new.name}, ADD {new.sql} NOT VALID")
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {new.name}")
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {old.name}")


def _rebuild(table: str, old: ForeignKey, new: ForeignKey) -> None:
    """Make the table anew, by the steps of https://www.sqlite.org/lang_altertable.html#otheralter: whoever migrates has
    turned foreign keys off, or dropping the table would delete what refers to it, and looks through all rows at the end.
    """
    connection = op.get_bind()
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        message = "SQLite checks foreign keys here, which would delete rows. Run `tradewind migrate`."
        raise RuntimeError(message)
    defined = sa.text(
        "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type = :kind AND sql IS NOT NULL"
    )
    (before,) = connection.scalars(defined, {"table": table, "kind": "table"}).all()
    indexes = connection.scalars(defined, {"table": table, "kind": "index"}).all()
    place = re.compile(re.escape(old.sql).replace(old.name, f'"?{old.name}"?'))
    after, count = place.subn(new.sql, before)
    if count != 1:
        message = f"{table} has no {old.name} as it was made."
        raise RuntimeError(message)
    making = re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_anew", after)
    for statement in (
        making,
        f"INSERT INTO {table}_anew SELECT * FROM {table}",  # noqa: S608 - of the names above alone
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_anew RENAME TO {table}",
        *indexes,
    ):
        connection.exec_driver_sql(statement)
