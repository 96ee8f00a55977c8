"""What the sandbox refuses with: Temu's codes, in our words."""

from typing import Final

SUCCESS: Final = 1000000
BUSINESS_EXCEPTION: Final = 2000000

BAD_PARAMETERS: Final = 3000000
WRONG_SIGNATURE: Final = 3000001
NO_TYPE: Final = 3000002
UNKNOWN_TYPE: Final = 3000003
NO_TIMESTAMP: Final = 3000010
TIMESTAMP_AHEAD: Final = 3000011
TIMESTAMP_PAST: Final = 3000012
NO_DATA_TYPE: Final = 3000013
WRONG_DATA_TYPE: Final = 3000014
NO_APP_KEY: Final = 3000025
UNKNOWN_APP_KEY: Final = 3000026
# The app may not call this interface: by the older name of its key, and by the newer one. [A]
CLIENT_NOT_PERMITTED: Final = 3000021
APP_NOT_PERMITTED: Final = 3000027
NO_TOKEN: Final = 3000030
UNKNOWN_TOKEN: Final = 3000031
NOT_PERMITTED: Final = 3000032
TOKEN_OF_ANOTHER_APP: Final = 3000033
TOKEN_OVER: Final = 3000034
NO_SIGNATURE: Final = 3000040
TOO_MANY_CALLS: Final = 4000004
INTERNAL: Final = 7000000
SERVICE_ERROR: Final = 7000000

INVALID_CODE: Final = 110020002
TOO_MANY_EVENTS: Final = 110020005
EVENTS_TWICE: Final = 110020006
EVENT_NOT_AUTHORISED: Final = 110020008
EVENT_NOT_THE_APPS: Final = 110020009

WRONG_KIND_OF_SHOP: Final = 140020001
ORDER_UNKNOWN: Final = 140020002
AMOUNTS_NOT_READY: Final = 140020008
CONFIRM_TIMES_SWAPPED: Final = 140020012
PARAMETER_MISSING: Final = 140020013
NOT_IN_SECONDS: Final = 140020014
COUNTRY_WITHOUT_ADDRESSES: Final = 180020001
ADDRESS_REFUSED: Final = 180020003
DATA_AGREEMENT_UNSIGNED: Final = 180020008
BOUGHT_LABELS_ONLY: Final = 180020030

AFTER_SALES_PARAMETERS: Final = 130010001
ALL_SHIPPED: Final = 130010002
OPERATION_FORBIDDEN: Final = 130010005

OUT_OF_STOCK_PARAMETERS: Final = 140040001
NOTHING_TO_FULFIL: Final = 140040002
OUT_OF_STOCK_LATER: Final = 140040003
NEVER_OUT_OF_STOCK: Final = 140040004

INVOICE_QUERY: Final = 200020001
INVOICE_CONTENT: Final = 200030002
INVOICE_ORDER: Final = 200030003
PAYABLES: Final = 130010003
AFTER_SALES_UNKNOWN: Final = 130010004
AFTER_SALES_FORBIDDEN: Final = 130010005
RETURN_LABEL_INVALID: Final = 130010006
RETURN_NUMBER_INVALID: Final = 130010007
ADDRESS_OF_A_REFUND: Final = 180021002
LABEL_IS_THERE: Final = 180021003
LABEL_NOT_WANTED: Final = 180021004

NOT_THE_SELLERS_TO_SHIP: Final = 120011030
INVALID_PARAMETERS: Final = 120011020
SUB_PACKAGES_OF_MORE_THAN_ONE: Final = 120011045
NOT_BY_USPS: Final = 120011059
NOT_BY_FEDEX: Final = 120011092
WRONG_REGION: Final = 120011072
SHIPPING_ADDRESS_UNKNOWN: Final = 120011085
TOO_MANY_SUB_PACKAGES: Final = 120011098
ALREADY_SHIPPED: Final = 120012004
SHIPMENT_ORDER_UNKNOWN: Final = 120012007
ADDRESSES_DIFFER: Final = 120012015
SHIPMENT_ORDER_INVALID: Final = 120012016
ADDRESS_CHANGE_PENDING: Final = 120012023
CANCEL_PENDING: Final = 120012030
RISK_ALERT_PENDING: Final = 120012031
OWN_LABEL_FORBIDDEN: Final = 120012034
ORDER_TWICE_IN_PACKAGE: Final = 120012041
QUANTITY_DIFFERS: Final = 120013002
NO_TRACKING_NUMBER: Final = 120014001
NUMBER_TWICE: Final = 120014003
NUMBER_USED: Final = 120014004
SYMBOLS_IN_NUMBER: Final = 120014020
CARRIER_OR_NUMBER_WRONG: Final = 120014022
NUMBER_INVALID: Final = 120014023
CARRIER_EXCLUDED: Final = 120015040
US_TO_CA_NOT_TOGETHER: Final = 120015518
SUB_PACKAGE_NOT_TO_EDIT: Final = 120015520
NO_SHIPPING_ADDRESS: Final = 120015527
CASH_ON_DELIVERY: Final = 120015528
PACKAGE_NOT_TO_EDIT: Final = 120015529
ONLY_TEMUS_LABELS: Final = 120015537
NOT_TOGETHER: Final = 120015539
SIGNATURE_NOT_TOGETHER: Final = 120015543
CANCELLATION_UNDER_REVIEW: Final = 120017007
PACKAGE_UNKNOWN: Final = 120018027

# Of labels that are bought.
WAREHOUSE_INVALID: Final = 120011006
SERVICE_NOT_FOR_THIS: Final = 120015037
CASH_ON_DELIVERY_LATER: Final = 120011053
NO_SUCH_SERVICE: Final = 120011110
NO_SHIP_COMPANY: Final = 120011112
LABEL_WITHOUT_ORDER: Final = 120011113
ORDER_INCOMPLETE: Final = 120012003
LABEL_REQUESTED_BEFORE: Final = 120012013
NOTHING_TO_SHIP: Final = 120012012
LABEL_NOT_TO_BE_PRINTED_YET: Final = 120012038
NUMBER_OF_ANOTHER_PACKAGE: Final = 120014002
LABEL_BOUGHT: Final = 120012020
RISK_ALERT: Final = 120012061
ONE_WAY_OF_SERVICE: Final = 120015032
PACKAGE_INFORMATION_WRONG: Final = 120015507
WEIGHT_NOT_WHOLE: Final = 120015521
HOURS_INVALID: Final = 120015532
ADVANCE_SALE_NOT_TOGETHER: Final = 120015533
ADVANCE_SALE_LATER: Final = 120015534
SIGNATURE_NEEDED: Final = 120015544
SIGN_SERVICE_NEEDED: Final = 120015545
LABEL_NOT_FAILED: Final = 120018002
PACKAGES_CANCELLED: Final = 120018010
MANIFEST_NEEDED: Final = 120018012
AFTER_SALES_OPEN: Final = 120018025
RETRY_OF_OTHER_PIECES: Final = 120018004
RETRIED_BEFORE: Final = 120018017
FUNDS_RESERVED: Final = 120018063
TWO_LISTS_OF_ORDERS: Final = 120018070
ORDER_OF_ANOTHER_PARENT: Final = 120018071
NO_LIST_OF_ORDERS: Final = 120018072
TOO_MANY_PARCELS: Final = 120019030

BAD_STOCK_PARAMETERS: Final = 150010003
NOT_THE_MALLS_GOODS: Final = 150010188
NOT_THE_GOODS_SKU: Final = 150010189
PRICE_SKU_TWICE: Final = 150010190
REASON_TWICE: Final = 150010191
CLOTHES_DIFFER: Final = 150010192
TOO_MANY_REASONS: Final = 150010197
TOO_MANY_PRICE_SKUS: Final = 150010198
IN_ACTIVITY: Final = 150010233
TOO_MANY_DECIMALS: Final = 150011018
CHANGE_UNCONFIRMED: Final = 150011101
SKU_TWICE: Final = 150013001
NUMBER_OUT_OF_RANGE: Final = 150013002
TWO_WAYS_AT_ONCE: Final = 150013003

# One published client passes its words on as they come; what else Temu says of the partner host's stock isn't known. [B]
BUSINESS_REFUSAL: Final = 2000090

MESSAGES: Final = {
    BUSINESS_EXCEPTION: "the business rules don't allow this",
    BAD_PARAMETERS: "the parameters are wrong",
    WRONG_SIGNATURE: "the signature is wrong",
    NO_TYPE: "the body names no interface",
    UNKNOWN_TYPE: "no such interface",
    NO_TIMESTAMP: "the body has no timestamp",
    TIMESTAMP_AHEAD: "the timestamp is none, or too far ahead",
    TIMESTAMP_PAST: "the timestamp is too old",
    NO_DATA_TYPE: "the body has no data_type",
    WRONG_DATA_TYPE: "data_type can only be JSON",
    NO_APP_KEY: "the body has no app_key",
    UNKNOWN_APP_KEY: "no such app",
    CLIENT_NOT_PERMITTED: "the client_id has no permission for this interface",
    APP_NOT_PERMITTED: "the app has no permission for this interface",
    NO_TOKEN: "the body has no access_token",
    UNKNOWN_TOKEN: "no such token",
    NOT_PERMITTED: "the seller hasn't authorised this interface for the token",
    TOKEN_OF_ANOTHER_APP: "the token was issued to another app",
    TOKEN_OVER: "the token has expired or was replaced",
    NO_SIGNATURE: "the body has no signature",
    TOO_MANY_CALLS: "more calls than the app may make",
    INTERNAL: "something went wrong inside",
    SERVICE_ERROR: "BUSINESS_SERVICE_ERROR",
    INVALID_CODE: "the code is wrong, was used or is too old",
    TOO_MANY_EVENTS: "a list takes at most 20 events",
    EVENTS_TWICE: "the same event is to be added and to be cancelled",
    EVENT_NOT_AUTHORISED: "the seller hasn't authorised this event for the token",
    EVENT_NOT_THE_APPS: "the app doesn't take this event",
    WRONG_KIND_OF_SHOP: "the interface doesn't serve this kind of shop",
    ORDER_UNKNOWN: "no such order",
    AMOUNTS_NOT_READY: "the amounts are still being computed; try again later",
    CONFIRM_TIMES_SWAPPED: "parentConfirmTimeEnd must be later than parentConfirmTimeStart",
    PARAMETER_MISSING: "a parameter is missing",
    NOT_IN_SECONDS: "a time must be in seconds",
    COUNTRY_WITHOUT_ADDRESSES: "addresses of this country can't be asked for",
    ADDRESS_REFUSED: "no address for this order",
    DATA_AGREEMENT_UNSIGNED: "the seller is to sign the data agreement first",
    BOUGHT_LABELS_ONLY: "the shop is limited to labels bought from Temu",
    AFTER_SALES_PARAMETERS: "the parameter is illegal",
    ALL_SHIPPED: "the whole order has left",
    OPERATION_FORBIDDEN: "this can't be done to the request",
    OUT_OF_STOCK_PARAMETERS: "the parameters are wrong",
    NOTHING_TO_FULFIL: "nothing like that is to be fulfilled",
    OUT_OF_STOCK_LATER: "try again later",
    NEVER_OUT_OF_STOCK: "nothing of it was reported as out of stock",
    INVOICE_QUERY: "the query doesn't keep to the rules",
    INVOICE_CONTENT: "the invoice's content is invalid",
    INVOICE_ORDER: "the parent order is invalid",
    PAYABLES: "the account has something to pay first",
    AFTER_SALES_UNKNOWN: "no such after-sales order",
    AFTER_SALES_FORBIDDEN: "this may not be done to it now",
    RETURN_LABEL_INVALID: "the return label is invalid",
    RETURN_NUMBER_INVALID: "the tracking number is invalid",
    ADDRESS_OF_A_REFUND: "a refund without a return has no address",
    LABEL_IS_THERE: "the label was uploaded, so the address isn't told any more",
    LABEL_NOT_WANTED: "no label is wanted, so the address isn't told",
    NOT_THE_SELLERS_TO_SHIP: "a cooperating warehouse ships this order",
    SUB_PACKAGES_OF_MORE_THAN_ONE: "sub-packages are for one piece of one order",
    NOT_BY_USPS: "shipments by tracking number of USPS aren't taken; buy a label of Temu's",
    NOT_BY_FEDEX: "shipments by tracking number of FedEx aren't taken; buy a label of Temu's",
    WRONG_REGION: "the request is at the address of another region",
    SHIPPING_ADDRESS_UNKNOWN: "no such selfShippingWarehouseId",
    TOO_MANY_SUB_PACKAGES: "a package takes at most 10 sub-packages",
    ALREADY_SHIPPED: "the order has been shipped before; this call changes nothing",
    SHIPMENT_ORDER_UNKNOWN: "no such order, or not of this parent order",
    ADDRESSES_DIFFER: "the parent orders go to different addresses",
    SHIPMENT_ORDER_INVALID: "the order can't be shipped, or isn't what the call says of it",
    ADDRESS_CHANGE_PENDING: "the buyer has asked for another address, and nobody has answered",
    CANCEL_PENDING: "the buyer has asked to cancel, and nobody has answered",
    RISK_ALERT_PENDING: "the parent order is under a risk alert",
    OWN_LABEL_FORBIDDEN: "the shop may not confirm shipments by tracking number; buy a label of Temu's",
    ORDER_TWICE_IN_PACKAGE: "a package names the same order twice",
    QUANTITY_DIFFERS: "the quantity isn't what is to be shipped",
    NO_TRACKING_NUMBER: "the tracking number is blank",
    NUMBER_TWICE: "the same tracking number for two packages",
    NUMBER_USED: "the tracking number was used before",
    SYMBOLS_IN_NUMBER: "the tracking number may hold letters and digits only",
    CARRIER_OR_NUMBER_WRONG: "the carrier or the tracking number is wrong",
    NUMBER_INVALID: "the tracking number is invalid",
    CARRIER_EXCLUDED: "the buyer doesn't want the parent order from this carrier; choose another",
    INVALID_PARAMETERS: "the parameters are invalid",
    SUB_PACKAGE_NOT_TO_EDIT: "a sub-package can't be turned into a shipment of one's own",
    PACKAGE_NOT_TO_EDIT: "the package can't be edited any more",
    CANCELLATION_UNDER_REVIEW: "a request to cancel is under review, and the order can't be shipped",
    PACKAGE_UNKNOWN: "no such packageSn",
    NO_SHIPPING_ADDRESS: "selfShippingWarehouseId is missing",
    CASH_ON_DELIVERY: "an order that is paid at the door takes Temu's own labels only",
    ONLY_TEMUS_LABELS: "the order takes Temu's own labels only",
    NOT_TOGETHER: "the parent orders can't be shipped together",
    WAREHOUSE_INVALID: "no such warehouseId, or none for our labels",
    SERVICE_NOT_FOR_THIS: "the logistics provider doesn't do this",
    CASH_ON_DELIVERY_LATER: "an order that is paid at the door can't be shipped later",
    NO_SUCH_SERVICE: "no channelId that fits",
    NO_SHIP_COMPANY: "shipCompanyId is missing",
    LABEL_WITHOUT_ORDER: "an entry of orderSendInfoList has no orderSn",
    ORDER_INCOMPLETE: "not all of the parent order is in the call",
    LABEL_BOUGHT: "a label of ours was bought for the order",
    LABEL_REQUESTED_BEFORE: "asked for before; see bg.logistics.shipment.result.get",
    RISK_ALERT: "the parent order is under a risk alert",
    ONE_WAY_OF_SERVICE: "channelId or shipLogisticsType, one of them",
    PACKAGE_INFORMATION_WRONG: "what is told of the package is wrong",
    WEIGHT_NOT_WHOLE: "the weight must be a whole number",
    HOURS_INVALID: "no such shipLaterLimitTime",
    ADVANCE_SALE_NOT_TOGETHER: "orders sold in advance and others can't be shipped together",
    ADVANCE_SALE_LATER: "an order sold in advance is to be shipped later",
    SIGNATURE_NEEDED: "the orders are to be signed for: signatureOnDelivery",
    SIGN_SERVICE_NEEDED: "the orders are to be signed for: signServiceId",
    NOTHING_TO_SHIP: "nothing of it can be shipped",
    LABEL_NOT_TO_BE_PRINTED_YET: "too early for the file: see earliestTimeGetShippingDocument",
    NUMBER_OF_ANOTHER_PACKAGE: "the tracking number isn't the package's",
    PACKAGES_CANCELLED: "the packages were cancelled",
    MANIFEST_NEEDED: "the carrier wants a manifest before it is printed",
    AFTER_SALES_OPEN: "a buyer waits for an answer",
    LABEL_NOT_FAILED: "the package hasn't failed",
    RETRY_OF_OTHER_PIECES: "only warehouse, measures and service can be changed",
    RETRIED_BEFORE: "it isn't tried again twice",
    FUNDS_RESERVED: "the mall's money is kept back, so nothing can be bought",
    TWO_LISTS_OF_ORDERS: "orderSnList or shipOrderInfoList, not both",
    ORDER_OF_ANOTHER_PARENT: "the order isn't of this parent order",
    NO_LIST_OF_ORDERS: "orderSnList or shipOrderInfoList is missing",
    TOO_MANY_PARCELS: "too many packages",
    BAD_STOCK_PARAMETERS: "the parameters are wrong",
    NOT_THE_MALLS_GOODS: "the goods are not the mall's",
    NOT_THE_GOODS_SKU: "the SKU is not the goods'",
    PRICE_SKU_TWICE: "a SKU stands in the call twice",
    REASON_TWICE: "a reason stands in the call twice",
    CLOTHES_DIFFER: "SKUs of clothes have one price and one reason",
    TOO_MANY_REASONS: "too many reasons",
    TOO_MANY_PRICE_SKUS: "too many SKUs",
    IN_ACTIVITY: "the goods take part in an activity, or did lately: the price can't fall",
    TOO_MANY_DECIMALS: "more decimals than the currency has",
    CHANGE_UNCONFIRMED: "the price changes by more than it may; repeat the call within 30 minutes to confirm it",
    SKU_TWICE: "a SKU stands in the call twice",
    NUMBER_OUT_OF_RANGE: "a number must be from 0 to 1000000",
    TWO_WAYS_AT_ONCE: "targets and changes can't go together",
    US_TO_CA_NOT_TOGETHER: "orders with the label US-to-CA and orders without it can't be shipped together",
    SIGNATURE_NOT_TOGETHER: "an order to be signed for can't be shipped together with others",
}


class RefusedError(Exception):
    """A call that is answered with a code other than success."""

    def __init__(self, code: int, message: str | None = None) -> None:
        self.code = code
        self.message = message or MESSAGES.get(code, "refused")
        super().__init__(f"{code} {self.message}")
