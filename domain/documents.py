"""Documents with a buyer's name that people hand in: a PDF or a picture of one, bounded, and sealed wherever it lies."""

from domain.errors import Invalid, LimitExceeded
from domain.secrets import SecretBox, UnsealError

PDF, PNG = "application/pdf", "image/png"
SUFFIX = {PDF: "pdf", PNG: "png"}
# What a document is handed in as; nothing else that is handed in names anybody.
MEDIA_TYPES = frozenset(SUFFIX)
LARGEST = 5 * 2**20
# By what each begins and ends, whatever it is called.
_BEGINS = {PDF: b"%PDF-", PNG: b"\x89PNG\r\n\x1a\n"}
_ENDS = {PDF: b"%%EOF", PNG: b"IEND"}
_WITHIN = 1024
_OF_FILES = "files|content"


def name(media_type: str) -> str:
    """What a document is called here: what a person calls it could name the buyer."""
    return f"document.{SUFFIX[media_type]}"


def media_type_of(content: bytes) -> str | None:
    """What document it is, or was before a part of it was lost; None for anything else."""
    return next((kind for kind, begins in _BEGINS.items() if content.startswith(begins)), None)


def check(content: bytes, media_type: str) -> None:
    """Raises LimitExceeded, and Invalid for what is no such document, or not all of one."""
    if len(content) > LARGEST:
        raise LimitExceeded(f"A document has at most {LARGEST // 2**20} MiB.", field=("body",))
    if not content.startswith(_BEGINS[media_type]) or _ENDS[media_type] not in content[-_WITHIN:]:
        kind = SUFFIX[media_type].upper()
        raise Invalid(f"This is no {kind}, or only a part of one.", field=("body",))


def seal(secrets: SecretBox, content: bytes) -> bytes:
    """As it lies among files, with its sealed key in front."""
    sealed, hidden = secrets.seal_file(content, place=_OF_FILES)
    return sealed.encode() + b"\n" + hidden


def open_document(secrets: SecretBox, stored: bytes) -> bytes:
    """What seal() has sealed. Raises Invalid where it is damaged, or the key that sealed it was taken away."""
    sealed, _, hidden = stored.partition(b"\n")
    try:
        return secrets.open_file(sealed.decode(errors="replace"), hidden, place=_OF_FILES)
    except UnsealError:
        message = "This file can't be opened any more: it is damaged, or the server's keys have changed. Hand it in again."
        raise Invalid(message, field=("fileId",)) from None
