"""Where the files of shipping labels stand; what is in them is fetched by a link of printShippingLabels alone."""

from datetime import datetime

from api.reading.declared import column, rows_of
from api.values.described import described_type
from domain import models


@rows_of(models.ShippingLabelFile)
@described_type
class ShippingLabelFile:
    """The PDF of a label. It is stored encrypted, since a buyer's address stands on it, and erased with the buyer's data."""

    fetched_at: datetime | None = column("When it came from Temu; null while it is not here.")
    bytes: int | None = column("Its size, such as 24576; null while it is not here.", lambda file: file.size)
    error: str | None = column(
        "Why Temu did not give it out the last time, and what to do; null where it did."
    )
    next_attempt_at: datetime | None = column(
        "When Temu is asked for it next; null where it is here, or is asked for only by printShippingLabels.",
        lambda file: file.due_at,
    )
    printed_at: datetime | None = column("When somebody first had a link to it; null until then.")
    erased_at: datetime | None = column("When it was erased with its buyer's data; null where it wasn't.")
