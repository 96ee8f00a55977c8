"""What a mall offered, moment by moment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall


@dataclass(frozen=True, slots=True)
class StockEntry:
    """A figure that a mall offered from then on."""

    at: float
    """Unix seconds."""
    sku_id: int
    figure: int
    is_sale: bool
    """Whether a buyer, and not a call, made it so."""


def offered(mall: "Mall", sku_id: int) -> int:
    """
    How many pieces a reading shows: what was offered `mall.stock_lag` seconds ago. A live seller saw readings lag some
    seconds both ways, higher and lower [B].
    """
    if not mall.stock_lag:
        return mall.stock.get(sku_id, 0)
    until = mall.sandbox.clock() - mall.stock_lag
    entries = (
        entry for entry in reversed(mall.stock_history) if entry.sku_id == sku_id and entry.at <= until
    )
    entry = next(entries, None)
    return 0 if entry is None else entry.figure
