"""Temu's lists of carriers and of addresses, as they were last read: what forms choose from."""

from datetime import datetime

from api.reading.declared import attribute
from api.values.described import described_type

# Temu lists some hundred carriers for a country.
_MOST_CARRIERS = 200


@described_type
class ChannelCarrier:
    """A carrier as Temu lists it."""

    id: str = attribute("Temu's number of it; shipOrder takes it as well as the name.")
    name: str = attribute("What Temu calls it, such as UPS.")
    brand: str = attribute("The brand that it belongs to; empty where Temu tells none.")


@described_type
class CarrierDirectory:
    """Who carries a mall's parcels to a country."""

    country_code: str | None = attribute("ISO 3166-1, such as US; null where Temu's number of it is unknown.")
    read_at: datetime = attribute(
        "When Temu told it: it is read anew when orders are shipped, at most every 12 hours, and by "
        "refreshShippingDirectories."
    )
    carriers: list[ChannelCarrier] = attribute("The carriers, in Temu's order.", most=_MOST_CARRIERS)


@described_type
class ChannelShippingAddress:
    """A place that a mall ships from, as Temu knows it."""

    id: str = attribute("Temu's number of it.")
    name: str = attribute("What setChannelWarehouseMappings takes as channelWarehouseCode.")
    is_default: bool = attribute("Whether it is used where a warehouse is mapped to none.")


@described_type
class ShippingAddressDirectory:
    """The places that a mall ships from."""

    read_at: datetime = attribute("When Temu told them.")
    addresses: list[ChannelShippingAddress] = attribute("The places, in Temu's order.")
