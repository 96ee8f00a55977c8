"""Filters of companies."""

from api.values import enums
from api.values.described import described_input, optional


@described_input
class CompanyFilter:
    """Which companies; every condition given must hold."""

    store_plugin: list[enums.StorePlugin] | None = optional("Served by one of these plugins.")
    region: list[enums.TemuRegion] | None = optional("Whose mall belongs to one of these parts of Temu.")
    token_status: list[enums.AccessTokenStatus] | None = optional(
        "Whose `settings.accessToken` is in one of these states; MISSING where none is set."
    )
    is_archived: bool | None = optional("Whether it was put away by archiveCompany.")
    search: str | None = optional("Part of the name; 500 characters at most.")
