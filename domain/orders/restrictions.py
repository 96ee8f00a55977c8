"""Which labels of one's own an order may not have, from Temu's warnings about it (T10, T11). Pure.

[A] Tables of bg.order.list.v2.get for US, EU and Global, and a real list of a US mall, each order of which carries
RESTRICT_FEDEX_SELF_SHIPPING and can be shipped by others all the same.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.database.dialect_sql import DialectSQL
from domain.models import Order
from domain.models.base import Json

_RESTRICTS = "RESTRICT_"
# The only two that the tables name for a carrier. Another word of this form may be about anything, so it concerns all.
_OF_CARRIER = {"RESTRICT_FEDEX_SELF_SHIPPING": "FedEx", "RESTRICT_USPS_SELF_SHIPPING": "USPS"}
# That no label can be bought from Temu: the opposite, so it stands among the order's notices.
OF_BOUGHT_LABELS = "RESTRICT_CALL_SHIPPING"
# That another mall of the shop sends it and confirms it there: a flag of Temu's, which stands among the notices by its name.
OF_MAIN_MALL = "isShipmentConsolidatedByMainMall"
# Carriers that the buyer excludes. Names follow in braces, with commas between: {UniUni} in a published answer [B].
_EXCLUDES = "BLOCK_LOGISTICS_PROVIDERS"
_NOT_OF_A_CODE = re.compile("[^0-9A-Za-z_-]")
_BETWEEN_NAMES = re.compile("[,;|\u3001]")


@dataclass(frozen=True)
class Restriction:
    """One of Temu's words, and the carriers whose labels it forbids: none named, every label of one's own."""

    code: str
    carriers: tuple[str, ...] = ()

    @property
    def forbids_all(self) -> bool:
        """Whether it concerns every carrier."""
        return not self.carriers


def read(warnings: Iterable[str]) -> tuple[Restriction, ...]:
    """The warnings that forbid a label of one's own, each once. Others advise: SUGGEST_SIGNATURE_ON_DELIVERY,
    CONFIRMED_CHANGED_ADDRESS, REQUIRES_CUSTOMER_PICKUP. A restriction that isn't known is taken for one of all carriers:
    a parcel that Temu refuses costs more than a look into the seller centre.
    """
    words = dict.fromkeys(text.shown(warning) for warning in warnings)
    return tuple(found for word in words if (found := _restriction(word)) is not None)


def of(order: Order) -> tuple[Restriction, ...]:
    """What forbids labels of one's own for an order; last, what its address does."""
    of_address = [Restriction(order.address_restriction)] if order.address_restriction else []
    return (*read(order.shipping_restrictions), *of_address)


def stored(words: Iterable[str]) -> list[dict[str, Any]]:
    """The same as JSON for the row, where reads find it."""
    return [{"code": each.code, "carriers": list(each.carriers)} for each in read(words)]


def words_of(order: Any) -> ColumnElement[list[str]]:
    """All that forbids labels of one's own, in Temu's words, of a row; last, what its address does."""
    own = order.shipping_restrictions
    return case((order.address_restriction != "", _WithWord(own, order.address_restriction)), else_=own)


async def of_orders(session: AsyncSession, order_ids: Collection[int]) -> Mapping[int, list[Restriction]]:
    """The same with the carriers that each concerns: stored() as it lies in the rows, and what their addresses forbid."""
    columns = Order.id, Order.restriction_details, Order.address_restriction
    found: dict[int, list[Restriction]] = {}
    for number, details, of_address in await session.execute(select(*columns).where(Order.id.in_(order_ids))):
        own = [Restriction(each["code"], tuple(each["carriers"])) for each in details]
        found[number] = [*own, *([Restriction(of_address)] if of_address else [])]
    return found


class _WithWord(DialectSQL):
    type = Json
    postgresql = "({0} || jsonb_build_array({1}))"
    sqlite = "json_insert({0}, '$[#]', {1})"


def _restriction(word: str) -> Restriction | None:
    if word.startswith(_EXCLUDES):
        names = word.removeprefix(_EXCLUDES).strip("_{} ")
        # A wide comma becomes one of ours; nobody says that it is always a comma.
        each = _BETWEEN_NAMES.split(unicodedata.normalize("NFKC", names))
        carriers = tuple(dict.fromkeys(filter(None, map(str.strip, each))))
        # Without a name it excludes nobody who could be told.
        return Restriction(word, carriers) if carriers else None
    if not word.startswith(_RESTRICTS) or word == OF_BOUGHT_LABELS:
        return None
    # Whatever follows a word of Temu's for a computer may be about the buyer.
    word = _NOT_OF_A_CODE.split(word, maxsplit=1)[0]
    carrier = _OF_CARRIER.get(word)
    return Restriction(word) if carrier is None else Restriction(word, (carrier,))
