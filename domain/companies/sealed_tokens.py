"""Whether the stored tokens can be opened with the keys that this process has."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import AccessToken
from domain.resources import Resources
from domain.secrets import UnsealError


@dataclass(frozen=True)
class Unopened:
    """Stored tokens that can't be opened: *lacking* are sealed with a key that isn't there, *wrong* with another key of
    the same id.
    """

    lacking: int
    wrong: int
    key_ids: Sequence[str]

    @property
    def words(self) -> str:
        count, ids = self.lacking + self.wrong, ", ".join(self.key_ids)
        if self.wrong:
            return (
                f"TRADEWIND_ENCRYPTION_KEYS: {ids} is not the key that sealed {count} stored tokens. Give back the right one; "
                "if it is lost, give the new one another id and set the tokens again with setAccessToken"
            )
        return (
            f"TRADEWIND_ENCRYPTION_KEYS: lacks the key {ids}, which sealed {count} stored tokens. Give it back, or set the "
            "tokens again with setAccessToken"
        )


async def unopened(session: AsyncSession, resources: Resources) -> Unopened | None:
    """None where every stored token can be opened."""
    lacking: list[str] = []
    wrong: list[str] = []
    for token in await session.scalars(select(AccessToken)):
        try:
            resources.open_token(token)
        except UnsealError as error:
            (lacking if error.lacks_key else wrong).append(error.key_id)
    if not lacking and not wrong:
        return None
    return Unopened(len(lacking), len(wrong), sorted(set(wrong or lacking)))
