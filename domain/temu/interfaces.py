"""Temu's interfaces by name, and what stops working without each; testSettings tells this to a person (C3)."""

TOKEN_INFO = "bg.open.accesstoken.info.get"  # noqa: S105 - the name of an interface
TOKEN_CREATE = "bg.open.accesstoken.create"  # noqa: S105 - the name of an interface
ORDER_LIST = "bg.order.list.v2.get"
ORDER_ADDRESS = "bg.order.shippinginfo.v2.get"
ORDER_AMOUNTS = "bg.order.amount.query"
CARRIERS = "bg.logistics.companies.get"
SHIPPING_ADDRESSES = "bg.logistics.warehouse.list.get"
SHIPMENT_CONFIRM = "bg.logistics.shipment.v2.confirm"
SHIPMENT = "bg.logistics.shipment.v2.get"
COMBINED_SHIPMENTS = "bg.order.combinedshipment.list.get"
SHIPMENT_EDIT = "bg.logistics.shipment.shippingtype.update"
LABEL_RATES = "bg.logistics.shippingservices.get"
LABEL_CREATE = "bg.logistics.shipment.create"
LABEL_RESULT = "bg.logistics.shipment.result.get"
LABEL_RETRY = "bg.logistics.shipment.update"
LABEL_LIST = "temu.logistics.label.list.get"
LABEL_FILE = "bg.logistics.shipment.document.get"
LABEL_CONFIRM = "bg.logistics.shipped.package.confirm"
UNSHIPPED_PACKAGES = "bg.order.unshipped.package.get"
CANCELLATION_AGREE = "bg.aftersales.cancel.agree"
CANCELLATIONS = "bg.aftersales.cancel.list.get"
OUT_OF_STOCK = "temu.order.cancel.outofstock.apply"
OUT_OF_STOCK_RESULT = "temu.order.cancel.outofstock.result.get"
INVOICE_INFO = "temu.pay.tax.invoice.info.query"
INVOICE_DETAILS = "temu.pay.tax.invoice.detail.query"
INVOICE_SIGNATURE = "temu.pay.tax.get.galerie.signature"
INVOICE_UPLOAD = "temu.pay.tax.merchant.upload.invoice"
PRICE_CHANGE = "bg.local.goods.priceorder.change.sku.price"
PRICE_ORDERS = "bg.local.goods.priceorder.query"
PRICES = "bg.local.goods.sku.list.price.query"
RETURNS = "bg.aftersales.parentaftersales.list.get"
RETURN_LINES = "bg.aftersales.aftersales.list.get"
RETURN_PARCELS = "bg.aftersales.parentreturnorder.get"
RETURN_DETAIL = "temu.aftersales.parentaftersales.detail.get"
REFUND_ISSUE = "temu.aftersales.refund.issue"
RETURN_LABEL_PREPARE = "temu.aftersales.returnlabel.prepare.get"
RETURN_CARRIERS = "temu.aftersales.carrier.get"
RETURN_FILE_SIGNATURE = "temu.aftersales.signature.get"
RETURN_LABEL_UPLOAD = "temu.aftersales.upload.returnlabel"
SALE_STATUS_SET = "bg.local.goods.sale.status.set"
SKU_LIST = "bg.local.goods.sku.list.query"
STOCK_EDIT = "bg.local.goods.stock.edit"
STOCK = "temu.local.goods.sku.stock.query"
MESSAGE_UPDATE = "bg.tmc.message.update"

_NO_LABELS = "labels for returns can't be uploaded from here"

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
    PRICE_CHANGE: "no prices go out",
    PRICE_ORDERS: "what Temu makes of a price can't be followed, so none goes out",
    PRICES: "what Temu asks for products isn't shown, and a price that it has already is sent once more",
    SALE_STATUS_SET: "listings can't be put on sale or taken off from here",
}

# Of these no flow stops; what they would bring comes later or not at all. The first token may permit them.
OPTIONAL_INTERFACES = {
    RETURNS: "returns don't come in",
    RETURN_LINES: "of returns whose details aren't permitted either, lines aren't known",
    RETURN_PARCELS: "returns come in without tracking",
    RETURN_DETAIL: "returns come in without reasons and amounts, so nothing is refunded from here",
    REFUND_ISSUE: "refunds can't be issued from here",
    RETURN_LABEL_PREPARE: _NO_LABELS,
    RETURN_CARRIERS: _NO_LABELS,
    RETURN_FILE_SIGNATURE: _NO_LABELS,
    RETURN_LABEL_UPLOAD: _NO_LABELS,
    COMBINED_SHIPMENTS: "whether orders may go in one parcel is only seen when their tracking goes out",
    LABEL_RATES: "labels can't be bought from Temu here: what they cost can't be asked",
    LABEL_CREATE: "labels can't be bought from Temu here",
    LABEL_RESULT: "whether a bought label is made can't be seen, nor its tracking number",
    LABEL_RETRY: "a label that failed can't be tried again from here",
    LABEL_LIST: "whether a label was bought can't be found out where Temu's answer is lost",
    CANCELLATION_AGREE: "buyers' requests to cancel can't be agreed to from here",
    INVOICE_INFO: "which orders of the EU have an invoice isn't seen",
    INVOICE_DETAILS: "which orders of the EU want an invoice isn't seen",
    INVOICE_SIGNATURE: "invoices can't be uploaded from here",
    INVOICE_UPLOAD: "invoices can't be uploaded from here",
    OUT_OF_STOCK: "Temu can't be told from here that something can't be sent for want of stock",
    OUT_OF_STOCK_RESULT: "what Temu says to a report of missing stock isn't seen, so its order stays held back",
    LABEL_FILE: "files of bought labels can't be fetched, so these are printed in the seller centre",
    LABEL_CONFIRM: "parcels with bought labels can't be confirmed as shipped, so Temu does it by itself after some days",
    UNSHIPPED_PACKAGES: "labels that are bought in the seller centre don't appear here",
    SHIPMENT_EDIT: "a tracking number that Temu has can't be corrected from here",
    MESSAGE_UPDATE: "orders come within the schedule instead of seconds after they change",
}

# Of these the EU alone has any [B: a table of interfaces for each region].
INVOICE_INTERFACES = frozenset({INVOICE_INFO, INVOICE_DETAILS, INVOICE_SIGNATURE, INVOICE_UPLOAD})

# What stops without all of some interfaces, instead of what stops without each.
TOGETHER = {
    "returns don't come in, and nothing about them can be done from here": {
        RETURNS, RETURN_LINES, RETURN_PARCELS, RETURN_DETAIL, REFUND_ISSUE,
        RETURN_LABEL_PREPARE, RETURN_CARRIERS, RETURN_FILE_SIGNATURE, RETURN_LABEL_UPLOAD,
    },
    "labels can't be bought from Temu here, and those that are bought in the seller centre are not seen": {
        LABEL_RATES, LABEL_CREATE, LABEL_RESULT, LABEL_RETRY, LABEL_LIST, LABEL_FILE, LABEL_CONFIRM, UNSHIPPED_PACKAGES,
    },
    "invoices of orders of the EU are neither seen nor uploaded from here": {*INVOICE_INTERFACES},
    OPTIONAL_INTERFACES[OUT_OF_STOCK]: {OUT_OF_STOCK, OUT_OF_STOCK_RESULT},
    "prices are neither seen nor changed from here": {PRICE_CHANGE, PRICE_ORDERS, PRICES},
}  # fmt: skip
