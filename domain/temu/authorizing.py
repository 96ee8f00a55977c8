"""A token for the code with which Temu sends a seller back who has authorised the app."""

from collections.abc import Sequence
from typing import Any

from domain.temu.client import TemuClient
from domain.temu.interfaces import TOKEN_CREATE
from domain.temu.messages import TokenMessage, convert_or_unavailable

# No seller has more; whatever else it is isn't shown.
_MOST_MALLS = 100
_LONGEST_ID = 32


class CreatedToken(TokenMessage):
    """bg.open.accesstoken.create: the token, with what the interface that tells of one has too [A]."""

    access_token: str | None = None
    # Rows of mallId and accessToken [A]; by the name, of further malls of the seller's [C]. Read only where they look so.
    associated_mall_token_list: Any = None

    @property
    def associated_mall_ids(self) -> Sequence[str]:
        """Those malls, without their tokens."""
        rows = self.associated_mall_token_list
        found = [
            str(row.get("mallId"))
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, dict)
        ]
        known = [each for each in found if each.isascii() and each.isdigit() and len(each) <= _LONGEST_ID]
        return [each for each in dict.fromkeys(known) if each != str(self.mall_id)][:_MOST_MALLS]


async def create_token(temu: TemuClient, code: str) -> CreatedToken:
    """The token for *code*, which the client has in place of a token [A]. Temu takes a code once, for ten minutes [A]. Raises as
    send_once does, and TemuUnavailable too for an answer that makes no sense: the code is used up then.
    """
    result = await temu.send_once(TOKEN_CREATE, {"code": code})
    return convert_or_unavailable(result, CreatedToken, TOKEN_CREATE)
