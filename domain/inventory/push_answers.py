"""What Temu's answer to an edit of stock says of each SKU (I5).

A figure counts as taken only where operateResult and the SKU's own stockEditStatus are both true: a live seller found
that either may be true alone [B], and the tables of three regions say that true means success of each [A].

| operateResult | stockEditStatus | what it means |
|---|---|---|
| true | true | taken |
| any | false | refused, with the row's code |
| false | absent or null, and so for every SKU of the call | refused as a whole, with the call's words |
| anything else | | unconfirmed: nobody knows, so it is pushed again and stays in doubt until then |

Where one SKU of a call is refused, Temu may call the whole call a failure [C]. The others are then unconfirmed, and
pushed again without it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from domain.models import Product
from domain.temu.errors import is_passing, one_line
from domain.temu.messages import StockEditMessage, StockEditRow


@dataclass(frozen=True)
class StockRefusal:
    """Why Temu doesn't take the figure of a SKU.

    *passes*: this job tries again. *is_unknown*: it doesn't, but Temu may hold either figure, so it stays in doubt and
    there is something to push still.
    """

    code: str
    message: str
    passes: bool = False
    is_unknown: bool = False


@dataclass(frozen=True)
class Verdicts:
    """By product: what was refused and why, and of which nobody knows. The rest was taken."""

    refusals: Mapping[int, StockRefusal] = field(default_factory=dict)
    unconfirmed: Collection[int] = ()


def judge(products: Sequence[Product], answer: StockEditMessage) -> Verdicts:
    """What became of *products*, which were all that the call pushed."""
    rows: dict[str, list[StockEditRow]] = {}
    for row in answer.sku_stock_edit_status_info_list or []:
        rows.setdefault(str(row.sku_id), []).append(row)
    is_refused_whole = answer.operate_result is False and not any(
        row.stock_edit_status is not None for found in rows.values() for row in found
    )
    refusals: dict[int, StockRefusal] = {}
    unconfirmed: list[int] = []
    for product in products:
        own = rows.get(product.website_product_variant_id or "", [])
        refused = next((row for row in own if row.stock_edit_status is False), None)
        if refused is not None or is_refused_whole:
            refusals[product.id] = _refusal(refused or next(iter(own), None), answer)
        elif not (answer.operate_result and own and all(row.stock_edit_status for row in own)):
            unconfirmed.append(product.id)
    return Verdicts(refusals, unconfirmed)


def _refusal(row: StockEditRow | None, answer: StockEditMessage) -> StockRefusal:
    code = (row.error_code if row is not None else None) or 0
    words = (row.error_msg if row is not None else None) or answer.msg
    message = (
        f"Temu doesn't take the stock of this SKU ({code}): {one_line(words)} "
        "Check its listing in the seller centre, and its mapping here."
    )
    return StockRefusal(f"TEMU_{code}", message, passes=is_passing(code))
