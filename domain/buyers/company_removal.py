"""Removing a company: its tokens and buyers go, its mall is free for another one, and nothing is done for it any more. Its
orders, amounts, products and history stay to be read.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.buyers.retention import erase_batch
from domain.companies import token_removal
from domain.errors import Conflict
from domain.exports.removal import remove_with_buyers
from domain.inventory import reservations
from domain.inventory.reservations import Claim
from domain.models import AccessTokenPurpose, Company, Order, OrderItem, Reservation, Role
from domain.queued_jobs import requests
from domain.telemetry import log


async def remove_company(
    session: AsyncSession, *, by: Principal, company_id: int, name: str, now: datetime
) -> Company:
    """Remove a company; again does nothing. Its buyers are erased at once as far as they are few, and by the sweeper until
    none is left. Raises NotFound, and Conflict where *name* is not its name.
    """
    by.require(Role.ADMINISTER)
    by.require_server_wide()
    await rows.get(session, Company, company_id, by=by, removed_too=True)
    # Before the company, in the order in which a job's own steps take the two.
    await requests.cancel_all(session, company_id=company_id, now=now)
    company = await rows.get(session, Company, company_id, by=by, for_update=True, removed_too=True)
    await session.refresh(company)
    if name.strip() != company.name:
        message = f"This company is called {company.name}. Give that name to remove it, for good."
        raise Conflict(message, field=("name",))
    if company.removed_at is not None:
        return company
    await token_removal.delete_tokens(session, company_id, list(AccessTokenPurpose))
    company.removed_at, company.store_plugin = now, None
    company.allow_order_download = company.allow_inventory_upload = company.allow_tracking_upload = False
    company.allow_return_download = False
    # Another company may have the mall now; its events find no company until one has.
    company.mall_id = company.schedule_paused_at = company.events_subscribed_at = None
    company.data_agreement_unsigned_since = None
    await session.flush()
    wanting = Order.company_id == company_id, Order.address_wanted | Order.amounts_wanted
    await session.execute(update(Order).where(*wanting).values(address_wanted=False, amounts_wanted=False))
    await _release_stock(session, company_id)
    await remove_with_buyers(session, company_id)
    await erase_batch(session, Order.company_id == company_id, now=now)
    log.info("company.removed", company=company_id, key=by.key_id)
    return company


async def _release_stock(session: AsyncSession, company_id: int) -> None:
    """What its orders hold can be sold by other companies: nobody can ship these any more."""
    held = select(Reservation.order_item_id, Reservation.product_id)
    of_company = held.join(OrderItem, OrderItem.id == Reservation.order_item_id)
    found = await session.execute(of_company.where(OrderItem.company_id == company_id))
    await reservations.apply(session, [Claim(item, product, 0) for item, product in found])
