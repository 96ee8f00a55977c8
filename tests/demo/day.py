"""What a seller does besides: each once, against the sandbox, and what became of it here and on Temu."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.demo import documents
from tests.demo.client import ApiError, Client
from tests.sandbox.mall import Mall
from tests.sandbox.model import Status
from tests.sandbox.returns import BuyerReturn

Row = tuple[str, str, str]
_ENDS = {"SUCCEEDED", "REFUSED", "UNCONFIRMED", "CANCELLED"}
_PARCEL = {
    "weight": {"value": "900", "unit": "GRAMS"},
    "dimensions": {"length": "30", "width": "20", "height": "10", "unit": "CENTIMETERS"},
}


@dataclass
class Day:
    """A seller's day at one mall; a very small mall may lack the orders for some of it."""

    client: Client
    mall: Mall
    company_id: str
    warehouse_id: str
    product_id: str
    asked: list[Any]
    """Orders of which the buyer is going to ask for a cancellation."""
    labelled: list[Any]
    """Orders that are sent with Temu's labels."""
    rows: list[Row] = field(default_factory=list[Row])
    _returns: list[BuyerReturn] = field(default_factory=list[BuyerReturn])

    def begin(self) -> None:
        """What buyers and Temu do."""
        self.mall.prices.is_approved_at_once, self.mall.labels.looks_until_made = True, 0
        for order in self.asked:
            self.mall.request_cancel(order["channelOrderId"])
        for order in self._run(documents.SHIPPED)["nodes"]:
            self._returns.append(self.mall.returns.ask(order["channelOrderId"]))
            self.mall.returns.arrive(self._returns[-1])

    def act(self) -> None:
        """What the seller does, once orders, returns and listings are imported: asked all at once, and waited for together."""
        made = self._run(documents.CREATE_PRODUCTS)["products"]
        self.rows.append(("Listings without a product", f"{len(made)} products", ""))
        listing = self.client.run(documents.PRODUCT, id=self.product_id)["listing"]
        returned = self._run(documents.RETURNS)["returns"]["nodes"] if self._returns else []
        labels = [self._buy(order) for order in self.labelled]
        actions = [label["action"]["id"] for label in labels] + self._price()
        actions += [
            self.client.run(documents.ACCEPT_CANCELLATION, orderId=order["id"])["action"]["id"]
            for order in self.asked
        ]
        for one in returned:
            most = one["refund"]["amount"]
            refund = self.client.run(documents.ISSUE_REFUND, returnId=one["id"], maxAmount=most)
            actions.append(refund["action"]["id"])
        actions += self._for_sale(listing, is_for_sale=False)
        self._wait(actions)
        was_off = bool(self.mall.delisted)
        later = self._for_sale(listing, is_for_sale=True)
        for label in labels:
            confirmed = self.client.run(documents.CONFIRM_LABEL, labelId=label["id"])
            later += [action["id"] for action in confirmed["actions"]]
        for one in returned:
            self._receive(one)
        self._wait(later)
        self._tell(labels, was_off=was_off)

    def _run(self, document: str, **variables: Any) -> Any:
        return self.client.run(document, companyId=self.company_id, **variables)

    def _buy(self, order: Any) -> Any:
        parcel = {"orderIds": [order["id"]], "warehouseId": self.warehouse_id} | _PARCEL
        rate = self.client.run(documents.SHIPPING_RATES, input=parcel)["rates"][0]
        purchase = parcel | {"serviceId": rate["serviceId"], "mostToPay": rate["price"]}
        bought = self.client.run(documents.BUY_LABEL, purchase=purchase)
        for error in bought["results"][0]["userErrors"]:
            raise ApiError(error["message"])
        return bought["labels"][0]

    def _price(self) -> list[str]:
        price = {"productId": self.product_id, "currencyCode": "USD"}
        self._run(documents.SET_MINIMUM_PRICE, minimum=price | {"amount": "10.00"})
        self._run(documents.UPDATE_PRICE, price=price | {"amount": "18.50"})
        job = self._run(documents.UPLOAD_PRICES)["job"]["id"]
        for _ in self.client.follow(documents.FOLLOW_JOB, id=job):
            pass
        now = self.client.run(documents.PRODUCT, id=self.product_id)
        return [action["id"] for action in now["channelActions"]["nodes"]]

    def _for_sale(self, listing: Any, *, is_for_sale: bool) -> list[str]:
        asked = self._run(documents.SET_FOR_SALE, listingId=listing["id"], isForSale=is_for_sale)
        return [action["id"] for action in asked["actions"]]

    def _receive(self, one: Any) -> None:
        lines = [
            {"lineId": line["id"], "quantity": line["quantity"], "condition": "SELLABLE"}
            for line in one["lines"]
        ]
        self.client.run(
            documents.RECEIVE_RETURN,
            input={
                "returnId": one["id"],
                "warehouseId": self.warehouse_id,
                "lines": lines,
                "idempotencyKey": one["channelReturnId"],
            },
        )
        pieces = sum(line["quantity"] for line in one["lines"])
        was_refunded = any(each.refunds == 1 for each in self._returns)
        told = f"{one['refund']['amount']} refunded" if was_refunded else "-"
        self.rows.append((f"{one['channelOrderId']} returned", f"{pieces} back on hand", told))

    def _wait(self, action_ids: list[str]) -> None:
        """Until Temu has done each; raises ApiError where it refused one."""
        for action_id in action_ids:
            while (action := self.client.run(documents.ACTION, id=action_id))["status"] not in _ENDS:
                time.sleep(0.3)
            if action["status"] != "SUCCEEDED":
                raise ApiError(action["message"] or action["status"])

    def _tell(self, labels: list[Any], *, was_off: bool) -> None:
        for order in self.asked:
            number = order["channelOrderId"]
            is_cancelled = self.mall.orders[number].status == Status.CANCELLED
            self.rows.append((f"{number} cancelled", "agreed to", "cancelled" if is_cancelled else "-"))
        sent = {label.tracking_number for label in self.mall.labels.labels if label.was_confirmed}
        for order, label in zip(self.labelled, labels, strict=True):
            now = self.client.run(documents.LABEL, id=label["id"])
            told = "handed over" if now["trackingNumber"] in sent else "-"
            cost = now["estimatedCost"]["amount"]
            self.rows.append((f"{order['channelOrderId']} by label", f"{now['carrier']}, {cost}", told))
        now = self.client.run(documents.PRODUCT, id=self.product_id)
        approved = [str(order.final) for order in self.mall.prices.orders]
        self.rows.append((f"Price of {now['sku']}", now["price"]["state"].lower(), ", ".join(approved)))
        told = "taken off, put back" if was_off and not self.mall.delisted else "-"
        status = now["listing"]["status"].lower().replace("_", " ")
        self.rows.append((f"Listing of {now['sku']}", status, told))
