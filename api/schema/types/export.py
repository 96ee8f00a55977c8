"""Files that jobs write."""

from datetime import datetime

from api.reading.declared import attribute
from api.values import enums
from api.values.described import described_type


@described_type
class Export:
    """A file that a job writes, and where it is fetched."""

    name: str = attribute('What it is called where it is saved, such as "orders-12.csv".')
    format: enums.ExportFormat = attribute("What kind of file it is.")
    includes_buyer: bool = attribute(
        "Whether recipients and addresses are in it.", lambda export: export.includes_buyers
    )
    rows: int = attribute("Rows that are written so far.")
    bytes: int = attribute("Bytes that are written so far, uncompressed.")
    url: str | None = attribute(
        "Path on this server where it is fetched without an API key, good for an hour; each reading makes a new one. Null until "
        "the job has ended, and where it includes buyers for keys without the role ADMINISTER. Keep it to yourself."
    )
    url_expires_at: datetime | None = attribute("Until when url is good; null without one.")
    expires_at: datetime = attribute(
        "When the file is removed: seven days after it was written, one where it includes buyers."
    )
