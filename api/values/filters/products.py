"""Filters of products."""

from api.values.described import described_input, optional


@described_input
class ProductFilter:
    """Which products; every condition given must hold."""

    search: str | None = optional("Part of the SKU or the name; 500 characters at most.")
    skus: list[str] | None = optional("One of these SKUs.")
    is_mapped: bool | None = optional("Whether it is mapped to a listing on Temu.")
    is_shadow: bool | None = optional("Whether it sells the stock of another company's product.")
