"""
What of a company can be read by a projection.
"""

from collections.abc import Callable
from datetime import timedelta

from domain.companies.queries import COMPANIES, EXPIRING
from domain.projection.dialects import Dialect
from domain.projection.fields import (
    Entity,
    Field,
    One,
    Paged,
    Part,
    Timed,
    Value,
    constant,
    flag,
    global_id,
    moment,
    name,
    text,
    texts,
    whole,
)
from domain.queued_jobs.projection import QUEUED_JOB
from domain.queued_jobs.queries import JOB_FILTER, JOBS


def _token_status(d: Dialect, row: str, at: Callable[[timedelta], str]) -> str:
    """
    What queries.status_of says.
    """
    expires = f"{row}.expires_at"
    return d.quoted(
        f"CASE WHEN {expires} <= {at(timedelta())} THEN 'EXPIRED' "
        f"WHEN {row}.status = 'VALID' AND {expires} <= {at(EXPIRING)} THEN 'EXPIRING' ELSE {row}.status END"
    )


_TOKEN = Entity("AccessToken", "access_tokens")
_TOKEN.fields |= {
    "status": Timed(_token_status),
    "lastFour": Value(lambda d, row: d.quoted(f"nullif({row}.last_four, '')")),
    "mallId": text("mall_id"),
    "scopes": texts("scopes"),
    "missingScopes": texts("missing_scopes"),
    "expiresAt": moment("expires_at"),
    "testedAt": moment("tested_at"),
}
_NO_TOKEN: dict[str, Field] = {
    **dict.fromkeys(_TOKEN.fields, constant(None)),
    "status": constant('"MISSING"'),
    "scopes": constant("[]"),
    "missingScopes": constant("[]"),
}
_OF_COMPANY = "{other}.company_id = {row}.id"

COMPANY = Entity("Company", "companies", company="{row}.id")
COMPANY.fields |= {
    "id": global_id("Company"),
    "name": text("name"),
    "settings": Part(
        "CompanySettings",
        {
            "storeType": name("store_type"),
            "storePlugin": name("store_plugin"),
            "region": name("region"),
            "mallType": name("mall_type"),
            "allowInventoryUpload": flag("{row}.allow_inventory_upload"),
            "allowOrderDownload": flag("{row}.allow_order_download"),
            "allowTrackingUpload": flag("{row}.allow_tracking_upload"),
            "safetyQuantity": whole("safety_quantity"),
            "maxQuantity": whole("max_quantity"),
            "sellOnlyMappedWarehouses": flag("{row}.sell_only_mapped_warehouses"),
            "ordersNotBefore": moment("orders_not_before"),
            # The one for orders goes before the one for all.
            "accessToken": One(
                _TOKEN, _OF_COMPANY + " AND {other}.purpose <> 'PRODUCTS'", ["purpose DESC"], _NO_TOKEN
            ),
            "productAccessToken": One(_TOKEN, _OF_COMPANY + " AND {other}.purpose = 'PRODUCTS'"),
        },
    ),
    "queuedJobs": Paged(QUEUED_JOB, JOBS, _OF_COMPANY, JOB_FILTER),
}
ALL_COMPANIES = Paged(COMPANY, COMPANIES, None)
# Jobs are a subject below companies and know nothing of them by themselves.
QUEUED_JOB.fields["company"] = One(COMPANY, "{other}.id = {row}.company_id")
