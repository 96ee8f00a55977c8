"""Products of a company, and the website properties that join them to Temu's listings."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain import clock
from domain.models.base import Base, Id, referred_with_company, updated_at
from domain.models.folded import folded


class Product(Base):
    """One SKU of one company; a shadow sells the stock of another company's product."""

    __tablename__ = "products"
    __table_args__ = (
        UniqueConstraint("company_id", "sku"),
        referred_with_company("products"),
        UniqueConstraint(
            "company_id", "website_product_id", "website_product_variant_id", name="uq_products_website_ids"
        ),
        # By what a listing's variant is mapped to, whatever its goods (C12).
        Index("ix_products_company_variant", "company_id", "website_product_variant_id", "id"),
        # Of all companies; within one, SKUs are unique.
        Index("ix_products_sku", "sku", "id"),
        Index("ix_products_name", "name", "id"),
        Index("ix_products_company_name", "company_id", "name", "id"),
        Index("ix_products_updated", "updated_at", "id"),
        Index("ix_products_company_updated", "company_id", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    sku: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(500))
    sku_folded: Mapped[str | None] = folded("sku")
    name_folded: Mapped[str | None] = folded("name")
    shadow_of_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"), index=True)

    website_product_id: Mapped[str | None] = mapped_column(String(32))
    website_product_variant_id: Mapped[str | None] = mapped_column(String(32))
    # Null for products of the time before this was kept.
    created_at: Mapped[datetime | None] = mapped_column(default=clock.now)
    use_default_safety_quantity: Mapped[bool] = mapped_column(default=True)
    safety_quantity: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = updated_at()

    @property
    def stock_product_id(self) -> int:
        """The product whose stock this one sells: itself, or the one it is a shadow of."""
        return self.id if self.shadow_of_id is None else self.shadow_of_id
