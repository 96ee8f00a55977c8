"""Links to exports: sealed, so that nobody makes one, and good for an hour, whoever follows them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from domain import global_ids
from domain.errors import NotFound
from domain.secrets import SecretBox, UnsealError

LASTS = timedelta(hours=1)
_PLACE = "exports|link"
_GONE = "This link is good no longer, or never was. Ask the job for another one: QueuedJob.export."


@dataclass(frozen=True)
class Link:
    """Where an export can be fetched, and until when."""

    url: str
    expires_at: datetime


def link_to(box: SecretBox, *, job_id: int, company_id: int, expires_at: datetime, now: datetime) -> Link:
    """A link to the export of a job; good no longer than the export is stored."""
    until = min((now + LASTS).replace(microsecond=0), expires_at)
    token = box.seal(f"{job_id}|{company_id}|{int(until.timestamp())}", place=_PLACE)
    return Link(f"/files/{quote(global_ids.encode('Export', job_id))}?token={quote(token)}", until)


def open_link(box: SecretBox, token: str, *, job_id: int, now: datetime) -> int:
    """The company whose export a link is to. Raises NotFound."""
    try:
        job, company, until = box.open(token, place=_PLACE).split("|")
    except UnsealError:
        raise NotFound(_GONE) from None
    if int(job) != job_id or datetime.fromtimestamp(int(until), UTC) <= now:
        raise NotFound(_GONE)
    return int(company)
