"""What came back from Temu: its bytes, no more than bounded many, and the result or the error that they stand for."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from domain.temu import reply_json
from domain.temu.errors import NO_CODE, RATE_LIMITED, SUCCESS, TemuRefused, TemuUnavailable, error_for

_LARGEST = 10 * 2**20
# Temu's codes have nine digits; a longer number would be none that can be kept and looked up.
_LARGEST_CODE = 10**12
_TOO_MANY_REQUESTS, _SERVER_ERROR = 429, 500
_HOST_IN_TROUBLE = frozenset({502, 503, 504})


@dataclass(frozen=True)
class Reply:
    """What came back, of whatever status."""

    status: int
    date: str | None
    content: bytes


async def receive(response: httpx.Response) -> Reply:
    """The reply with its whole body. Raises TemuUnavailable, and what httpx raises."""
    packed = bytearray()
    async for part in response.aiter_raw():
        packed += part
        if len(packed) > _LARGEST:
            raise _too_long()
    encoding = response.headers.get("Content-Encoding", "").lower()
    # We asked for no other; what it is then, its reader tells.
    content = _unpacked(packed) if encoding in {"gzip", "x-gzip"} and packed else bytes(packed)
    return Reply(response.status_code, response.headers.get("Date"), content)


def is_of_a_host_in_trouble(reply: Reply) -> bool:
    """Whether it says that the host itself fails, whatever was asked. A 500 may be about one order alone."""
    return reply.status in _HOST_IN_TROUBLE


def result_of(interface: str, reply: Reply, *, may_be_empty: bool) -> Any:
    """The `result` of a reply, or the error that it stands for."""
    if reply.status == _TOO_MANY_REQUESTS:
        raise error_for(interface, RATE_LIMITED, None)
    try:
        envelope = reply_json.loads(reply.content)
    except ValueError:
        envelope = None
    if not isinstance(envelope, dict) or reply.status >= _SERVER_ERROR:
        raise TemuUnavailable(f"Temu answered {interface} with HTTP {reply.status} and no readable reply.")
    _raise_for_failure(interface, envelope)
    result = envelope.get("result")
    if result is None and may_be_empty:
        return {}
    if result is None:
        # The other interfaces that we call answer with something, even if it is an empty list.
        raise TemuUnavailable(f"Temu answered {interface} without a result.")
    # Seen by one source: a call that succeeded outside and failed inside.
    if isinstance(result, dict) and result.get("success") is False:
        _raise_for_failure(interface, result)
    return result


def _raise_for_failure(interface: str, envelope: Mapping[str, Any]) -> None:
    success = envelope.get("success")
    try:
        number = int(envelope.get("errorCode") or NO_CODE)
    except (TypeError, ValueError):
        number = NO_CODE
    if abs(number) > _LARGEST_CODE:
        number = NO_CODE
    if success is True or (success is None and number == SUCCESS):
        return
    if number in {NO_CODE, SUCCESS}:
        raise TemuRefused(f"Temu said that {interface} failed, without a code.", temu_code=NO_CODE)
    raise error_for(interface, number, envelope.get("errorMsg"))


def _unpacked(packed: bytearray) -> bytes:
    # httpx would unpack it whatever its length.
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = unpacking.decompress(packed, _LARGEST)
    except zlib.error as error:
        raise _damaged() from error
    if unpacking.unconsumed_tail:
        raise _too_long()
    if not unpacking.eof or unpacking.unused_data:
        raise _damaged()
    return content


def _damaged() -> TemuUnavailable:
    return TemuUnavailable("Temu's reply can't be unpacked (gzip).")


def _too_long() -> TemuUnavailable:
    return TemuUnavailable(f"Temu's reply is longer than {_LARGEST // 2**20} MiB.")
