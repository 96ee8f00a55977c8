"""API keys, and what the key of a request may do."""

from datetime import datetime

import strawberry

from api.reading.declared import by_number, column, many, paged, rows_of
from api.schema.relay import Connection, Node
from api.schema.types.company import Company
from api.values import enums
from api.values.described import described_type
from domain import models
from domain.access.queries import names
from domain.companies.queries import COMPANIES
from domain.models import Role


@rows_of(models.ApiKey, None, role=Role.ADMINISTER, is_servers=True)
@described_type
class ApiKey(Node):
    """A key by which the API is used; never the secret itself."""

    name: str = column("What it is for.")
    hint: str = column("Its last six characters, to tell keys apart.")
    role: enums.Role = column("What it may do.")
    is_server_wide: bool = column("Whether it is the server's, for all companies; else it is for companies.")
    companies: list[Company] = many(
        "The companies that it may see; empty for one of the server, which may see all.",
        names,
    )
    created_at: datetime = column("When it was made.")
    last_used_at: datetime | None = column("When it was last used, to a minute; null: never.")
    expires_at: datetime | None = column("From then on it opens nothing; null: it never expires.")
    revoked_at: datetime | None = column("When it was revoked; null where it wasn't.")


@described_type
class ViewerPoints:
    """What the key may spend on operations: see `extensions.cost`."""

    available: int = strawberry.field(description="Points that it has now, after this operation.")
    maximum: int = strawberry.field(description="Points that it has at the most.")
    restore_rate: int = strawberry.field(description="Points that come back each second.")


@described_type
class Viewer:
    """Whoever asks: the API key of this request."""

    api_key_id: strawberry.Private[int]
    api_key: ApiKey = by_number("The key.", "api_key_id")
    role: enums.Role = strawberry.field(description="What it may do.")
    is_server_wide: bool = strawberry.field(description="Whether it is the server's, for all companies.")
    companies: Connection[Company] = paged(
        "The companies that it may see, in the order in which they were created.", COMPANIES
    )
    points: ViewerPoints = strawberry.field(description="What it may spend on operations.")
