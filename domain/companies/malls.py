"""The way to a company's mall: its region's router, or the partner host, with the token that serves the purpose."""

from domain.companies import queries
from domain.models import AccessToken, Company, JobType, TemuHost
from domain.resources import Resources
from domain.temu.client import TemuClient
from domain.temu.partner import PartnerClient


async def connect(resources: Resources, company_id: int, job_type: JobType) -> tuple[Company, TemuClient]:
    """The company, and its mall as seen with the token that such a job uses. Raises NotConfigured without one."""
    company, token = await _token(resources, company_id, job_type)
    return company, resources.temu(company.region, resources.open_token(token))


async def connect_for_products(
    resources: Resources, company_id: int, job_type: JobType
) -> tuple[Company, TemuClient | PartnerClient]:
    """The same for products and stock, which of a semi-managed mall another host serves (C12)."""
    company, token = await _token(resources, company_id, job_type)
    if token.host is TemuHost.PARTNER:
        return company, resources.partner(resources.open_token(token))
    return company, resources.temu(company.region, resources.open_token(token))


async def _token(resources: Resources, company_id: int, job_type: JobType) -> tuple[Company, AccessToken]:
    async with resources.database.read() as session:
        company = await session.get_one(Company, company_id)
        return company, queries.require_token(job_type, company, await queries.tokens(session, [company_id]))
