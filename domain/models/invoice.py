"""Invoices and credit notes that sellers owe of orders, as those of the EU do, and which orders are still to be looked at for them."""

from datetime import datetime
from enum import Enum

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.models.base import Base, Id, created_at, enum_column, of_company, updated_at, where


class InvoiceKind(Enum):
    """What a document is."""

    INVOICE = "INVOICE"  #: of what was sold
    CREDIT_NOTE = "CREDIT_NOTE"  #: of what was paid back


class InvoiceRecipient(Enum):
    """Whom a document is written to."""

    CONSUMER = "CONSUMER"  #: the buyer
    PLATFORM = "PLATFORM"  #: Temu, as of a discount that it pays


class InvoiceState(Enum):
    """How far a document is."""

    WANTED = "WANTED"  #: Temu has the figures for it, and no document
    SENDING = "SENDING"  #: uploadInvoice was asked for, and what became of it is open
    REFUSED = "REFUSED"  #: Temu did not take it, see `refusal`; it is wanted as before
    UPLOADED = "UPLOADED"  #: Temu took it
    ON_CHANNEL = "ON_CHANNEL"  #: Temu has one that was not uploaded from here


class OrderInvoice(Base):
    """One document of an order, wanted or uploaded."""

    __tablename__ = "order_invoices"
    __table_args__ = (
        of_company("order_id", "orders"),
        # Never a second invoice of one order to the same; of credit notes there may be several.
        Index("uq_order_invoices_invoice", "order_id", "recipient", unique=True, **where("kind = 'INVOICE'")),
        Index("ix_order_invoices_order", "order_id", "id"),
        Index("ix_order_invoices_wanted", "company_id", "order_id",
              **where("state IN ('WANTED', 'REFUSED')")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    order_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[InvoiceKind] = mapped_column(enum_column(InvoiceKind))
    recipient: Mapped[InvoiceRecipient] = mapped_column(enum_column(InvoiceRecipient))
    state: Mapped[InvoiceState] = mapped_column(enum_column(InvoiceState))
    number: Mapped[str | None] = mapped_column(String(64))
    refusal: Mapped[str | None] = mapped_column(Text)
    uploaded_at: Mapped[datetime | None]
    # The file, and its key as the installation's has sealed it: only until what became of its upload is known, since it names
    # the buyer.
    sealed: Mapped[str | None] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime] = created_at()
    updated_at: Mapped[datetime] = updated_at()


class InvoiceCheck(Base):
    """That Temu is to be asked whether an order that has left wants an invoice, and when; never again once due_at is null."""

    __tablename__ = "invoice_checks"
    __table_args__ = (
        of_company("order_id", "orders"),
        Index("ix_invoice_checks_due", "company_id", "due_at", **where("due_at IS NOT NULL")),
    )

    order_id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    due_at: Mapped[datetime | None]
    checks: Mapped[int] = mapped_column(Integer, default=0)
