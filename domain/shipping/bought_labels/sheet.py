"""Label files as one PDF, put together in a process of their own: what a hostile one does there ends that process alone."""

import asyncio
from collections.abc import Sequence

import msgspec

from domain import confined
from domain.errors import Invalid, LimitExceeded, Unavailable
from domain.shipping.bought_labels.sheet_messages import SheetLimits, Told

_WRITER = "domain.shipping.bought_labels.sheet_writer"
# So many sheets are put together at once by one server, whoever asks.
_TURN = asyncio.Semaphore(2)
_TOO_LONG = "These label files take too long to put together. Print fewer labels at once."
_TOO_MUCH = "These label files are too large to put together. Print fewer labels at once."


class UnreadableFile(Invalid):
    """One of the files is no PDF that can be read; *position* says which."""

    def __init__(self, position: int) -> None:
        super().__init__(
            "A label file is no PDF that can be read. Print it by itself from the seller centre."
        )
        self.position = position


async def put_together(files: Sequence[bytes], limits: SheetLimits | None = None) -> bytes:
    """One PDF of these, in their order. Raises UnreadableFile, LimitExceeded, and Unavailable where the process was ended."""
    limits = limits or SheetLimits()
    if sum(map(len, files)) > limits.bytes:
        raise LimitExceeded(_TOO_MUCH)
    content = b"".join(len(file).to_bytes(8) + file for file in files)
    try:
        async with _TURN:
            process = await confined.start(_WRITER, msgspec.json.encode(limits).decode())
            said, ended = await confined.output_of(
                process, content, seconds=limits.seconds, most=2 * limits.bytes
            )
    except TimeoutError:
        raise LimitExceeded(_TOO_LONG) from None
    except confined.SaidTooMuch:
        raise LimitExceeded(_TOO_MUCH) from None
    head, _, sheet = said.partition(b"\n")
    if not head:
        raise _failure_of(ended)
    told = msgspec.json.decode(head, type=Told)
    if told.unreadable is not None:
        raise UnreadableFile(told.unreadable)
    if told.is_too_much or len(sheet) != told.size:
        raise LimitExceeded(_TOO_MUCH)
    return sheet


def _failure_of(code: int) -> Exception:
    """Why nothing was said."""
    if code in confined.TOOK_TOO_LONG:
        return LimitExceeded(_TOO_LONG)
    if code in confined.FROM_OUTSIDE:
        return Unavailable("The process that puts label files together was ended from outside.")
    return LimitExceeded(_TOO_MUCH)
