"""CSV and TSV with characters that nobody sees, and with quotes out of place."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Invalid, LimitExceeded
from domain.inventory import stock_import
from domain.prices import price_import
from domain.products import mapping_file, product_import
from domain.shipping import shipment_file
from domain.tables import reading
from domain.tables.columns import Columns
from tests.domain.tables.reading import read

HEADER = "ProductID,Note,WebsiteProductID,WebsiteProductIDVariantID\n"
STRAY = "holds a quote that is not doubled or not closed"
UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u202a\u202e\u2066\u2069\u061c"


def requested(content: str) -> list[tuple[str, Any]]:
    return [(request.sku, request.pair) for request in read(content.encode()).requests]


def failed(content: str) -> list[tuple[str, str | None]]:
    return [(one.subject, one.message) for one in read(content.encode()).others if one.code == "INVALID"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("marks", [1, 2, 3])
@pytest.mark.parametrize("quote", ["", '"'])
def test_several_byte_order_marks(encoding: str, marks: int, quote: str) -> None:
    """M2: a byte order mark that stands there twice is no part of the header, whatever comes behind it."""
    text = f"{HEADER}Größe,,1,2\n".replace("ProductID,Note", f"{quote}ProductID{quote},Note")
    content = text.encode(encoding) if encoding == "cp1252" else ("\ufeff" * marks + text).encode(encoding)
    if encoding == "cp1252":
        content = b"\xef\xbb\xbf" * marks + content
    assert [(request.sku, request.pair) for request in read(content).requests] == [("Größe", ("1", "2"))]


def test_files_put_together() -> None:
    """M2: the mark of a second file in the middle of the first, and one in front of the separator line, are nothing."""
    assert requested(f'\ufeff\ufeffsep=,\n{HEADER}A,,1,2\n\ufeff"B",,3,4\n') == [
        ("A", ("1", "2")),
        ("B", ("3", "4")),
    ]


@given(st.sampled_from([f"{c}" for c in UNSEEN]), st.integers(0, 15))
def test_what_nobody_sees_in_an_id(unseen: str, place: int) -> None:
    """M2: a character without width, around an id or in it, fails no row."""
    number = "601099512345678"
    cell = number[:place] + unseen + number[place:]
    assert requested(f"{HEADER}{unseen}A-1{unseen},,{cell},2\n") == [("A-1", (number, "2"))]
    header = HEADER.replace("ProductID", f"Product{unseen}ID{unseen}")
    assert requested(f"{header}A-1,,1,2\n") == [("A-1", ("1", "2"))]


@pytest.mark.parametrize("space", ["\u00a0", "\u2007", "\u202f", "\u3000"])
def test_spaces_that_are_none(space: str) -> None:
    """M2: a no-break space around an id is a space; one in it is named, as nobody can tell it from another."""
    assert requested(f"{HEADER}{space}A 1{space},,{space}1{space},2\n") == [("A 1", ("1", "2"))]
    ((subject, message),) = failed(f"{HEADER}A,,601{space}099,2\n")
    assert subject == "row 2 A"
    assert f"(the cell holds U+{ord(space):04X} " in (message or "")


def test_a_sku_with_what_nobody_sees() -> None:
    """M2: a SKU is looked up as people see it; as it is written it is remembered, as a product may be stored so."""
    (request,) = read(f"{HEADER}A\u200b-1,,1,2\n".encode()).requests
    assert (request.sku, request.written) == ("A-1", "A\u200b-1")
    assert request.hint == " (the cell holds U+200B zero width space)"
    (other,) = read(f"{HEADER}A\u200b-1,,1,2\nA-1,,1,2\n".encode()).requests
    assert other.subject == "row 2 A-1"


@pytest.mark.parametrize(
    "cell", ['"19" rack"', '"19 rack', '"', '"19" rack', '""19 rack', '" rack" x', '19" rack', '"a""b"', '"""'],
)  # fmt: skip
def test_a_quote_where_nobody_reads(cell: str) -> None:
    """M2: a stray quote in a column that means nothing here fails no row, neither its own nor those behind it."""
    content = f'{HEADER}A-1,ok,1,2\nA-2,{cell},3,4\nA-3,ok,5,6\nA-4,"a,\nb",7,8\n'
    assert requested(content) == [
        ("A-1", ("1", "2")),
        ("A-2", ("3", "4")),
        ("A-3", ("5", "6")),
        ("A-4", ("7", "8")),
    ]
    assert failed(content) == []


def test_a_quote_where_it_matters() -> None:
    """M2: a stray quote costs its row, and no other, where it stands in a column that is read or moves the columns."""
    for row, told in (
        ('"A"2,,3,4', f"row 3: ProductID {STRAY}."),
        ('A-2,,"3"0,4', f"row 3: WebsiteProductID {STRAY}."),
        ('A-2,,3,"4', f"row 3: WebsiteProductIDVariantID {STRAY}."),
        ('A-2,"19" rack, big",3,4', f"row 3: ProductID can't be told from other columns: the row {STRAY}."),
    ):
        content = f"{HEADER}A-1,,1,2\n{row}\nA-3,,5,6\n"
        assert requested(content) == [("A-1", ("1", "2")), ("A-3", ("5", "6"))]
        ((_, message),) = failed(content)
        assert message == told


def test_two_quotes_that_belong_to_nobody() -> None:
    """M2: rows between two stray quotes are not taken for one text, which would give one row the ids of another."""
    content = f'{HEADER}A-1,"wide,1,2\nA-2,ok,3,4\nA-3,19",5,6\n'
    assert requested(content) == [("A-1", ("1", "2")), ("A-2", ("3", "4")), ("A-3", ("5", "6"))]


def noted(columns: Columns, *notes: str, **values: str) -> list[tuple[int, str, str]]:
    """Of a file with a column that nobody reads, these being in it: number, first and last cell of each row that is read."""
    first, *names = columns.required
    names += [name for name in columns.optional if name in values]
    cells = [values.get(name, columns.example[columns.names.index(name)]) for name in names]
    rows = [",".join([f"A-{n}", note, *cells]) for n, note in enumerate(notes, start=1)]
    content = "\n".join([",".join([first, "Note", *names]), *rows]).encode()
    table = asyncio.run(reading.read(content, columns))
    return [(number, str(row[first]), str(row[names[-1]])) for number, row in table.rows]


@pytest.mark.parametrize(
    "columns,values",
    [
        (mapping_file.COLUMNS, {}),
        (mapping_file.COLUMNS, {"WebsiteProductID": "", "WebsiteProductIDVariantID": "", "SafetyQuantity": "3"}),
        (product_import.COLUMNS, {}),
        (product_import.COLUMNS, {"WebsiteProductID": "", "WebsiteProductIDVariantID": ""}),
        (stock_import.COLUMNS, {}),
        (price_import.COLUMNS, {}),
        (shipment_file.COLUMNS, {}),
    ],
)  # fmt: skip
def test_stray_quotes_in_files_of_any_kind(columns: Columns, values: dict[str, str]) -> None:
    """M2, M6: of no kind of file do stray quotes cost other rows, or give one the values of another, also where a row has no id."""
    plain = noted(columns, "", "", "", **values)
    assert [row[:2] for row in plain] == [(2, "A-1"), (3, "A-2"), (4, "A-3")]
    assert noted(columns, '"wide', "ok", '19"', **values) == plain
    assert noted(columns, "ok", '"19" rack"', "ok", **values) == plain
    assert noted(columns, "ok", "ok", '"19 rack', **values) == plain
    long = noted(columns, '"Deep, and\nblue, safe, 2 kg, new, ""x"""', '"a,\n1, b"', "ok", **values)
    assert long == plain


def test_a_stray_quote_in_the_header() -> None:
    """M2: a quote in the name of a column that nobody reads takes no row into the header; a name on two lines is one."""
    assert requested(f'{HEADER.replace("Note", chr(34) + "Note")}A,,1,2\nB,19",3,4\n') == [
        ("A", ("1", "2")),
        ("B", ("3", "4")),
    ]
    two_lines = '"My\nnote"'
    assert requested(f"{HEADER.replace('Note', two_lines)}A,,1,2\n") == [("A", ("1", "2"))]
    names = HEADER.replace("Note,", "").strip()
    for behind in (two_lines, f"{two_lines},Colour"):
        content = f"{names},{behind}\nA,1,2,3,4\n"
        assert (requested(content), failed(content)) == ([("A", ("1", "2"))], [])


@pytest.mark.parametrize("note", ["two\nlines", "one, and\nred, two", "a\n\nb", "soft,\n1,2,3\nx"])
def test_texts_over_several_lines(note: str) -> None:
    """M2: a quoted text with line breaks and commas is one cell, and its row is one row."""
    content = f'{HEADER}A-1,"{note}",1,2\nA-2,,x,4\n'
    assert requested(content) == [("A-1", ("1", "2"))]
    assert [subject for subject, _ in failed(content)] == ["row 3 A-2"]


def test_quotes_without_end() -> None:
    """A6: a file of quotes that are never closed is given up before looking for them takes long."""
    rows = "".join(f'{n},"""",1,"{"x" * 50}\n' for n in range(3000))
    with pytest.raises(Invalid, match="quotes that are never closed"):
        read(f"{HEADER}{rows}".encode())


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_endless_empty_lines(end: str) -> None:
    """M2: lines that nothing is in are bounded too, before they are looked at."""
    with pytest.raises(LimitExceeded, match="1,000,000 lines"):
        read((HEADER + end * 1_000_001).encode())
