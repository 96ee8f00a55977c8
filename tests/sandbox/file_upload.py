"""/api/galerie/general_file: where a file is uploaded with a signature, before a call names its address.

Described for the files of products alone [A]; that labels of returns and invoices go the same way, one seller notes [B]. Which host it is at
isn't told: the one of the router here. [C]
"""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from tests.sandbox.mall import Sandbox

PATH = "/api/galerie/general_file"
LARGEST = 20 * 1024 * 1024
# How a file is refused isn't documented. [C]
_REFUSED = {"success": False, "error_code": 40001}


class FileUpload:
    """The endpoint, for all malls: a signature tells whose."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> JSONResponse:
        self._sandbox.uploads.append(self._sandbox.clock())
        if self._sandbox.upload_faults:
            return JSONResponse({"error": "away"}, self._sandbox.upload_faults.pop(0))
        form = _form(request.headers.get("content-type", ""), await request.body())
        file, sign = form.get("file"), form.get("sign")
        if not file or not sign or len(file) > LARGEST:
            return JSONResponse(_REFUSED, 400)
        url = self._kept(sign.decode(), file)
        return JSONResponse(_REFUSED, 403) if url is None else JSONResponse({"url": url})

    def _kept(self, signature: str, content: bytes) -> str | None:
        for mall in self._sandbox.malls:
            for known in (mall.invoices, mall.returns):
                if signature in known.signatures:
                    return known.keep_file(signature, content)
        return None


def _form(content_type: str, body: bytes) -> dict[str, bytes]:
    """The parts of a form by their names."""
    parser: BytesParser[Any] = BytesParser(policy=policy.HTTP)
    message: EmailMessage = parser.parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts: dict[str, bytes] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        content = part.get_payload(decode=True)
        parts[str(part.get_param("name", header="content-disposition"))] = (
            content if isinstance(content, bytes) else b""
        )
    return parts
