"""In which of Temu's warehouses a semi-managed mall's figures belong: each product has one figure here, and one for
each warehouse there. The one that is meant is chosen where there is no doubt, and asked for where there is.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from domain import text
from domain.database.session import Database
from domain.errors import NotConfigured, Refused, Unavailable
from domain.models import AccessToken, ChannelWarehouseMapping, Company
from domain.resources import Resources
from domain.temu.errors import PermissionMissing, TemuRefused
from domain.temu.partner import PartnerClient, StockWarehouse
from domain.temu.regions import sites_of

_NAMED = 5
# Somebody waits for the answer.
_PATIENCE_SECONDS = 3.0


class NoStockWarehouse(NotConfigured):
    """No warehouse of Temu's is meant, or more than one may be, or none is known."""


@dataclass(frozen=True)
class Place:
    """A warehouse of Temu's, by its id and by the name that people know."""

    id: str
    name: str


@dataclass(frozen=True)
class StockPlaces:
    """The warehouse that is told of figures, and all that the mall sells from in its region."""

    chosen: Place
    ids: frozenset[str]


async def find(
    database: Database, company: Company, partner: PartnerClient, *, patience: float | None = None
) -> StockPlaces:
    """
    Ask Temu for the warehouses of the company's part of Temu, and choose. Raises NoStockWarehouse, also where Temu refuses
    to tell of them: that concerns every figure, unlike a refusal of one. Raises PermissionMissing and TemuUnavailable.
    """
    mapped = select(ChannelWarehouseMapping.channel_warehouse_code).where(
        ChannelWarehouseMapping.company_id == company.id
    )
    async with database.read() as session:
        codes = (await session.scalars(mapped)).all()
    sites = sites_of(company.region.value)
    try:
        places = _places(await partner.warehouses(sites, mall_id=company.mall_id, patience=patience))
    except TemuRefused as refusal:
        message = f"Temu doesn't tell the mall's warehouses, so no stock can go out. {refusal.message}"
        raise NoStockWarehouse(message) from None
    return StockPlaces(choose(places, codes), frozenset(place.id for place in places))


async def advice(resources: Resources, company: Company, token: AccessToken) -> list[str]:
    """What a person has to do before figures can go out with this token of a semi-managed mall: one line at most."""
    partner = resources.partner(resources.open_token(token))
    try:
        await find(resources.database, company, partner, patience=_PATIENCE_SECONDS)
    except PermissionMissing:
        return []  # Said of each interface that is missing.
    except Refused as refusal:
        return [refusal.message]
    except Unavailable as trouble:
        return [f"{trouble.message} Try again in some minutes."]
    return []


def choose(places: Sequence[Place], codes: Iterable[str]) -> Place:
    """The warehouse that the company's channel warehouse codes name, by id or name; without any, the only one there is."""
    keys = {code.strip().casefold() for code in codes}
    meant = [place for place in places if keys & {place.id.casefold(), place.name.casefold()}]
    if not places:
        raise NoStockWarehouse(
            "Temu lists no enabled warehouse of this mall for its region, so no stock can go out. "
            "Add one in the seller centre."
        )
    if len(meant) == 1 or (not meant and len(places) == 1):
        return (meant or places)[0]
    names = ", ".join(place.name for place in (meant or places)[:_NAMED])
    if meant:
        raise NoStockWarehouse(
            f"Channel warehouse codes name several of the mall's warehouses: {names}. Tradewind tells one figure for "
            "each product, so name one with setChannelWarehouseMappings."
        )
    raise NoStockWarehouse(
        f"The mall has several warehouses: {names}. Name the one that stock belongs to with "
        "setChannelWarehouseMappings; the others are left alone."
    )


def _places(rows: Collection[StockWarehouse]) -> list[Place]:
    """Those that are in use, each once."""
    found: dict[str, Place] = {}
    for row in rows:
        number = text.shown(row.warehouse_id)
        if number and not row.warehouse_disable:
            found.setdefault(number, Place(number, text.shown(row.warehouse_name) or number))
    return list(found.values())
