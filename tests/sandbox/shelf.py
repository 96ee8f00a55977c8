"""What of a mall is for sale, and what its lists say of that."""

from dataclasses import dataclass, field
from typing import Final

FOR_SALE: Final = 2
NOT_FOR_SALE: Final = 3
# What guides call sub-statuses [A: two guides]: for sale; off sale by Temu's rules; by the seller.
ON_SALE: Final = 2001
PUNISHED: Final = 3001
TAKEN_OFF: Final = 3002


@dataclass(slots=True)
class Shelf:
    """By SKU id."""

    delisted: set[int] = field(default_factory=set)
    """Off the shelf, and so not for sale."""
    sub_statuses: dict[int, int] = field(default_factory=dict)
    """What lists say of it beside that, where it isn't the usual."""
    prices: dict[int, str] = field(default_factory=dict)
    """What it costs; 19.99 all others."""
    lag: float = 0.0
    """How many seconds lists lag behind a call that puts SKUs on or off sale."""
    shown_until: dict[int, tuple[float, int]] = field(default_factory=dict)
    """Until when lists say what they said before, and what that was."""

    def set(self, sku: int, *, is_for_sale: bool, now: float) -> None:
        if self.lag:
            self.shown_until[sku] = now + self.lag, self.sub_status(sku, now)
        self.sub_statuses.pop(sku, None)
        (self.delisted.discard if is_for_sale else self.delisted.add)(sku)

    def sub_status(self, sku: int, now: float) -> int:
        """What lists say of a SKU, which may lag behind; its thousands are the list that it stands on."""
        until, before = self.shown_until.get(sku, (0.0, 0))
        if now < until:
            return before
        return self.sub_statuses.get(sku, TAKEN_OFF if sku in self.delisted else ON_SALE)
