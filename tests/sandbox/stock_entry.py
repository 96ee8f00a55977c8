"""What a mall offered, moment by moment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StockEntry:
    """A figure that a mall offered from then on."""

    at: float
    """Unix seconds."""
    sku_id: int
    figure: int
    is_sale: bool
    """Whether a buyer, and not a call, made it so."""
