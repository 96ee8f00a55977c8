"""In which order a list can be asked for."""

from typing import Any

from api.values import enums
from api.values.described import described_input, optional, required


def _direction() -> Any:
    return optional("Which end comes first.", enums.OrderDirection.ASC)


@described_input
class CompanyOrder:
    """How companies are sorted."""

    field: enums.CompanyOrderField = required("By what.")
    direction: enums.OrderDirection = _direction()


@described_input
class InventoryOrder:
    """How levels of stock are sorted."""

    field: enums.InventoryOrderField = required("By what.")
    direction: enums.OrderDirection = _direction()


@described_input
class ListingOrder:
    """How listings are sorted."""

    field: enums.ListingOrderField = required("By what.")
    direction: enums.OrderDirection = _direction()


@described_input
class OrderOrder:
    """How orders are sorted."""

    field: enums.OrderOrderField = required("By what.")
    direction: enums.OrderDirection = _direction()


@described_input
class ProductOrder:
    """How products are sorted."""

    field: enums.ProductOrderField = required("By what.")
    direction: enums.OrderDirection = _direction()


@described_input
class ReturnOrder:
    """How returns are sorted."""

    field: enums.ReturnOrderField = required("By what.")
    direction: enums.OrderDirection = _direction()


@described_input
class QueuedJobOrder:
    """How jobs are sorted."""

    field: enums.QueuedJobOrderField = required("By what.")
    direction: enums.OrderDirection = _direction()
