"""How much may be sold: I1 and I2 as plain arithmetic."""


def available(*, sellable: int, safety_quantity: int, max_quantity: int | None) -> int:
    """What the channel may be told: sellable pieces less the safety quantity, capped, never below zero."""
    quantity = max(sellable - safety_quantity, 0)
    return quantity if max_quantity is None else min(quantity, max_quantity)
