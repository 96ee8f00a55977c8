"""Who changed what, for those who administer."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from api.reading.declared import column, id_of, one, ready_json, rows_of
from api.schema.relay import Node
from api.schema.types.api_key import ApiKey
from api.schema.types.company import Company
from api.values import enums
from api.values.described import described_type
from domain import models
from domain.models import Role


@rows_of(models.AuditEvent, role=Role.ADMINISTER)
@described_type
class AuditEvent(Node):
    """One object that one mutation or command changed. It holds no secret and nothing of a buyer's."""

    occurred_at: datetime = column("When it was changed.")
    actor: enums.AuditActor = column("Who did it.")
    api_key: ApiKey | None = one(
        "The key that it was done with; null unless actor is API_KEY.",
        lambda audit, key: key.id == audit.api_key_id,
    )
    request_id: str | None = column(
        "X-Request-Id of the request that it was part of, as the server's log has it."
    )
    company: Company | None = one(
        "The company that was changed, or whose object; null where it concerns the organisation as a whole.",
        lambda audit, company: company.id == audit.company_id,
    )
    action: str = column('The mutation or command, such as "setInventory" or "keys revoke".')
    subject_type: str | None = column(
        'The type of the object, such as "Product"; null for what concerns the installation as a whole.'
    )
    subject_id: strawberry.ID | None = id_of(
        "The global id of the object.", lambda audit: audit.subject_type, lambda audit: audit.subject_id
    )
    before: JSON | None = ready_json(
        "What of the object was changed, by the names of the schema, as it was before; null where it was not there.",
        lambda audit: audit.before,
    )
    after: JSON | None = ready_json(
        "The same as it was afterwards; null where it was not there any more.", lambda audit: audit.after
    )
