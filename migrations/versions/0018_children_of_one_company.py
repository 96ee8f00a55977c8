"""A row's parent is of the row's own company: the database refuses whatever points at another company's."""

from alembic import op

from migrations.foreign_keys import ForeignKey, replace
from migrations.online import create_index, drop_index

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_PARENTS = ("orders", "packages", "products")
_CHILDREN = (
    ("order_items", "order_id", "orders", ""),
    ("order_items", "product_id", "products", ""),
    ("packages", "order_id", "orders", ""),
    ("package_corrections", "package_id", "packages", ""),
    ("tracking_uploads", "order_id", "orders", ""),
    ("stock_changes", "product_id", "products", "CASCADE"),
    ("channel_stock", "product_id", "products", "CASCADE"),
)


def upgrade() -> None:
    """Forward."""
    for parent in _PARENTS:
        create_index(f"uq_{parent}_company", parent, ["id", "company_id"], unique=True)
    for child, column, parent, on_delete in _CHILDREN:
        replace(
            child, _alone(child, column, parent, on_delete), _with_company(child, column, parent, on_delete)
        )


def downgrade() -> None:
    """Back."""
    for child, column, parent, on_delete in _CHILDREN:
        replace(
            child, _with_company(child, column, parent, on_delete), _alone(child, column, parent, on_delete)
        )
    for parent in _PARENTS:
        drop_index(f"uq_{parent}_company", parent)


def _alone(child: str, column: str, parent: str, on_delete: str) -> ForeignKey:
    return ForeignKey(op.f(f"fk_{child}_{column}_{parent}"), (column,), parent, ("id",), on_delete)


def _with_company(child: str, column: str, parent: str, on_delete: str) -> ForeignKey:
    name = op.f(f"fk_{child}_company_id_{parent}")
    return ForeignKey(name, ("company_id", column), parent, ("company_id", "id"), on_delete)
