"""Sums over the orders of each UTC day, so that statistics of a year need not read a year of orders.

A sum is of its day as long as no OrderSumChange names the day; triggers add one in the transaction of each change that may
matter to a sum (migration 0025). domain/statistics/ reads and computes them.
"""

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, enum_column
from domain.models.order import OrderStatus


class OrderSumChange(Base):
    """That orders of a company's day changed after its sums were computed; there may be many of one day."""

    __tablename__ = "order_sum_changes"
    __table_args__ = (Index("ix_order_sum_changes_day", "company_id", "day"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    # Days since 1970, in UTC.
    day: Mapped[int]


class QuarterSum(Base):
    """Orders of one status and currency that were placed in one quarter of an hour: each local time of the world begins its
    hours and days with one.
    """

    __tablename__ = "order_quarter_sums"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    # Quarters of an hour since 1970.
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[OrderStatus] = mapped_column(enum_column(OrderStatus), primary_key=True)
    # Empty where no total is known, as amounts come after the order.
    currency_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    orders: Mapped[int]
    # Totals in ten-thousandths of the currency: exact, as no currency of Temu's has more than three digits.
    total: Mapped[int] = mapped_column(BigInteger)
    pieces: Mapped[int] = mapped_column(BigInteger)
    cancelled_pieces: Mapped[int] = mapped_column(BigInteger)
    # Orders that were shipped whole, by the moment by which Temu expected it or later.
    shipped_in_time: Mapped[int]
    shipped_late: Mapped[int]
    # Seconds from when the orders were placed to when they were imported.
    lag_seconds: Mapped[int] = mapped_column(BigInteger)


class CountrySum(Base):
    """Orders of one day that go to one country."""

    __tablename__ = "order_country_sums"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Empty where Temu has not told the address.
    country_code: Mapped[str] = mapped_column(Text, primary_key=True)
    currency_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    orders: Mapped[int]
    # Of orders that were not cancelled.
    total: Mapped[int] = mapped_column(BigInteger)
    pieces: Mapped[int] = mapped_column(BigInteger)
    cancelled_orders: Mapped[int]
    cancelled_pieces: Mapped[int] = mapped_column(BigInteger)


class ProductSum(Base):
    """Pieces of one product in the orders of one day."""

    __tablename__ = "order_product_sums"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # 0 for Unknown products.
    product_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    currency_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    pieces: Mapped[int] = mapped_column(BigInteger)
    cancelled_pieces: Mapped[int] = mapped_column(BigInteger)
    # Prices of the pieces that were not cancelled, as above.
    total: Mapped[int] = mapped_column(BigInteger)


class ProductBlockSum(Base):
    """Pieces of one product in the orders of 32 days; none of a block that has changes, or that hasn't been added up since."""

    __tablename__ = "order_product_block_sums"

    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True)
    # Days since 1970 / 32.
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    currency_code: Mapped[str] = mapped_column(String(3), primary_key=True)
    pieces: Mapped[int] = mapped_column(BigInteger)
    cancelled_pieces: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
