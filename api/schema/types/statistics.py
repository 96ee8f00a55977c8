"""Numbers of a company over a period."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.reading.declared import argument, attribute, batch_by, by_number
from api.schema.types.money import Money
from api.schema.types.product import Product
from api.values import enums
from api.values.described import described_type
from domain.errors import Invalid
from domain.statistics import queries
from domain.statistics.periods import MOST_INTERVALS, StatisticsInterval, period_of
from domain.statistics.returns import totals as totals_of_returns

_MOST_PRODUCTS = 250
# What a list is counted as that seldom has more; intervals of days are as many as a year has.
_USUAL_INTERVALS = 366

PERIOD = [
    argument(
        "from", datetime, "Orders placed at this moment or later; rounded down to a full quarter of an hour."
    ),
    argument("to", datetime, "Orders placed before this moment; rounded up to a full quarter of an hour."),
    argument(
        "interval",
        enums.StatisticsInterval,
        f"How long each of `intervals` is; a period has {MOST_INTERVALS:,} at the most, and three years.",
        default=StatisticsInterval.DAY,
    ),
    argument(
        "timeZone",
        str,
        'By whose clock hours, days, weeks and months begin, as IANA names it: "Europe/Berlin".',
        default="UTC",
    ),
]


def period(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The period that its arguments say; raises Invalid."""
    return {"period": period_of(given["from"], given["to"], given["interval"], given["timeZone"])}


def _first(given: Mapping[str, Any]) -> Mapping[str, Any]:
    if not 1 <= given["first"] <= _MOST_PRODUCTS:
        raise Invalid(f"first must be 1 to {_MOST_PRODUCTS}.", field=("first",))
    return {"first": given["first"]}


_ORDERS = "Orders that were placed, cancelled ones among them."
_PIECES = "Pieces that were ordered, cancelled ones among them."
_SALES = "Exact totals by currency of the orders that were not cancelled."
_CANCELLED_ORDERS = "Orders that were cancelled as a whole."
_CANCELLED_PIECES = "Pieces that were cancelled, of those orders and of others."
_WITHOUT_TOTAL = "Orders of which Temu has not told the total yet: `sales` lacks them."


@described_type
class OrderTotals:
    """What the orders of a period add up to."""

    orders: int = attribute(_ORDERS)
    pieces: int = attribute(_PIECES)
    sales: list[Money] = attribute(_SALES)
    cancelled_orders: int = attribute(_CANCELLED_ORDERS)
    cancelled_pieces: int = attribute(_CANCELLED_PIECES)
    orders_without_total: int = attribute(_WITHOUT_TOTAL)


@described_type
class IntervalTotals:
    """What the orders of one interval add up to."""

    starts_at: datetime = attribute("The first moment of it.")
    ends_at: datetime = attribute("The first moment after it.")
    orders: int = attribute(_ORDERS)
    pieces: int = attribute(_PIECES)
    sales: list[Money] = attribute(_SALES)
    cancelled_orders: int = attribute(_CANCELLED_ORDERS)
    cancelled_pieces: int = attribute(_CANCELLED_PIECES)
    orders_without_total: int = attribute(_WITHOUT_TOTAL)


@described_type
class StatusTotals:
    """What the orders of one status add up to."""

    status: enums.OrderStatus = attribute("The status that they have now.")
    orders: int = attribute("How many they are.")
    pieces: int = attribute(_PIECES)
    sales: list[Money] = attribute("Their exact totals by currency; of cancelled ones, what was not sold.")
    cancelled_pieces: int = attribute("Pieces of them that were cancelled.")
    orders_without_total: int = attribute(_WITHOUT_TOTAL)


@described_type
class CountryTotals:
    """What the orders to one country add up to."""

    country_code: str | None = attribute(
        'ISO 3166 of the country that they go to, such as "DE"; null where it isn\'t known.'
    )
    orders: int = attribute(_ORDERS)
    pieces: int = attribute(_PIECES)
    sales: list[Money] = attribute(_SALES)
    cancelled_orders: int = attribute(_CANCELLED_ORDERS)
    cancelled_pieces: int = attribute(_CANCELLED_PIECES)
    orders_without_total: int = attribute(_WITHOUT_TOTAL)


@described_type
class ProductTotals:
    """What was ordered of one product."""

    product: Product | None = by_number(
        "The product; null for all Unknown products together, which no SKU of yours is mapped to.",
        "product_id",
    )
    pieces: int = attribute(_PIECES)
    cancelled_pieces: int = attribute("Pieces of these that were cancelled.")
    sales: list[Money] = attribute("Exact prices by currency of the pieces that were not cancelled.")


@described_type
class ShippingPunctuality:
    """How orders were shipped, by the moment by which Temu expects it (`latestShipAt`)."""

    shipped_in_time: int = attribute("Orders that were shipped whole by then.", lambda found: found.in_time)
    shipped_late: int = attribute("Orders that were shipped whole after it.", lambda found: found.late)
    open: int = attribute("Orders with pieces still to be shipped, for which there is time.")
    past_due: int = attribute("Orders with pieces still to be shipped, for which the time is over.")


@described_type
class ImportLag:
    """How long after they were placed orders came in."""

    orders: int = attribute("How many orders came in.")
    average_seconds: int | None = attribute(
        "Seconds from `orderedAt` to the import, on average; null without orders."
    )


@described_type
class StockPushes:
    """How stock was told to Temu, by UPDATE_INVENTORY jobs that are kept."""

    since: datetime = attribute(
        "From when on they are counted: older jobs were removed, where this is later than `from`."
    )
    jobs: int = attribute("Jobs that ran.")
    accepted: int = attribute("Figures that Temu accepted.")
    refused: int = attribute(
        "Figures that Temu refused or that did not reach it; the outcomes of the jobs say why."
    )


@described_type
class ReturnTotals:
    """What the returns of a period add up to."""

    returns: int = attribute("Returns that buyers asked for in the period, whatever became of them.")
    pieces: int = attribute("Pieces of them.")
    refunded: int = attribute("How many of them are refunded, or on the way to it.")
    refunds: list[Money] = attribute("What these give back, exact, by currency.")
    refunded_without_amount: int = attribute(
        "How many of these Temu told no amount of: `refunds` lacks them."
    )


@described_type
class CompanyStatistics:
    """Numbers of a company's orders that were placed in a period, as they are now: a cancellation counts on the day of its order."""

    totals: OrderTotals = batch_by("All of the period.", queries.totals)
    intervals: list[IntervalTotals] = batch_by(
        "Each hour, day, week or month of it by the clock of `timeZone`, those without orders too; the first and the last are cut "
        "off where the period begins and ends.",
        queries.by_interval,
        most=_USUAL_INTERVALS,
    )
    by_status: list[StatusTotals] = batch_by(
        "The same orders by their status.",
        queries.by_status,
    )
    by_country: list[CountryTotals] = batch_by(
        "The same orders by the country that they go to, most orders first.",
        queries.by_country,
    )
    by_product: list[ProductTotals] = batch_by(
        "The products of which most pieces were ordered.",
        queries.by_product,
        taking=[argument("first", int, f"How many products: 1 to {_MOST_PRODUCTS}.", default=20)],
        arguments=_first,
        most=_MOST_PRODUCTS,
    )
    shipping: ShippingPunctuality = batch_by(
        "How these orders were shipped.",
        queries.punctuality,
    )
    returns: ReturnTotals = batch_by(
        "Returns that were asked for in the period, whenever their orders were placed.", totals_of_returns
    )
    import_lag: ImportLag = batch_by(
        "How soon these orders came in.",
        queries.import_lag,
    )
    stock_pushes: StockPushes = batch_by(
        "How stock was told in the period.",
        queries.stock_pushes,
    )
