"""Puts label files together in a process of its own: `python -m domain.shipping.bought_labels.sheet_writer`, files in, one PDF out.

Of each file its pages alone are taken: no script, form, outline or attachment of it comes along.
"""

import io
import logging
import os
import sys
from collections.abc import Iterator
from typing import IO

import msgspec
from pypdf import PdfReader, PdfWriter

from domain.confined import confine
from domain.shipping.bought_labels.sheet_messages import SheetLimits, Told

# What a page may do beside being shown.
_ACTIONS = ("/AA", "/Annots")


class _Unreadable(Exception):
    """A file is no PDF of so few pages."""


def main() -> None:
    """Read files from standard input, each behind its length in 8 bytes, and write one PDF to standard output."""
    # What is wrong with a file is told in words of its own, which may be a buyer's: they are in no log.
    logging.disable()
    sys.excepthook = _say_nothing
    limits = msgspec.json.decode(sys.argv[1], type=SheetLimits)
    confine(memory_bytes=limits.memory_bytes, cpu_seconds=limits.cpu_seconds, seconds=limits.seconds)
    too_much = msgspec.json.encode(Told(is_too_much=True)) + b"\n"
    try:
        sheet, told = _sheet(sys.stdin.buffer, limits)
        os.write(sys.stdout.fileno(), msgspec.json.encode(told) + b"\n")
        sys.stdout.buffer.write(sheet)
        sys.stdout.buffer.flush()
    except MemoryError:
        # As few steps as can be, for each may need memory.
        os.write(sys.stdout.fileno(), too_much)
    except BrokenPipeError:
        pass  # Nobody listens any more.
    os._exit(0)


def _say_nothing(*_: object) -> None:
    pass


def _sheet(given: IO[bytes], limits: SheetLimits) -> tuple[bytes, Told]:
    writer = PdfWriter()
    for position, file in enumerate(_files(given)):
        try:
            _add(writer, file, limits)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - a PDF can be broken in more ways than have names
            return b"", Told(unreadable=position)
    written = io.BytesIO()
    writer.write(written)
    sheet = written.getvalue()
    return sheet, Told(size=len(sheet))


def _add(writer: PdfWriter, file: bytes, limits: SheetLimits) -> None:
    reader = PdfReader(io.BytesIO(file))
    if not 1 <= len(reader.pages) <= limits.pages_a_file:
        raise _Unreadable
    for page in reader.pages:
        for action in _ACTIONS:
            page.pop(action, None)
        writer.add_page(page)


def _files(given: IO[bytes]) -> Iterator[bytes]:
    while size := given.read(8):
        yield given.read(int.from_bytes(size))


if __name__ == "__main__":
    main()
