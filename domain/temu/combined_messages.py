"""Which orders Temu says may leave in one parcel. All fields are optional, as those of messages.py."""

from domain.temu.messages import Struct


class CombinedOrder(Struct):
    """A parent order that may leave in one parcel with the others of its group."""

    parent_order_sn: int | str | None = None


class CombinedGroup(Struct):
    """Parent orders that may leave in one parcel."""

    combined_shipping_group: list[CombinedOrder] | None = None


class CombinedMessage(Struct):
    """bg.order.combinedshipment.list.get."""

    combined_shipping_groups: list[CombinedGroup] | None = None

    @property
    def numbers(self) -> list[set[str]]:
        """The orders' numbers, group by group. By what Temu groups them isn't documented."""
        groups = [group.combined_shipping_group or [] for group in self.combined_shipping_groups or []]
        return [{str(order.parent_order_sn) for order in group} for group in groups]
