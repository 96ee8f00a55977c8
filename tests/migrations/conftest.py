"""Tables are changed by their owner."""

import pytest

from tests.fixtures.database import as_owner


@pytest.fixture
def postgresql_url(postgresql_url: str) -> str:
    """A migrated, empty PostgreSQL of this test's own, for the owner of its tables."""
    return as_owner(postgresql_url)
