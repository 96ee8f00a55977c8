"""Temu's carriers for those who record packages: asked for outside of any transaction, and with little patience."""

from collections.abc import Collection, Sequence

from domain.companies import malls
from domain.errors import Refused, Unavailable
from domain.models import JobType
from domain.resources import Resources
from domain.shipping import matching
from domain.shipping.directories import Directories
from domain.shipping.matching import Carrier, NoMatch
from domain.telemetry import log

# Somebody waits for the answer; without the list the upload checks the carriers.
PATIENCE_SECONDS = 3.0


class CarrierLists:
    """The carriers that Temu takes of a company, by region. What can't be had is asked for once."""

    def __init__(self, resources: Resources, company_id: int) -> None:
        self._resources = resources
        self._company_id = company_id
        self._directories: Directories | None = None

    async def of(self, region_id: int | None, names: Collection[str]) -> Sequence[Carrier] | None:
        """Those of a region, read anew where one of *names* is not in the list as it is stored; None where it can't be had."""
        if region_id is None:
            return None
        try:
            directories = self._directories = self._directories or await self._connect()
            carriers = await directories.carriers(region_id)
            try:
                for name in names:
                    matching.carrier(name, carriers)
            except NoMatch:
                carriers = await directories.carriers(region_id, again=True)
        except (Unavailable, Refused) as error:
            log.info("shipping.carriers_unchecked", company=self._company_id, reason=type(error).__name__)
            return None
        return carriers

    async def _connect(self) -> Directories:
        company, temu = await malls.connect(self._resources, self._company_id, JobType.UPLOAD_TRACKING)
        return Directories(self._resources.database, temu, company_id=company.id, patience=PATIENCE_SECONDS)
