"""A call that confirms a shipment, read: what it must hold, and the forms that Temu takes it in."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from tests.sandbox import refusals
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import RefusedError

MOST_SUB_PACKAGES: Final = 10


class SendType(IntEnum):
    ONE_PACKAGE = 0
    SPLIT = 1
    TOGETHER = 2


@dataclass(frozen=True, slots=True)
class Box:
    carrier_id: int
    tracking_number: str
    address_id: str


@dataclass(frozen=True, slots=True)
class Piece:
    """So many of one order line, in one package."""

    parent_order_sn: str
    order_sn: str
    quantity: int
    goods_id: int | None
    sku_id: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One package, or one piece in several boxes."""

    box: Box
    pieces: list[Piece]
    sub_boxes: list[Box] = field(default_factory=list)
    accepted: frozenset[str] = frozenset()
    """What is denied by shipping all the same, in Temu's words, such as DENY_CANCELLATION."""

    @property
    def boxes(self) -> list[Box]:
        return [self.box, *self.sub_boxes]


@dataclass(frozen=True, slots=True)
class ShipmentRequest:
    send_type: SendType
    entries: list[Entry]

    @property
    def pieces(self) -> list[Piece]:
        return [piece for entry in self.entries for piece in entry.pieces]

    @property
    def boxes(self) -> list[Box]:
        return [box for entry in self.entries for box in entry.boxes]

    def accepted_for(self, parent_order_sn: str) -> frozenset[str]:
        """What every package with something of this order denies [C]: one that doesn't is refused for it."""
        of_order = [
            entry.accepted
            for entry in self.entries
            if any(piece.parent_order_sn == parent_order_sn for piece in entry.pieces)
        ]
        return frozenset.intersection(*of_order)

    @property
    def parents(self) -> list[str]:
        """Each parent order once, as first named."""
        return list(dict.fromkeys(piece.parent_order_sn for piece in self.pieces))


def read_request(parameters: Parameters) -> ShipmentRequest:
    send_type = parameters.required_whole("sendType", within=range(3))
    entries = [_entry(one) for one in parameters.required_parts("sendRequestList")]
    request = ShipmentRequest(SendType(send_type), entries)
    _check_form(request)
    for entry in entries:
        _check_sub_packages(entry)
    return request


def _entry(parameters: Parameters) -> Entry:
    return Entry(
        _box(parameters),
        [_piece(one) for one in parameters.required_parts("orderSendInfoList")],
        [_box(one) for one in parameters.parts("subSendRequests")],
        frozenset(parameters.texts("confirmAcceptance") or ()),
    )


def _box(parameters: Parameters) -> Box:
    carrier_id = parameters.required_whole("carrierId")
    tracking_number = parameters.text("trackingNumber") or ""
    if not tracking_number.strip():
        raise RefusedError(refusals.NO_TRACKING_NUMBER)
    address_id = parameters.text("selfShippingWarehouseId")
    if not address_id:
        raise RefusedError(refusals.NO_SHIPPING_ADDRESS)
    return Box(carrier_id, tracking_number, address_id)


def _piece(parameters: Parameters) -> Piece:
    return Piece(
        parameters.required_text("parentOrderSn"),
        parameters.required_text("orderSn"),
        parameters.required_whole("quantity", within=range(1, 2**31)),
        # Optional in the tables of three regions [A].
        parameters.whole("goodsId"),
        parameters.whole("skuId"),
    )


def _check_form(request: ShipmentRequest) -> None:
    """The page has no code for a form that doesn't go with its sendType, and the guide no form but these [C]."""
    parents, entries = len(request.parents), request.entries
    has_sub_packages = any(entry.sub_boxes for entry in entries)
    if request.send_type is SendType.ONE_PACKAGE and (len(entries) != 1 or has_sub_packages or parents != 1):
        raise _wrong_form("sendType 0 is one package of one parent order")
    if request.send_type is SendType.SPLIT:
        if parents != 1:
            raise _wrong_form("sendType 1 is of one parent order")
        if (len(entries) == 1) != has_sub_packages:
            raise _wrong_form("sendType 1 is several packages, or one piece with sub-packages")
    if request.send_type is SendType.TOGETHER and (len(entries) != 1 or has_sub_packages or parents < 2):
        raise _wrong_form("sendType 2 is one package of several parent orders")


def _check_sub_packages(entry: Entry) -> None:
    if not entry.sub_boxes:
        return
    if [piece.quantity for piece in entry.pieces] != [1]:
        raise RefusedError(refusals.SUB_PACKAGES_OF_MORE_THAN_ONE)
    if len(entry.sub_boxes) > MOST_SUB_PACKAGES:
        raise RefusedError(refusals.TOO_MANY_SUB_PACKAGES)


def _wrong_form(what: str) -> RefusedError:
    return RefusedError(refusals.BAD_PARAMETERS, what)
