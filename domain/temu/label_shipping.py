"""Files of bought labels, and their packages until these leave, in Temu's words."""

from collections.abc import Mapping, Sequence

from domain import text
from domain.temu.client import TemuClient
from domain.temu.errors import TemuUnavailable
from domain.temu.interfaces import LABEL_CONFIRM, LABEL_FILE, UNSHIPPED_PACKAGES
from domain.temu.messages import Struct, convert_or_unavailable, warnings_of
from domain.temu.paging import ListPage

# The documents name no limit; as of orders.
PAGE_SIZE = 100
# By an order's number and that of its line [A].
Pieces = Mapping[tuple[str, str], int]


class UnshippedPiece(Struct):
    """Pieces of one line in a package."""

    parent_order_sn: int | str | None = None
    order_sn: int | str | None = None
    quantity: int | None = None


class UnshippedContents(Struct):
    """What of a package may leave, and what was cancelled since its label was bought."""

    shippable_orders: list[UnshippedPiece] | None = None
    canceled_orders: list[UnshippedPiece] | None = None


class UnshippedPackage(Struct):
    """A package whose label is made, and that has not left."""

    package_sn: int | str | None = None
    # MAIN, or SPLIT_LARGE_ITEM for a further box of another package's one piece [B: one published client].
    sub_package_type: str | None = None
    tracking_number: int | str | None = None
    carrier_id: int | str | None = None
    carrier_name: str | None = None
    package_detail: UnshippedContents | None = None

    @property
    def is_further_box(self) -> bool:
        """Whether it is confirmed with another package, and never by itself [A: 120011046]."""
        return self.sub_package_type not in {None, "", "MAIN"}

    def pieces(self) -> Pieces:
        """What may leave."""
        return _pieces(None if self.package_detail is None else self.package_detail.shippable_orders)

    def all_pieces(self) -> Pieces:
        """The same with what was cancelled."""
        cancelled = _pieces(None if self.package_detail is None else self.package_detail.canceled_orders)
        found = dict(self.pieces())
        for at, quantity in cancelled.items():
            found[at] = found.get(at, 0) + quantity
        return found


class UnshippedList(Struct):
    """bg.order.unshipped.package.get."""

    total_item_num: int | None = None
    unshipped_package: list[UnshippedPackage] | None = None


class FileRow(Struct):
    """Where the file of one label is."""

    package_sn: int | str | None = None
    url: str | None = None


class FileList(Struct):
    """bg.logistics.shipment.document.get."""

    shipping_label_url_list: list[FileRow] | None = None


async def file_url(temu: TemuClient, package_number: str) -> str:
    """Where the PDF of a label is, for ten minutes [A]. Asked for one by one: one that can't be had might refuse the others too."""
    parameters = {"documentType": "SHIPPING_LABEL_PDF", "packageSnList": [package_number]}
    result = await temu.read(LABEL_FILE, parameters)
    files = convert_or_unavailable(result, FileList, LABEL_FILE).shipping_label_url_list or []
    url = next((file.url for file in files if text.shown(file.package_sn) == package_number), None)
    if not url:
        raise TemuUnavailable("Temu named no file of this label.")
    return url


async def unshipped(temu: TemuClient, *, page: int, order_numbers: Sequence[str] = ()) -> ListPage:
    """A page of the packages that have a label and have not left, counted from 1: of all orders, or of these."""
    parameters: dict[str, object] = {"pageNumber": page, "pageSize": PAGE_SIZE}
    if order_numbers:
        parameters["parentOrderSnList"] = list(order_numbers)
    result = await temu.read(UNSHIPPED_PACKAGES, parameters, may_be_empty=True)
    message = convert_or_unavailable(result, UnshippedList, UNSHIPPED_PACKAGES)
    return ListPage(rows=message.unshipped_package or [], total=message.total_item_num)


async def confirm(
    temu: TemuClient, *, package_number: str, tracking_number: str, pieces: Pieces
) -> Sequence[str]:
    """Say that a package has left with these pieces, which have to be all that it holds [A: 120013002]. Returns what Temu warns of:
    a package that it warns of may not be confirmed [B]. Raises as send_once does.
    """
    detail = [
        {"parentOrderSn": parent, "orderSn": order, "quantity": quantity}
        for (parent, order), quantity in pieces.items()
    ]
    package = {"packageSn": package_number, "trackingNumber": tracking_number, "packageDetail": detail}
    return warnings_of(await temu.send_once(LABEL_CONFIRM, {"packageSendInfoList": [package]}))


def _pieces(rows: Sequence[UnshippedPiece] | None) -> Pieces:
    found: dict[tuple[str, str], int] = {}
    for row in rows or []:
        at = text.shown(row.parent_order_sn), text.shown(row.order_sn)
        if all(at) and row.quantity and row.quantity > 0:
            found[at] = found.get(at, 0) + row.quantity
    return found
