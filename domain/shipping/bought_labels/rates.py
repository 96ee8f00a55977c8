"""What labels for a parcel cost: asked of Temu while somebody waits."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.access.principal import Principal
from domain.companies import malls
from domain.errors import Invalid, Unavailable
from domain.models import Company, JobType
from domain.resources import Resources
from domain.shipping.bought_labels.contents import Contents, ParcelInput, pack
from domain.shipping.bought_labels.measures import in_temus_words
from domain.shipping.directories import Directories
from domain.shipping.resolve import Resolver, Unresolved
from domain.telemetry import log
from domain.temu import labels
from domain.temu.client import TemuClient
from domain.temu.errors import TemuRefused
from domain.temu.labels import Rates

# Somebody waits for the answer.
PATIENCE_SECONDS = 8.0


@dataclass(frozen=True)
class LabelAddresses:
    """A mall, and Temu's numbers of the places that its warehouses ship from."""

    company: Company
    temu: TemuClient
    of_warehouse: Mapping[int, str]


async def fetch(resources: Resources, *, by: Principal, parcel: ParcelInput) -> Rates:
    """What each service asks for a parcel, and which don't take it. Raises what contents.pack does, NotConfigured, TemuRefused,
    PermissionMissing and TemuUnavailable.
    """
    async with resources.database.read() as session:
        _, [contents] = await pack(session, [parcel], by=by, for_update=False, fields=[()])
    places = await addresses(resources, contents, {parcel.warehouse_id: ("warehouseId",)})
    try:
        return await labels.rates(
            places.temu,
            address_id=places.of_warehouse[parcel.warehouse_id],
            measures=in_temus_words(parcel.weight, parcel.dimensions, places.company.region),
            pieces=contents.told(),
            needs_signature=contents.needs_signature(parcel),
            patience=PATIENCE_SECONDS,
        )
    except TemuRefused as error:
        if error.temu_code != labels.ADDRESS_INVALID:
            raise
        raise Invalid(await _selling(places.temu, error), field=("warehouseId",)) from error


async def addresses(
    resources: Resources, contents: Contents, wanted: Mapping[int, tuple[str, ...]]
) -> LabelAddresses:
    """Where these warehouses ship from, as Temu knows it; *wanted*: each with its place in the input. Raises Invalid,
    NotConfigured and TemuUnavailable.
    """
    company, temu = await malls.connect(resources, contents.company_id, JobType.SEND_ORDER_ACTIONS)
    directories = Directories(resources.database, temu, company_id=company.id, patience=PATIENCE_SECONDS)
    resolver = Resolver(resources.database, directories)
    found: dict[int, str] = {}
    for warehouse_id, field in wanted.items():
        try:
            found |= await resolver.addresses({warehouse_id})
        except Unresolved as error:
            raise Invalid(error.refusal.message, field=field) from error
    return LabelAddresses(company, temu, found)


async def _selling(temu: TemuClient, error: TemuRefused) -> str:
    """What to tell of an address that no label is sold for."""
    try:
        names = await labels.selling_addresses(temu, patience=PATIENCE_SECONDS)
    except (Unavailable, TemuRefused) as trouble:
        log.info("shipping.selling_addresses_unknown", reason=type(trouble).__name__)
        return error.message
    there_are = ", ".join(names) or "none"
    return (
        f"Temu sells no labels for parcels from this warehouse's address. It does for: {there_are}. Map the warehouse to one of "
        "them with setChannelWarehouseMappings, or have the address enabled in the seller centre."
    )
