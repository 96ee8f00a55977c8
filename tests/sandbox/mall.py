"""The sandbox and its malls: what a test arranges and changes, while calls read it."""

import random
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypedDict, Unpack

from tests.sandbox import lifecycle, making
from tests.sandbox.authorizations import Authorizations
from tests.sandbox.callbacks import Callbacks
from tests.sandbox.cancellations import Cancellations, CancelRequest, RequestStatus
from tests.sandbox.events import SELLERS_EVENTS, Events
from tests.sandbox.faults import Faults
from tests.sandbox.invoices import Invoices
from tests.sandbox.label_files import LabelFiles
from tests.sandbox.labels import LabelDesk
from tests.sandbox.ledger import Ledger
from tests.sandbox.listing import Listing, Sort
from tests.sandbox.mall_maker import fill
from tests.sandbox.model import BY_SELLER, REGIONS, Goods, OrderLine, ParentOrder, SkuIdTold
from tests.sandbox.out_of_stock import OutOfStock
from tests.sandbox.price_orders import Prices
from tests.sandbox.rate_limit import RateLimit
from tests.sandbox.returns import Returns
from tests.sandbox.semi_managed import SemiManagedShop
from tests.sandbox.shelf import Shelf
from tests.sandbox.shipping import CARRIERS, Package, ShippingAddress, address_id, first_addresses
from tests.sandbox.stock_entry import StockEntry
from tests.sandbox.tokens import SCOPES_OF_PURPOSE, Token

A_YEAR = 365 * 24 * 3600
# All ten orders of a real US mall's published page carry it, and nothing else [A]; no other region's page is known.
USUAL_WARNINGS: Mapping[str, tuple[str, ...]] = {"US": ("RESTRICT_FEDEX_SELF_SHIPPING",)}


class Marks(TypedDict, total=False):
    """Fields of a parent order."""

    labels: dict[str, int]
    shipping_method: int
    payment_type: str
    sent_by_main_mall: bool
    cancel_pending: bool
    address_change_pending: bool
    own_label_forbidden: bool
    ships_alone: bool
    fulfillment_warnings: list[str]
    restriction: str | int | None
    address_refusal: int | None
    amounts_in: str


class Sandbox:
    """One app of Temu's Open Platform, with the malls that authorised it."""

    def __init__(
        self,
        *,
        app_key: str = "sandbox-app",
        app_secret: str = "sandbox-app-secret",
        calls_per_second: float | None = None,
        clock: Callable[[], float] = time.time,
        ledger_file: Path | None = None,
    ) -> None:
        self.app_key = app_key
        self.app_secret = app_secret
        self.clock = clock
        self.rate_limit = RateLimit(calls_per_second)
        self.app_lacks: dict[str, int] = {}
        """Interfaces that the app may not call whatever its tokens permit, each with the code that says so."""
        self.malls: list[Mall] = []
        self.tokens: dict[str, Token] = {}
        self.carriers = list(CARRIERS)
        """Those that Temu knows, in every region."""
        self.used_numbers: set[str] = set()
        """Every tracking number that was confirmed in any mall, in capitals."""
        self.faults = Faults()
        self.ledger = Ledger(ledger_file)
        self.default_sort: Sort = "createTime"
        """How orders are listed without `sortby` [A: tables of three regions, and two real answers]."""
        self.unasked_fulfillments: Collection[str] | None = (BY_SELLER,)
        """
        Which orders are listed without `fulfillmentTypeList`; None is all. Copies of 2024 of Temu's page say that only
        the seller's own are, and later copies say nothing of it [B]: the harder case for a client.
        """
        self.deepest_row: int | None = 10_000
        """The last row of a list of orders that a page may show; None is none. One weak source says a hundred pages [C]."""
        # Held while a call is processed and while a mall is changed; hold it to change several things at once.
        self.lock = threading.RLock()
        self.errors: list[BaseException] = []
        self.base_url = ""
        """Where the call that is being answered came in, for URLs of its answer."""
        self.callbacks = Callbacks()
        self.events = Events(self)
        self.authorizations = Authorizations(self)
        self.uploads: list[float] = []
        """When files were uploaded."""
        self.upload_faults: list[int] = []
        """Statuses with which the next uploads of files are answered."""

    def add_mall(
        self,
        region: str = "US",
        orders: int = 0,
        seed: int = 1,
        *,
        semi_managed: bool = False,
        of: "Mall | None" = None,
    ) -> "Mall":
        """
        The same seed gives the same mall; a further mall of this sandbox never shares its numbers, but for one that is
        the same semi-managed shop's as another, in another region.
        """
        with self.lock:
            source = random.Random(f"{seed}/{len(self.malls)}")
            shop = of.shop if of is not None else SemiManagedShop() if semi_managed else None
            mall = Mall(self, region=region, source=source, shop=shop, of=of)
            self.malls.append(mall)
            if orders:
                fill(mall, orders)
            return mall

    def mall(self, mall_id: int, region: str | None = None) -> "Mall":
        return next(m for m in self.malls if m.mall_id == mall_id and region in {None, m.region})

    def before(self, interface: str, nth: int, callback: Callable[[], object]) -> None:
        """Run `callback` just before the nth call of this interface, counted from 1 since the sandbox was made, is
        processed. It runs in a thread of its own and without the lock, so it may wait for other calls.
        """
        self.callbacks.around(interface, nth).before.append(callback)

    def after(self, interface: str, nth: int, callback: Callable[[], object]) -> None:
        """The same, once the call has been processed and before its answer is sent, or its connection cut."""
        self.callbacks.around(interface, nth).after.append(callback)


class Mall:
    """A seller's shop."""

    def __init__(  # noqa: PLR0915 - it has many departments
        self,
        sandbox: Sandbox,
        *,
        region: str,
        source: random.Random,
        shop: SemiManagedShop | None = None,
        of: "Mall | None" = None,
    ) -> None:
        self.sandbox = sandbox
        self.region = region
        self.source = source
        self.mall_id: int = making.fifteen_digits(source) if of is None else of.mall_id
        self.shop = shop
        """The shop that it is a region's part of; None for a local mall, which is one by itself."""
        self.mall_type = 100 if shop is None else 1
        """What Temu calls it, whatever its tokens serve."""
        self.goods: list[Goods] = [] if of is None else of.goods
        self._skus_of: dict[int, list[Goods]] = {}
        self._known = 0
        self.orders: dict[str, ParentOrder] = {}
        self.listing_delay = 0
        """How many seconds pass before a new order is listed."""
        self.listing = Listing(self.orders)
        # Of its own, so that what is shipped doesn't change the numbers of the orders that come after.
        self.shipping_source = random.Random(f"shipping/{self.mall_id}{region if of else ''}")
        self.addresses = first_addresses(self.shipping_source)
        self.labels = LabelDesk(random.Random(f"labels/{self.mall_id}{region if of else ''}"))
        """Labels bought from Temu, and the money for them."""
        self.label_files = LabelFiles()
        self.packages: list[Package] = []
        """What calls have confirmed, and so not what `ship` did."""
        self._packages_of: dict[str, list[Package]] = {}
        self.stock: dict[int, int] = {}
        """By SKU id, what the mall offers; nothing until it is told."""
        self.pre_sale_stock: dict[int, int] = {}
        """The same, of goods that are sold before they can be sent."""
        self.stock_history: list[StockEntry] = []
        self.stock_lag = 0.0
        """How many seconds readings of stock lag behind."""
        self.shelf = Shelf()
        """What is for sale, and what isn't."""
        self.sales_lower_stock = True
        """Whether a new order lowers what the mall offers. Temu's pages don't say."""
        self.usual_warnings = list(USUAL_WARNINGS.get(region, ()))
        """The fulfillment warnings that every order of the mall carries from the beginning."""
        self.number_warnings: dict[str, str] = {}
        """By tracking number, what an answer that accepts it says of it."""
        self.authorised_events = set(SELLERS_EVENTS)
        """Those that the seller lets the app have."""
        self.subscribed_events: set[str] = set()
        """Those that the app has asked for."""
        self.address_refusal: int | None = None
        """The code with which all its addresses are refused: an agreement that isn't signed, or a limit of the shop's."""
        self._parent_of: dict[str, ParentOrder] = {}
        self.cancellations = Cancellations(self)
        self.out_of_stock = OutOfStock(self)
        self.invoices = Invoices(self)
        self.prices = Prices(self)
        self.returns = Returns(self)
        self._main = self._issue(
            set(SCOPES_OF_PURPOSE["all" if shop is None else "orders"]), self.now() + A_YEAR
        )
        if shop is not None:
            shop.add_warehouse(REGIONS[region].site_id, f"{region} Hub")

    def now(self) -> int:
        return int(self.sandbox.clock())

    @property
    def delisted(self) -> set[int]:
        """SKU ids that are off the shelf, and so not for sale."""
        return self.shelf.delisted

    @delisted.setter
    def delisted(self, sku_ids: set[int]) -> None:
        self.shelf.delisted = sku_ids

    def add_goods(
        self,
        title: str = "Ceramic mug",
        sku_code: str = "",
        *,
        spec: str = "Blue",
        is_mapped_in_demo: bool = True,
        sold_factor: int = 1,
        sku_id_in_orders: SkuIdTold | None = None,
    ) -> Goods:
        """Of a semi-managed mall, orders don't tell its skuId unless that is asked for."""
        with self.sandbox.lock:
            code = sku_code or f"SKU-{len(self.goods) + 1:03d}"
            goods = making.goods(
                self.source, title=title, sku_code=code, spec=spec, is_mapped_in_demo=is_mapped_in_demo
            )
            goods = replace(
                goods,
                sold_factor=sold_factor,
                product_skc_id=0 if self.shop is None else goods.product_id + 1,
                sku_id_in_orders=sku_id_in_orders or ("number" if self.shop is None else "null"),
            )
            self.goods.append(goods)
            return goods

    def add_address(self, name: str, *, is_default: bool = False) -> ShippingAddress:
        """A default one takes the place of the default before it."""
        with self.sandbox.lock:
            added = ShippingAddress(address_id(self.shipping_source), name, is_default)
            if is_default:
                self.addresses = [replace(one, is_default=False) for one in self.addresses]
            self.addresses.append(added)
            return added

    def keep_package(self, package: Package) -> None:
        self.packages.append(package)
        self._packages_of.setdefault(package.order_sn, []).append(package)

    def replace_package(self, package: Package, by: Package) -> None:
        for kept in (self.packages, self._packages_of[package.order_sn]):
            kept[kept.index(package)] = by

    def parent_of(self, order_sn: str) -> ParentOrder:
        return self._parent_of[order_sn]

    def packages_of(self, order_sn: str) -> list[Package]:
        """Of `packages`, those that hold pieces of this order line."""
        return self._packages_of.get(order_sn, [])

    def add_variant(self, of: Goods, sku_code: str, *, spec: str = "Red") -> Goods:
        """A further SKU of the same goods."""
        with self.sandbox.lock:
            made = making.goods(self.source, title=of.title, sku_code=sku_code, spec=spec)
            variant = replace(made, goods_id=of.goods_id)
            if self.shop is not None:
                variant = replace(
                    of,
                    sku_id=made.sku_id,
                    product_sku_id=made.product_sku_id,
                    sku_code=made.sku_code,
                    spec=made.spec,
                )
            self.goods.append(variant)
            return variant

    def skus_of(self, goods_id: int) -> list[Goods]:
        """Without a look at all goods, of which a mall may have a hundred thousand."""
        for goods in self.goods[self._known :]:
            self._skus_of.setdefault(goods.goods_id, []).append(goods)
        self._known = len(self.goods)
        return self._skus_of.get(goods_id, [])

    def set_stock(self, sku_id: int, figure: int, *, is_sale: bool = False) -> None:
        with self.sandbox.lock:
            self.stock[sku_id] = figure
            self.stock_history.append(StockEntry(self.sandbox.clock(), sku_id, figure, is_sale))

    def add_order(
        self,
        *,
        status: int = 2,
        items: list[tuple[Goods, int]] | None = None,
        fulfillment: str = BY_SELLER,
        ordered_at: int | None = None,
        updated_at: int | None = None,
        address: dict[str, str] | None = None,
        unit_price_cents: int = 1999,
        currency: str | None = None,
        shipping_cents: int = 0,
        amounts_ready: bool = True,
    ) -> ParentOrder:
        """An order as it is now; without items it is of one piece of the mall's first goods."""
        with self.sandbox.lock:
            created = ordered_at or self.now()
            order = making.order(
                self.source,
                REGIONS[self.region],
                status=status,
                items=[(goods, pieces, unit_price_cents) for goods, pieces in items or self._anything()],
                fulfillment=fulfillment,
                ordered_at=created,
                updated_at=updated_at or created,
                address=address or {},
                currency=currency,
            )
            order.shipping_cents, order.amounts_ready = shipping_cents, amounts_ready
            return self.keep(order)

    def _anything(self) -> list[tuple[Goods, int]]:
        return [(self.goods[0] if self.goods else self.add_goods(), 1)]

    def keep(self, order: ParentOrder) -> ParentOrder:
        self.orders[order.number] = order
        order.fulfillment_warnings = [*self.usual_warnings, *order.fulfillment_warnings]
        if self.sales_lower_stock and self.shop is not None:
            for line in order.items:
                pieces = line.remaining * line.goods.sold_factor
                self.shop.sell(line.goods.product_sku_id, pieces, site_id=order.site_id)
        elif self.sales_lower_stock:
            for line in order.items:
                if line.goods.sku_id in self.stock:
                    left = max(self.stock[line.goods.sku_id] - line.remaining, 0)
                    self.set_stock(line.goods.sku_id, left, is_sale=True)
        self._parent_of.update((line.number, order) for line in order.items)
        self.listing.put_in(order)
        self.sandbox.events.status_may_have_changed(self, order)
        return order

    def newest_first(self, sort: Sort = "updateTime") -> list[ParentOrder]:
        """The mall's own list: whoever changes times by hand, and doesn't call `touch`, sorts it again."""
        return self.listing.newest_first(sort)

    def touch(self, number: str) -> None:
        """The order has changed now; call it after changing an order by hand."""
        with self.sandbox.lock:
            order = self.orders[number]
            self.listing.take_out(order)
            order.updated_at = max(self.now(), order.updated_at + 1)
            self.listing.put_in(order)
            self.sandbox.events.status_may_have_changed(self, order)

    def cancel(self, number: str) -> None:
        with self.sandbox.lock:
            lifecycle.cancel(self.orders[number])
            self.touch(number)

    def cancel_pieces(self, order_sn: str, pieces: int) -> None:
        with self.sandbox.lock:
            order = self._parent_of[order_sn]
            lifecycle.cancel_pieces(order, order.line(order_sn), pieces)
            self.touch(order.number)

    def request_cancel(
        self,
        number: str,
        order_sns: Iterable[str] | None = None,
        pieces: Mapping[str, int] | None = None,
    ) -> CancelRequest:
        """The buyer asks to have these order lines cancelled, or so many pieces of each; without either, all of it. Not
        documented whether the order's update time moves: it stays, which is the harder case for a client.
        """
        with self.sandbox.lock:
            return self.cancellations.ask(self.orders[number], order_sns, pieces)

    def withdraw_cancel(self, request: CancelRequest) -> None:
        """The buyer takes it back."""
        with self.sandbox.lock:
            self.cancellations.end(request, RequestStatus.WITHDRAWN)

    def deny_cancel(self, request: CancelRequest) -> None:
        with self.sandbox.lock:
            self.cancellations.end(request, RequestStatus.DENIED)

    def review_cancel(self, request: CancelRequest) -> None:
        """The seller has objected, and Temu reviews it."""
        with self.sandbox.lock:
            self.cancellations.review(request)

    def grant_cancel(
        self, request: CancelRequest, *, is_refunded: bool = True, order_follows: bool = True
    ) -> None:
        """Agreed: the refund is being made, or made; the order follows at once, or not yet."""
        with self.sandbox.lock:
            self.cancellations.grant(request, is_refunded=is_refunded, order_follows=order_follows)

    def follow_cancel(self, request: CancelRequest) -> None:
        """The order becomes what was granted."""
        with self.sandbox.lock:
            self.cancellations.follow(request)

    def review_out_of_stock(self, order_sn: str, *, is_approved: bool, order_follows: bool = True) -> None:
        """Temu decides on what the seller reported; what it approves is cancelled, at once or by `out_of_stock.follow`."""
        with self.sandbox.lock:
            self.out_of_stock.review(order_sn, is_approved=is_approved, order_follows=order_follows)

    def release(self, number: str) -> None:
        """From pending to unshipped."""
        with self.sandbox.lock:
            lifecycle.release(self.orders[number], now=self.now())
            self.touch(number)

    def ship(self, number: str) -> None:
        with self.sandbox.lock:
            lifecycle.ship(self.orders[number], now=self.now())
            self.touch(number)

    def mark(self, number: str, **marks: Unpack[Marks]) -> None:
        """What Temu says of the order beside its status: a request that waits, or a restriction."""
        with self.sandbox.lock:
            for name, value in marks.items():
                setattr(self.orders[number], name, value)
            self.touch(number)

    def deliver(self, number: str) -> None:
        with self.sandbox.lock:
            lifecycle.deliver(self.orders[number], now=self.now())
            self.touch(number)

    def change_address(self, number: str, **fields: str) -> None:
        """Fields by Temu's names, such as addressLine1."""
        with self.sandbox.lock:
            lifecycle.change_address(self.orders[number], fields)
            self.touch(number)
            self.sandbox.events.address_changed(self, self.orders[number])

    @property
    def token(self) -> str:
        return self._main.value

    @property
    def scopes(self) -> set[str]:
        return self._main.scopes

    @scopes.setter
    def scopes(self, scopes: set[str]) -> None:
        self._main.scopes = scopes

    @property
    def expires_at(self) -> int:
        return self._main.expires_at

    @expires_at.setter
    def expires_at(self, expires_at: int) -> None:
        self._main.expires_at = expires_at

    def replace_token(self) -> str:
        """A new token with the same scopes; the one before it is refused from now on."""
        with self.sandbox.lock:
            self._main.is_replaced = True
            self._main = self._issue(self._main.scopes.copy(), self.now() + A_YEAR)
            return self._main.value

    def expire_token(self) -> None:
        self._main.expires_at = self.now() - 1

    def revoke_token(self) -> None:
        """The seller has withdrawn the authorisation: Temu doesn't know the token any more."""
        with self.sandbox.lock:
            self.sandbox.tokens.pop(self._main.value, None)

    def add_token(self, purpose: str, *, app_key: str | None = None) -> str:
        """A second token: for "orders", for "products", or for "all"; with an app key, issued to that other app."""
        with self.sandbox.lock:
            is_partners = self.shop is not None and purpose == "products"
            scopes = set(SCOPES_OF_PURPOSE["partner" if is_partners else purpose])
            token = self._issue(scopes, self.now() + A_YEAR, app_key=app_key)
            token.is_partners = is_partners
            return token.value

    def _issue(self, scopes: set[str], expires_at: int, *, app_key: str | None = None) -> Token:
        token = Token(
            making.token(self.source),
            self.mall_id,
            scopes,
            expires_at,
            self.sandbox.app_key if app_key is None else app_key,
            region=self.region,
        )
        self.sandbox.tokens[token.value] = token
        return token


__all__ = ["Goods", "Mall", "OrderLine", "ParentOrder", "Sandbox"]
