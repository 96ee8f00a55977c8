"""Documents with a buyer's name that people hand in: a PDF, or a picture of one, sealed wherever it lies."""

from domain.errors import Invalid, LimitExceeded
from domain.secrets import SecretBox

PDF = "application/pdf"
PNG = "image/png"
# What a person may call one could name the buyer, so each is called the same.
SEALED = {PDF: "document.pdf", PNG: "document.png"}
LARGEST = 5 * 2**20
_BEGINS, _ENDS, _WITHIN = b"%PDF-", b"%%EOF", 1024
_OF_FILES = "files|content"


def check(content: bytes) -> None:
    """Raises LimitExceeded, and Invalid for what is no PDF, or not all of one."""
    if len(content) > LARGEST:
        raise LimitExceeded(f"A document has at most {LARGEST // 2**20} MiB.", field=("body",))
    if not content.startswith(_BEGINS) or _ENDS not in content[-_WITHIN:]:
        raise Invalid("This is no PDF, or only a part of one.", field=("body",))


def seal(secrets: SecretBox, content: bytes) -> bytes:
    """As it lies among files, with its sealed key in front."""
    sealed, hidden = secrets.seal_file(content, place=_OF_FILES)
    return sealed.encode() + b"\n" + hidden


def open_document(secrets: SecretBox, stored: bytes) -> bytes:
    """What seal() has sealed; raises UnsealError."""
    sealed, _, hidden = stored.partition(b"\n")
    return secrets.open_file(sealed.decode(), hidden, place=_OF_FILES)
