"""What lies where of the products that a key sees, as its readers may list it."""

from enum import Enum

from sqlalchemy import ColumnElement, exists, or_

from domain.filtering import Filter, Flag, contains, equals, numbered, search, within
from domain.models import ListedLevel, Reservation
from domain.pagination import Key
from domain.reading.fields import Entity

LISTED = Entity(ListedLevel, lambda level: level.company_id)
# By SKU; products of several companies may have the same one.
INVENTORY = [Key(ListedLevel.sku), Key(ListedLevel.product_id), Key(ListedLevel.warehouse_id)]


class InventoryOrderField(Enum):
    """By what levels of stock can be sorted."""

    SKU = "SKU"  #: the product's code
    ON_HAND = "ON_HAND"  #: how many pieces lie there


INVENTORY_ORDERS = {
    InventoryOrderField.SKU: INVENTORY,
    InventoryOrderField.ON_HAND: [
        Key(ListedLevel.on_hand),
        Key(ListedLevel.product_id),
        Key(ListedLevel.warehouse_id),
    ],
}


def _found(part: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(
        contains(ListedLevel.sku, part, folded=ListedLevel.sku_folded),
        contains(ListedLevel.name, part, folded=ListedLevel.name_folded),
    )


INVENTORY_FILTER = Filter(
    company_id=equals(ListedLevel.company_id),
    product_ids=numbered(ListedLevel.product_id),
    warehouse_ids=numbered(ListedLevel.warehouse_id),
    on_hand=within(ListedLevel.on_hand),
    is_reserved=Flag(
        exists().where(
            Reservation.product_id == ListedLevel.product_id,
            Reservation.warehouse_id == ListedLevel.warehouse_id,
        )
    ),
    search=search(_found),
)
