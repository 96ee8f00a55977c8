"""Invoices and credit notes that sellers of the EU upload for orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from tests.sandbox.model import ParentOrder, Status

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall

SIGNATURE_GOOD_FOR = 300


class Direction(IntEnum):
    INVOICE = 1
    CREDIT_NOTE = 2


class Recipient(IntEnum):
    CONSUMER = 1
    PLATFORM = 2


@dataclass(frozen=True, slots=True)
class Document:
    """What was uploaded, or what the seller has filed in the seller centre."""

    order_number: str
    direction: Direction
    recipient: Recipient
    name: str
    content: bytes
    at: int


class Invoices:
    """Those of one mall, the first first. A second one for an order is taken like the first: nothing says otherwise [C]."""

    def __init__(self, mall: "Mall") -> None:
        self._mall = mall
        self.documents: list[Document] = []
        self.signatures: dict[str, int] = {}
        self.files: dict[str, bytes] = {}
        self.are_listed = True
        """Whether temu.pay.tax.invoice.info.query tells of what sellers upload; no page says so [C]."""
        self.recipients: Sequence[Recipient] = (Recipient.CONSUMER,)
        """Who is to have an invoice of each order."""
        self.refunded: set[str] = set()
        """Numbers of orders of which credit notes are to be written."""
        self.refunds = 1
        """How often each of these was paid back."""

    def sign(self) -> str:
        signature = f"signature-{len(self.signatures) + 1}-{self._mall.mall_id}"
        self.signatures[signature] = self._mall.now()
        return signature

    def keep_file(self, signature: str, content: bytes) -> str | None:
        """Its address; None where the signature is over."""
        made = self.signatures.pop(signature)
        if made + SIGNATURE_GOOD_FOR < self._mall.now():
            return None
        url = f"https://files.temu.example/{self._mall.mall_id}/{len(self.files) + 1}.pdf"
        self.files[url] = content
        return url

    def of(self, order: ParentOrder) -> list[Document]:
        return [one for one in self.documents if one.order_number == order.number]

    def owed(self, order: ParentOrder) -> list[tuple[Direction, Recipient]]:
        """What Temu has the figures of: nothing before the order has left [C]."""
        if order.status not in {Status.SHIPPED, Status.DELIVERED}:
            return []
        directions = [
            Direction.INVOICE,
            *([Direction.CREDIT_NOTE] * self.refunds if order.number in self.refunded else []),
        ]
        return [(direction, recipient) for direction in directions for recipient in self.recipients]
