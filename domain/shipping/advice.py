"""What each refusal of a shipment asks a person to do.

Codes: the reference page of bg.logistics.shipment.v2.confirm; 120015040 from that of bg.logistics.shipment.update.
"""

_OWN_LABELS = (
    "Temu doesn't take labels of one's own for this order. Buy the label with buyShippingLabels, at a price that shippingRates "
    "tells, or in the seller centre."
)
_CARRIER = (
    "Temu doesn't take this carrier's labels for this order. Send it by another and correct the package with "
    "updatePackage, or buy the label with buyShippingLabels or in the seller centre."
)
_CANCELLING = "The buyer has asked to cancel. Run importOrders, answer with acceptCancellation or declineCancellation, then upload again."
_UNDER_REVIEW = "Temu looks into a cancellation of this order. Wait for its decision, then upload again."
_ADDRESS = (
    "Temu doesn't take the address that this was shipped from. Check the channel warehouse code of its warehouse "
    "with setChannelWarehouseMappings, and the address in the seller centre."
)
_NUMBER = "Temu doesn't take this tracking number for this carrier. Check both, and ask the carrier."
_UNKNOWN = "Temu doesn't know this order or its items any more. Look it up in the seller centre."
_APART = "Temu doesn't take these orders in one parcel. Send them apart, or record the shipment in the seller centre."

_ADVICE = {
    120_012_030: _CANCELLING,
    120_017_007: _UNDER_REVIEW,
    120_012_023: "The buyer has asked to change the address. Agree or deny in the seller centre, then upload again.",
    120_012_031: "Temu is looking into this order. Wait for its message in the seller centre.",
    **dict.fromkeys(
        [120_012_034, 120_015_528, 120_015_537, 120_014_019, 120_011_030], _OWN_LABELS
    ),
    **dict.fromkeys([120_011_059, 120_011_092, 120_015_037], _CARRIER),
    120_015_040: f"The buyer has excluded this carrier. {_CARRIER}",
    **dict.fromkeys([120_011_085, 120_012_063, 120_012_064, 120_015_527, 120_011_006, 120_011_011], _ADDRESS),
    120_011_065: "The mall has no address to ship from. Enter one in the seller centre.",
    120_011_086: "Enter brand and kind of this address in the seller centre, then upload again.",
    **dict.fromkeys(
        [120_014_001, 120_014_005, 120_014_008, 120_014_022, 120_014_023], _NUMBER
    ),
    120_014_020: "Temu takes letters and digits only in a tracking number, without symbols such as - or #.",
    120_014_003: "This tracking number was given twice. Each package needs one of its own.",
    120_014_004: "This tracking number was used before. Each package needs one of its own.",
    **dict.fromkeys([120_012_015, 120_015_518, 120_015_539], _APART),
    120_015_543: "An order to be signed for can't go in one parcel with others. Ship it in the seller centre by itself.",
    120_012_041: "An order stands twice in one package.",
    120_011_045: "Only a package of a single piece can have further boxes.",
    120_011_098: "Temu takes at most 10 further boxes of one piece.",
    **dict.fromkeys(
        [120_015_026, 120_015_030], "This is a large item: only certain carriers may take it. See the seller centre."
    ),
    120_011_031: "An agreement with this carrier is not signed. Sign it on the seller centre's home page.",
    120_012_020: "A label of Temu's was bought for this order. Send it by that, or cancel it in the seller centre.",
    120_011_072: "This order belongs to another of Temu's regions. Check the company's region.",
    **dict.fromkeys([120_012_007, 120_012_016], _UNKNOWN),
}  # fmt: skip


# Codes of the page of bg.logistics.shipment.shippingtype.update alone.
_ON_CORRECTION = {
    120_015_529: "Temu lets this package be corrected no more. See to it in the seller centre.",
    120_018_049: "A pick-up is booked for this package. Cancel it in the seller centre, then run uploadTracking again.",
    **dict.fromkeys(
        [120_018_010, 120_018_015],
        "This package is cancelled on Temu. See to its order in the seller centre.",
    ),
    120_018_027: "Temu doesn't know this package. Look its order up in the seller centre.",
    120_015_520: "Temu doesn't let a further box be corrected. See to it in the seller centre.",
    120_011_020: f"{_NUMBER} It may have been used before.",
}


# Of the pages of bg.logistics.shipment.create and bg.logistics.shipment.update.
_ON_LABEL = {
    120_012_030: "The buyer has asked to cancel: answer that first, see cancellationRequest.",
    120_012_023: "The buyer has asked for another address: answer that in the seller centre first.",
    **dict.fromkeys(
        [120_012_031, 120_012_061],
        "Temu is looking into this order. Wait for its message in the seller centre.",
    ),
    120_018_063: "Temu keeps the mall's money back, or there is too little of it. See to that in the seller centre.",
    120_011_006: "Temu sells no labels for this warehouse's address. Map it to another with setChannelWarehouseMappings.",
    **dict.fromkeys([120_011_015, 120_011_082], "Complete the warehouse's address in the seller centre."),
    120_012_037: "It is too early for this label. The seller centre shows from when on it is sold.",
    120_015_507: "Check weight and size.",
    **dict.fromkeys(
        [120_012_003, 120_012_007, 120_012_016, 120_013_002],
        "Temu has this order otherwise than it is known here. Run importOrders, and buy again.",
    ),
    120_018_017: "Buy another label with buyShippingLabels.",
    120_018_062: "Buy another label with buyShippingLabels.",
}


def on_label(code: int) -> str:
    """What to do about a label that Temu refuses to sell; empty where its own words have to do."""
    return _ON_LABEL.get(code, "")


def on_correction(code: int) -> str:
    return _ON_CORRECTION.get(code) or _ADVICE.get(
        code, "Temu doesn't take this correction. Look the order up in the seller centre."
    )


def on(code: int) -> str:
    return _ADVICE.get(code, "Temu doesn't take this shipment. Look the order up in the seller centre.")
