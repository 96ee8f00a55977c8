"""API keys as those who administer the server see them."""

from typing import Any

from sqlalchemy import ColumnElement, exists

from domain.models import ApiKey, ApiKeyCompany
from domain.pagination import Key

# The oldest first.
API_KEYS = [Key(ApiKey.id)]


def names(key: Any, company: Any) -> ColumnElement[bool]:
    """Whether a key is for a company."""
    return exists().where(ApiKeyCompany.api_key_id == key.id, ApiKeyCompany.company_id == company.id)
