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
PACKAGE_UNKNOWN: Final = 120018027

BAD_STOCK_PARAMETERS: Final = 150010003
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
    PACKAGE_UNKNOWN: "no such packageSn",
    NO_SHIPPING_ADDRESS: "selfShippingWarehouseId is missing",
    CASH_ON_DELIVERY: "an order that is paid at the door takes Temu's own labels only",
    ONLY_TEMUS_LABELS: "the order takes Temu's own labels only",
    NOT_TOGETHER: "the parent orders can't be shipped together",
    BAD_STOCK_PARAMETERS: "the parameters are wrong",
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
