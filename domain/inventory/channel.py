"""How a company's figures travel: to its local mall, or by the partner host to a semi-managed one."""

from domain.companies import malls
from domain.inventory.semi_managed import SemiManagedStock
from domain.models import Company, JobType
from domain.resources import Resources
from domain.temu.client import TemuClient

StockChannel = TemuClient | SemiManagedStock
"""What takes figures, and what they are read from. SKU ids are the variant ids that products are mapped to."""


async def opened(resources: Resources, company_id: int, job_type: JobType) -> tuple[Company, StockChannel]:
    """The company, and the way to its mall's stock. Raises NotConfigured without a token for it."""
    company, mall = await malls.connect_for_products(resources, company_id, job_type)
    if isinstance(mall, TemuClient):
        return company, mall
    return company, SemiManagedStock(resources.database, company, mall)
