"""Label files as one PDF: in their order, and whatever a file holds, the server goes on."""

import io
import zlib

import pytest
from pypdf import PdfReader

from domain.errors import LimitExceeded
from domain.shipping.bought_labels import sheet as sheets
from domain.shipping.bought_labels.sheet import UnreadableFile
from domain.shipping.bought_labels.sheet_messages import SheetLimits
from tests.sandbox.pdf import pdf_of

SMALL = SheetLimits(memory_bytes=256 * 2**20, cpu_seconds=2, seconds=10)


def _with_script() -> bytes:
    action = b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    return pdf_of(["script"]).replace(b"/Type /Catalog", action)


async def test_pages_of_all_files_in_their_order_without_what_else_they_hold() -> None:
    """T10: the pages are those of the labels, in the order in which they were named; no script comes along."""
    sheet = await sheets.put_together([pdf_of(["one"]), _with_script(), pdf_of(["three"])])
    pages = PdfReader(io.BytesIO(sheet)).pages
    assert [page.extract_text().strip() for page in pages] == ["one", "script", "three"]
    assert b"alert" not in sheet
    assert b"JavaScript" not in sheet


def _bomb() -> bytes:
    """Some hundred megabytes of cross-reference stream, packed."""
    packed = zlib.compress(bytes(400 * 2**20), 9)
    head = b"%PDF-1.5\n"
    stream = (
        b"1 0 obj\n<< /Type /XRef /Size 99999999 /W [1 4 2] /Root 2 0 R /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n"
        % (len(packed), packed)
    )
    return head + stream + b"startxref\n%d\n%%%%EOF" % len(head)


def _of_itself() -> bytes:
    """Pages whose kids are themselves."""
    return pdf_of(["loop"]).replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")


@pytest.mark.parametrize(
    "hostile",
    [b"%PDF-1.4\n%%EOF", b"%PDF-" + bytes(1000) + b"%%EOF", _bomb(), _of_itself()],
    ids=["empty", "garbage", "bomb", "endless"],
)
async def test_hostile_files_end_no_more_than_their_own_process(hostile: bytes) -> None:
    """A6: a file that can't be read, or would take all memory or time, is refused; the next sheet is made."""
    with pytest.raises((UnreadableFile, LimitExceeded)):
        await sheets.put_together([pdf_of(["good"]), hostile], SMALL)


async def test_no_word_of_a_file_is_logged(capfd: pytest.CaptureFixture[str]) -> None:
    """A6: what is wrong with a file may be told in its own words."""
    await sheets.put_together([pdf_of(["good"]).replace(b"/Type /Page ", b"/Type /Page /Ada 1 /Ada 2 ")])
    assert "Ada" not in capfd.readouterr().err


async def test_what_is_too_much() -> None:
    """A6: bytes of all files together and pages of one are limited."""
    with pytest.raises(LimitExceeded):
        await sheets.put_together([pdf_of(["one"])] * 3, SheetLimits(bytes=1000))
    with pytest.raises(UnreadableFile):
        await sheets.put_together([pdf_of(["one"])], SheetLimits(pages_a_file=0))
