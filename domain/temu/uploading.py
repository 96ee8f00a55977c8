"""Uploading a file to Temu, before a call names its address: with a signature that is good for one file and 300 seconds.

The path and the form are documented for the files of products [A]; that labels of returns go the same way, one seller notes [B].
Which host it is at isn't told: the router's, as a live seller tries it [C].
"""

import os
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from domain.temu.errors import NO_CODE, NotSent, TemuRefused, TemuUnavailable
from domain.temu.replies import receive

PATH = "/api/galerie/general_file"
_SERVER_ERROR, _OK = 500, 200
_LONGEST_ADDRESS = 2_000


async def upload(
    http: httpx.AsyncClient, router: str, *, signature: str, name: str, media_type: str, content: bytes
) -> str:
    """The address that the file got. Raises TemuUnavailable, and TemuRefused where Temu doesn't take it."""
    parts = urlsplit(router)
    boundary = os.urandom(16).hex()
    form = _form(boundary, signature=signature, name=name, media_type=media_type, content=content)
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    try:
        async with http.stream(
            "POST", f"{parts.scheme}://{parts.netloc}{PATH}", content=form, headers=headers
        ) as response:
            reply = await receive(response)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotSent(f"Temu could not be reached ({type(error).__name__}).") from error
    except (httpx.HTTPError, OSError) as error:
        raise TemuUnavailable(f"Temu could not be reached ({type(error).__name__}).") from error
    if reply.status >= _SERVER_ERROR:
        raise TemuUnavailable(f"Temu answered an uploaded file with HTTP {reply.status}.")
    address = _address(reply.content)
    if reply.status != _OK or address is None:
        raise TemuRefused(f"Temu doesn't take the file (HTTP {reply.status}).", temu_code=NO_CODE)
    return address


def _form(boundary: str, *, signature: str, name: str, media_type: str, content: bytes) -> bytes:
    def part(disposition: str, *more: str) -> bytes:
        lines = (f"--{boundary}", f"Content-Disposition: form-data; {disposition}", *more, "", "")
        return "\r\n".join(lines).encode()

    file = part(f'name="file"; filename="{name}"', f"Content-Type: {media_type}")
    return (
        part('name="sign"')
        + signature.encode()
        + b"\r\n"
        + file
        + content
        + f"\r\n--{boundary}--\r\n".encode()
    )


def _address(content: bytes) -> str | None:
    """Documented beside the answer's other fields [A]; inside of a result, as other answers have theirs, it is read too [C]."""
    try:
        answer: Any = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    for holder in (answer, answer.get("result") if isinstance(answer, dict) else None):
        url = holder.get("url") if isinstance(holder, dict) else None
        if isinstance(url, str) and url.startswith(("https://", "http://")) and len(url) <= _LONGEST_ADDRESS:
            return url
    return None
