"""
The way on which a company's figures travel: its local mall, or the partner host where the mall is a semi-managed one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from domain.companies import malls
from domain.inventory.semi_managed import SemiManagedStock
from domain.models import Company, JobType
from domain.resources import Resources
from domain.temu.client import TemuClient
from domain.temu.messages import StockEditMessage


class StockChannel(Protocol):
    """What takes figures, and what they are read from. SKU ids are the variant ids that products are mapped to."""

    async def set_stock(
        self, goods_id: str, targets: Callable[[], Awaitable[Mapping[str, int]]]
    ) -> StockEditMessage:
        """Tell the figures of SKUs of one goods, which *targets* names when the call has its turn. May raise
        RefusedTogether.
        """
        ...

    async def stock(self, sku_ids: Sequence[str]) -> Mapping[str, int]:
        """What is offered of SKUs, 100 at the most; those that aren't known are left out."""
        ...


async def opened(resources: Resources, company_id: int, job_type: JobType) -> tuple[Company, StockChannel]:
    """The company, and the way to its mall's stock. Raises NotConfigured without a token for it."""
    company, mall = await malls.connect_for_products(resources, company_id, job_type)
    if isinstance(mall, TemuClient):
        return company, mall
    return company, SemiManagedStock(resources.database, company, mall)
