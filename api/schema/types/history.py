"""What became of an order or a product."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from api.reading.declared import column, id_of, ready_json, rows_of
from api.values import enums
from api.values.described import described_type
from domain.audit import history


@rows_of(history.HistoryEntry)
@described_type
class HistoryEntry:
    """One thing that happened to an order or a product, or to what belongs to it: what people changed, as long as audit events
    are kept, and what Temu did. It holds no secret and nothing of a buyer's.
    """

    occurred_at: datetime = column("When it happened.")
    actor: enums.HistoryActor = column("Who did it.")
    author: str | None = column(
        "The name of the API key that it was done with; null unless actor is API_KEY."
    )
    type: str = column(
        'What happened: the mutation or command, such as "shipOrder"; of Temu "note" for what message tells, or '
        '"order.created", "order.released", "order.tracking_uploaded", "inventory.pushed" or "inventory.refused", which are '
        "kept as long as the log of changes is."
    )
    message: str | None = column(
        "What Temu did, for a person; null for what people did, of which before and after tell."
    )
    subject_type: str = column('The type of the object, such as "Package".')
    subject_id: strawberry.ID = id_of(
        "The global id of the object.", lambda entry: entry.subject_type, lambda entry: entry.subject_id
    )
    before: JSON | None = ready_json(
        "What people changed of the object, by the names of the schema, as it was before; null where it was not there, and "
        "for what Temu did.",
        lambda entry: entry.before,
    )
    after: JSON | None = ready_json(
        "The same as it was afterwards; null where it was not there any more.", lambda entry: entry.after
    )
