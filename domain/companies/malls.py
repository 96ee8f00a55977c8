"""
The way to a company's mall: its region's router, with the token that serves the purpose.
"""

from domain.companies import queries
from domain.errors import NotConfigured
from domain.models import Company, JobType
from domain.resources import Resources
from domain.temu.client import TemuClient


async def opened(resources: Resources, company_id: int, job_type: JobType) -> tuple[Company, TemuClient]:
    """
    The company, and its mall as seen with the token that such a job uses. Raises NotConfigured without one.
    """
    async with resources.database.read() as session:
        company = await session.get_one(Company, company_id)
        tokens = await queries.tokens(session, [company_id])
    token = queries.token_for(job_type, tokens)
    if token is None:
        raise NotConfigured(queries.no_token(job_type, tokens))
    return company, resources.temu(company.region, resources.open_token(token))
