"""Files for jobs to read: handed in as raw bodies, never as multipart, and templates of what to hand in. And files that jobs
have written, to be fetched by a link.
"""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from email.message import Message
from email.utils import collapse_rfc2231_value

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from api.authentication import Throttled, Unauthenticated, authenticate
from api.transport.body import RequestRefused, read_body, throttled
from api.values import ids
from domain import clock, documents, files
from domain.documents import PDF, PNG
from domain.errors import Broken, Forbidden, LimitExceeded, NotFound, Refused, Unavailable
from domain.exports import queries as exports
from domain.exports.formats import GZIP_HEADER, gzip_trailer, inflated
from domain.exports.links import open_link
from domain.inventory import stock_import
from domain.models import ExportFormat, Role
from domain.prices import price_import
from domain.products import mapping_file, product_import
from domain.resources import Resources
from domain.shipping import shipment_file
from domain.shipping.bought_labels import printing
from domain.tables import reading
from domain.tables.columns import Columns
from domain.telemetry import log

CSV, TSV = "text/csv", "text/tab-separated-values"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNKNOWN = "application/octet-stream"
_ACCEPTED = (CSV, TSV, XLSX, PDF, PNG, UNKNOWN)
_SUFFIX = {CSV: "csv", TSV: "tsv", XLSX: "xlsx"}

_BODY_SECONDS = 120.0
_WRITTEN = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSONL: "application/jsonl; charset=utf-8",
}
_STATUS: dict[type[Refused], int] = {Forbidden: 403, NotFound: 404, LimitExceeded: 413}
_TEMPLATES = {
    "website-properties": mapping_file.COLUMNS,
    "products": product_import.COLUMNS,
    "inventory": stock_import.COLUMNS,
    "prices": price_import.COLUMNS,
    "shipments": shipment_file.COLUMNS,
}
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def routes() -> list[Route]:
    """Where files come in and go out, and where templates are."""
    return [
        Route("/files", upload, methods=["POST"]),
        Route(printing.PATH, shipping_labels, methods=["GET"]),
        Route("/files/{id}", download, methods=["GET"]),
        *(
            Route(f"/files/templates/{name}.csv", _template(name, columns))
            for name, columns in _TEMPLATES.items()
        ),
    ]


async def upload(request: Request) -> Response:
    """Keep the body as a file: 201 with its id, or a reason in the form in which GraphQL gives them."""
    try:
        return await _store(request)
    except ClientDisconnect:
        return Response(status_code=400)  # to nobody: the client has left
    except Exception as error:  # noqa: BLE001 - answered in one form, whatever it is
        refusal = _refusal(error)
        told = {"message": refusal.message, "extensions": refusal.extensions}
        # What is still being sent isn't read: the connection ends with the answer.
        headers = {**_HEADERS, "Connection": "close", **refusal.headers}
        return JSONResponse({"errors": [told]}, refusal.status, headers=headers)


def _template(name: str, columns: Columns) -> Callable[[Request], Awaitable[Response]]:
    """A file to fill in: a header, and a row as an example."""

    async def template(request: Request) -> Response:  # noqa: ARG001 - starlette's form
        sheet = io.StringIO()
        csv.writer(sheet).writerows([columns.names, columns.example])
        return Response(
            # In the form that spreadsheets open best.
            sheet.getvalue().encode("utf-8-sig"),
            headers={**_HEADERS, "Content-Disposition": f'attachment; filename="{name}.csv"'},
            media_type="text/csv",
        )

    return template


async def download(request: Request) -> Response:
    """A file that a job has written, for whoever has a link to it; streamed as it is stored where gzip is accepted."""
    resources: Resources = request.app.state.resources
    now = clock.now()
    job_id = ids.find(request.path_params["id"], "Export") or 0
    token = request.query_params.get("token", "")
    try:
        company_id = open_link(resources.secrets, token, job_id=job_id, now=now)
        database = resources.limited_to([company_id]).database
        async with database.read() as session:
            export, name = await exports.finished(session, job_id, now=now)
    except (Refused, Unavailable) as error:
        refusal = _refusal(error)
        told = {"message": refusal.message, "extensions": refusal.extensions}
        return JSONResponse({"errors": [told]}, refusal.status, headers=_HEADERS)
    headers = {
        **_HEADERS,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Vary": "Accept-Encoding",
    }
    parts, media_type = exports.parts(database, export), _WRITTEN[export.format]
    if "gzip" not in request.headers.get("accept-encoding", ""):
        headers["Content-Length"] = str(export.bytes)
        return StreamingResponse(_plain(parts), media_type=media_type, headers=headers)
    trailer = gzip_trailer(export.crc32, export.bytes)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(GZIP_HEADER) + export.stored_bytes + len(trailer))
    return StreamingResponse(_gzip(parts, trailer), media_type=media_type, headers=headers)


async def shipping_labels(request: Request) -> Response:
    """The files of labels as one PDF, for whoever has a link to them."""
    resources: Resources = request.app.state.resources
    try:
        sheet = await printing.sheet_of(resources, request.query_params.get("token", ""), now=clock.now())
    except (Refused, Unavailable) as error:
        refusal = _refusal(error)
        told = {"message": refusal.message, "extensions": refusal.extensions}
        return JSONResponse({"errors": [told]}, refusal.status, headers=_HEADERS)
    headers = {**_HEADERS, "Content-Disposition": 'inline; filename="shipping-labels.pdf"'}
    return Response(sheet, media_type="application/pdf", headers=headers)


async def _plain(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for part in parts:
        for chunk in inflated(part):
            yield chunk


async def _gzip(parts: AsyncIterator[bytes], trailer: bytes) -> AsyncIterator[bytes]:
    yield GZIP_HEADER
    async for part in parts:
        yield part
    yield trailer


async def _store(request: Request) -> Response:
    resources: Resources = request.app.state.resources
    now = clock.now()
    headers = request.headers
    principal = await authenticate(request, headers.get("authorization"), now=now)
    # Before the body is read: what will be refused need not be sent.
    principal.require(Role.OPERATE)
    media_type = _media_type(headers.get("content-type"), headers.get("content-encoding"))
    most = resources.settings.largest_file_bytes
    body = await read_body(request, most=most, seconds=_BODY_SECONDS)
    # By what it is and not by what its sender calls it: in a table nobody would look for a buyer's name.
    media_type = documents.media_type_of(body) or media_type
    if media_type == UNKNOWN:
        media_type = XLSX if reading.is_workbook(body) else CSV
    if media_type in documents.MEDIA_TYPES:
        documents.check(body, media_type)
        # Whoever is named in it stands neither in the clear here nor in what the caller calls it.
        body, name = documents.seal(resources.secrets, body), documents.name(media_type)
    else:
        name = _name(request) or f"file.{_SUFFIX[media_type]}"
    async with resources.database.write() as session:
        file = await files.store(
            session, by=principal, name=name, media_type=media_type, content=body, settings=resources.settings, now=now
        )  # fmt: skip
        answer = {"id": ids.encode("File", file.id), "name": file.name, "bytes": file.size}
    return JSONResponse(answer, 201, headers=_HEADERS)


def _media_type(content_type: str | None, content_encoding: str | None) -> str:
    header = Message()
    header["content-type"] = content_type or UNKNOWN
    media_type = header.get_content_type()
    if media_type not in _ACCEPTED:
        message = f"Send the file as it is, as one of these media types: {', '.join(_ACCEPTED)}."
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", message, {"Accept-Post": ", ".join(_ACCEPTED)})
    if (content_encoding or "identity").strip().lower() != "identity":
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", "Send the file uncompressed.")
    return media_type


def _name(request: Request) -> str:
    """What the caller calls the file, without any folder; empty where it isn't told."""
    name = request.query_params.get("name")
    if name is None:
        header = Message()
        header["content-disposition"] = request.headers.get("content-disposition", "")
        told = header.get_param("filename", "", header="content-disposition")
        name = collapse_rfc2231_value(told) if told else ""
    return name.replace("\\", "/").rpartition("/")[2].strip()


def _refusal(error: Exception) -> RequestRefused:
    """What a caller is told of an error: never a text from inside."""
    if isinstance(error, RequestRefused):
        return error
    if isinstance(error, Throttled):
        return throttled(error)
    if isinstance(error, Unauthenticated):
        return RequestRefused(401, "UNAUTHENTICATED", str(error), {"WWW-Authenticate": "Bearer"})
    if isinstance(error, Refused):
        return RequestRefused(_STATUS.get(type(error), 400), error.code.value, error.message)
    if isinstance(error, Unavailable):
        return RequestRefused(503, "UNAVAILABLE", error.message)
    broken = Broken()
    log.error("api.broken", error_id=broken.id, exc_info=error)
    return RequestRefused(500, "INTERNAL", broken.message)
