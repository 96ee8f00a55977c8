"""Filters of audit events."""

from datetime import datetime

import strawberry

from api.values.described import described_input, optional, renamed


@described_input
class AuditEventFilter:
    """Which audit events; every condition given must hold."""

    company_id: strawberry.ID | None = optional("About this company, or what belongs to it.")
    api_key_id: strawberry.ID | None = optional("Done with this key.")
    action: str | None = optional(
        'Done by this mutation or command, such as "setInventory" or "keys revoke".'
    )
    subject_id: strawberry.ID | None = optional("About this object, such as an order or a product.")
    from_: datetime | None = renamed("from", "At this moment or later.")
    to: datetime | None = optional("Before this moment.")
