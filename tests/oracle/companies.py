"""Companies, their settings, tokens, names of warehouses, and how their scheduled work goes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.companies.schedule import Standing
from domain.folding import fold
from domain.models import AccessToken, ChannelWarehouseMapping, Company, Warehouse
from domain.models.company import AccessTokenPurpose, AccessTokenStatus
from tests.oracle.pages import Listed
from tests.oracle.rows import Fields, Seen, global_id


def _companies(_query: None, seen: Seen) -> list[Company]:
    return [company for company in seen.all(Company) if seen.visible(company)]


def _company_of(row: Any, seen: Seen) -> Company | None:
    return seen.visible(seen.get(Company, id=row.company_id))


def _settings(company: Company, _seen: Seen) -> Company:
    return company


def _access_token(company: Company, seen: Seen) -> Mapping[str, Any] | None:
    """The one for orders, or the one for everything (C8)."""
    for purpose in (AccessTokenPurpose.ORDERS, AccessTokenPurpose.ALL):
        token = seen.one(AccessToken, company_id=company.id, purpose=purpose)
        if token is not None:
            return _token(token, seen)
    return _NO_TOKEN


def _product_access_token(company: Company, seen: Seen) -> Mapping[str, Any] | None:
    token = seen.one(AccessToken, company_id=company.id, purpose=AccessTokenPurpose.PRODUCTS)
    return None if token is None else _token(token, seen)


def _token(token: AccessToken, seen: Seen) -> Mapping[str, Any]:
    return {
        "status": _status(token, seen),
        "lastFour": token.last_four or None,
        "mallId": token.mall_id,
        "scopes": token.scopes,
        "missingScopes": token.missing_scopes,
        "associatedMallIds": token.associated_mall_ids,
        "expiresAt": token.expires_at,
        "testedAt": token.tested_at,
    }


_NO_TOKEN: Mapping[str, Any] = {
    "status": AccessTokenStatus.MISSING,
    "lastFour": None,
    "mallId": None,
    "scopes": [],
    "missingScopes": [],
    "associatedMallIds": [],
    "expiresAt": None,
    "testedAt": None,
}


def _status(token: AccessToken, seen: Seen) -> AccessTokenStatus:
    """C4: expired is expired, whatever Temu said; and only what Temu accepts can be about to expire."""
    if token.expires_at is not None:
        left = token.expires_at - seen.rows.now
        if left <= timedelta():
            return AccessTokenStatus.EXPIRED
        if token.status is AccessTokenStatus.VALID and left <= timedelta(days=30):
            return AccessTokenStatus.EXPIRING
    return token.status


def _mappings(company: Company, seen: Seen) -> list[ChannelWarehouseMapping]:
    found = seen.all(ChannelWarehouseMapping, company_id=company.id)
    return sorted(found, key=lambda mapping: mapping.warehouse_id)


def _warehouse_of(row: Any, seen: Seen) -> Warehouse:
    return seen.get(Warehouse, id=row.warehouse_id)


def _warehouses(_query: None, seen: Seen) -> list[Warehouse]:
    return sorted(seen.all(Warehouse, archived_at=None), key=lambda warehouse: (warehouse.name, warehouse.id))


def _attention(company: Company, seen: Seen) -> list[Any]:
    return list(seen.rows.attention.get(company.id, ()))


def _link(item: Any, **wanted: Any) -> Mapping[str, Any]:
    return {"companyId": global_id("Company", item.company_id), **wanted}


def _schedules(company: Company, seen: Seen) -> list[Mapping[str, Any]]:
    return [_schedule(standing) for standing in seen.rows.schedules.get(company.id, ())]


def _schedule(standing: Standing) -> Mapping[str, Any]:
    return {
        "type": standing.flow.type,
        "isOn": standing.is_on,
        "isPaused": standing.is_paused,
        "intervalSeconds": standing.interval // timedelta(seconds=1),
        "nextRunAt": standing.next_run_at,
        "lastSucceededAt": standing.last_succeeded_at,
        "lagSeconds": standing.lag // timedelta(seconds=1),
    }


def _matches(company: Company, wanted: Mapping[str, Any], seen: Seen) -> bool:
    token = _access_token(company, seen)
    return (
        (
            "storePlugin" not in wanted
            or (company.store_plugin and company.store_plugin.value) in wanted["storePlugin"]
        )
        and company.region.value in wanted.get("region", [company.region.value])
        and ("tokenStatus" not in wanted or (token or _NO_TOKEN)["status"].value in wanted["tokenStatus"])
        and fold(wanted.get("search", "")) in fold(company.name)
        and (company.archived_at is not None) is wanted.get("isArchived", company.archived_at is not None)
    )


LISTS = {
    "Query.companies": Listed(
        "companies",
        _companies,
        lambda company: (company.id,),
        matches=_matches,
        orders={
            "CREATED_AT": lambda company: (company.id,),
            "NAME": lambda company: (company.name, company.id),
        },
    )
}
FIELDS: Fields = {
    "Query.warehouses": _warehouses,
    "Company.settings": _settings,
    "CompanySettings.accessToken": _access_token,
    "CompanySettings.productAccessToken": _product_access_token,
    "Company.attention": _attention,
    "AttentionItem.orderFilter": lambda item, _: item.orders and _link(item, attention=item.orders),
    "AttentionItem.channelActionFilter": lambda item, _: item.actions and _link(item, attention=item.actions),
    "AttentionItem.productFilter": lambda item, _: item.products and _link(item, attention=item.products),
    "AttentionItem.returnFilter": lambda item, _: {"isDue": True} if item.returns else None,
    "AttentionItem.jobFilter": lambda item, _: item.jobs and _link(item, type=[item.jobs.value]),
    "Company.schedules": _schedules,
    "Company.channelWarehouseMappings": _mappings,
    "ChannelWarehouseMapping.warehouse": _warehouse_of,
    "Product.company": _company_of,
    "Order.company": _company_of,
    "QueuedJob.company": _company_of,
    "InventoryLevel.warehouse": _warehouse_of,
    "Package.warehouse": _warehouse_of,
    "PackageCorrection.warehouse": _warehouse_of,
}
