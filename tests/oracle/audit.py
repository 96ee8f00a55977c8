"""Who changed what."""

from collections.abc import Mapping
from typing import Any

from domain.models import ApiKey, ApiKeyCompany, AuditEvent, Company
from tests.oracle.pages import Listed, Values, microseconds
from tests.oracle.rows import Fields, Seen, global_id


def _events(_query: None, seen: Seen) -> list[AuditEvent]:
    return [event for event in seen.all(AuditEvent) if seen.visible(event)]


def _newest_first(event: AuditEvent) -> Values:
    return microseconds(event.occurred_at), event.id


def _matches(event: AuditEvent, wanted: Mapping[str, Any], _seen: Seen) -> bool:
    key = None if event.api_key_id is None else global_id("ApiKey", event.api_key_id)
    company = None if event.company_id is None else global_id("Company", event.company_id)
    return (
        wanted.get("companyId") in {None, company}
        and wanted.get("apiKeyId") in {None, key}
        and wanted.get("subjectId") in {None, _subject_id(event)}
        and wanted.get("action") in {None, event.action}
        and ("from" not in wanted or event.occurred_at >= wanted["from"])
        and ("to" not in wanted or event.occurred_at < wanted["to"])
    )


def _subject_id(event: AuditEvent, _seen: Seen | None = None) -> str | None:
    if event.subject_type is None or event.subject_id is None:
        return None
    return global_id(event.subject_type, event.subject_id)


def _key(event: AuditEvent, seen: Seen) -> ApiKey | None:
    return None if event.api_key_id is None else seen.get(ApiKey, id=event.api_key_id)


def _companies_of_key(key: ApiKey, seen: Seen) -> list[Company]:
    named = {row.company_id for row in seen.all(ApiKeyCompany, api_key_id=key.id)}
    return [company for company in seen.all(Company) if company.id in named]


def _company(event: AuditEvent, seen: Seen) -> Company | None:
    return None if event.company_id is None else seen.get(Company, id=event.company_id)


LISTS = {
    "Query.auditEvents": Listed("audit_events", _events, _newest_first, descending=True, matches=_matches)
}
FIELDS: Fields = {
    "AuditEvent.apiKey": _key,
    "ApiKey.companies": _companies_of_key,
    "AuditEvent.company": _company,
    "AuditEvent.subjectId": _subject_id,
}
