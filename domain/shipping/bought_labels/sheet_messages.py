"""What the process that puts label files together is given, and what it says before the PDF: a line of JSON."""

from msgspec import Struct


class SheetLimits(Struct, frozen=True):
    """What one sheet may take: bytes of all files, of memory, pages of one file, seconds of computing, and seconds altogether."""

    bytes: int = 64 * 1024 * 1024
    memory_bytes: int = 768 * 1024 * 1024
    pages_a_file: int = 20
    cpu_seconds: int = 30
    seconds: int = 60


class Told(Struct, frozen=True):
    """How many bytes follow, or the position of the file that can't be read, or that it is too much."""

    size: int = 0
    unreadable: int | None = None
    is_too_much: bool = False
