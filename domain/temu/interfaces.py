"""Temu's interfaces by name, and what stops working without each; testSettings tells this to a person (C3)."""

TOKEN_INFO = "bg.open.accesstoken.info.get"  # noqa: S105 - the name of an interface
ORDER_LIST = "bg.order.list.v2.get"
ORDER_ADDRESS = "bg.order.shippinginfo.v2.get"
ORDER_AMOUNTS = "bg.order.amount.query"
CARRIERS = "bg.logistics.companies.get"
SHIPPING_ADDRESSES = "bg.logistics.warehouse.list.get"
SHIPMENT_CONFIRM = "bg.logistics.shipment.v2.confirm"
SHIPMENT = "bg.logistics.shipment.v2.get"
COMBINED_SHIPMENTS = "bg.order.combinedshipment.list.get"
SHIPMENT_EDIT = "bg.logistics.shipment.shippingtype.update"
CANCELLATION_AGREE = "bg.aftersales.cancel.agree"
CANCELLATIONS = "bg.aftersales.cancel.list.get"
SALE_STATUS_SET = "bg.local.goods.sale.status.set"
SKU_LIST = "bg.local.goods.sku.list.query"
STOCK_EDIT = "bg.local.goods.stock.edit"
STOCK = "temu.local.goods.sku.stock.query"
MESSAGE_UPDATE = "bg.tmc.message.update"

ORDER_INTERFACES = {
    ORDER_LIST: "no orders come in",
    ORDER_ADDRESS: "orders come in without recipient and address, so they can't be shipped",
    ORDER_AMOUNTS: "orders come in without amounts",
    CANCELLATIONS: "buyers' requests to cancel aren't seen, so their orders aren't held back",
    CARRIERS: "carriers can't be looked up, so no tracking goes out",
    SHIPPING_ADDRESSES: "the addresses that the mall ships from can't be looked up, so no tracking goes out",
    SHIPMENT_CONFIRM: "no tracking goes out",
    SHIPMENT: "whether Temu took tracking can't be checked, so what was cut off stays in doubt",
}

PRODUCT_INTERFACES = {
    STOCK_EDIT: "no stock goes out",
    STOCK: "what Temu offers can't be compared with what it was told",
    SKU_LIST: "listings can't be read, nor products be matched with them",
}

# Of these no flow of products stops.
OPTIONAL_PRODUCT_INTERFACES = {
    SALE_STATUS_SET: "listings can't be put on sale or taken off from here",
}

# Of these no flow stops; what they would bring comes later or not at all. The first token may permit them.
OPTIONAL_INTERFACES = {
    COMBINED_SHIPMENTS: "whether orders may go in one parcel is only seen when their tracking goes out",
    CANCELLATION_AGREE: "buyers' requests to cancel can't be agreed to from here",
    SHIPMENT_EDIT: "a tracking number that Temu has can't be corrected from here",
    MESSAGE_UPDATE: "orders come within the schedule instead of seconds after they change",
}
