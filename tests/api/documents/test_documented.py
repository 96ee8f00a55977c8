"""What front ends are told of limits."""

from pathlib import Path

from api.documents.limits import Limits
from api.transport.limits import ConnectionLimits
from domain.document_store import LONGEST
from domain.pagination import MAX_PAGE
from domain.settings import Settings
from domain.statistics.periods import MOST_INTERVALS

PAGE = Path(__file__).parents[3] / "docs" / "building-on-it.md"


def test_the_page_tells_the_limits() -> None:
    """A6, A9: docs/building-on-it.md has the numbers that hold."""
    text, limits = " ".join(PAGE.read_text(encoding="utf-8").split()), Limits()
    for told in (
        f"{limits.tokens:,} tokens, {limits.depth} fields deep, {limits.fields} fields, {limits.aliases} aliases",
        f"{limits.fragments} fragments, {limits.query_fields} fields at the root of a query and {limits.mutation_fields} of a mutation",
        f"{limits.seconds:g} seconds; {ConnectionLimits().body_bytes // 1024} KiB of request",
        f'"limit": {limits.cost}',
        f'"maximum": {Settings.model_fields["key_points"].default}',
        f"{limits.page_default} without",
        f"{MAX_PAGE} at the most",
        f"{MOST_INTERVALS:,} intervals",
        f"up to {LONGEST // 1024} KiB",
    ):
        assert told in text, told
