"""Mapping files as they come out of spreadsheets."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Invalid, LimitExceeded, Refused
from domain.models import JobOutcomeStatus
from domain.tables.cells import Cell
from domain.tables.reading import MOST_ROWS
from domain.tables.values import UnreadableCell, read_id
from tests.domain.tables.reading import numeric, read
from tests.domain.tables.workbook import packed, unpacked, workbook

HEADER = "ProductID,WebsiteProductID,WebsiteProductIDVariantID"
COLUMNS = HEADER.split(",")
ROW = "Größe 1,601099512345678,17592186044416"
REQUESTED = [("Größe 1", ("601099512345678", "17592186044416"))]
BOOK = workbook([COLUMNS, ["A", "1", "2"]])
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS_TYPE = (
    '<Override PartName="/xl/strings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sharedStrings+xml"/>'
)
IDS = st.integers(1, 10**32 - 1)


def requested(content: bytes) -> list[tuple[str, Any]]:
    return [(request.sku, request.pair) for request in read(content).requests]


def told(content: bytes) -> list[tuple[str, str | None, str | None]]:
    return [(one.subject, one.code, one.message) for one in read(content).others]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text_in_every_form(encoding: str, delimiter: str, line_end: str) -> None:
    """M2: comma, semicolon and tab, with and without BOM, in the encodings that spreadsheets write."""
    content = line_end.join([HEADER, ROW, ""]).replace(",", delimiter).encode(encoding)
    assert requested(content) == REQUESTED


@pytest.mark.parametrize(
    "header",
    [
        "WEBSITEPRODUCTIDVARIANTID, Website Product ID ,product id",
        "website_product_id_variant_id,WebsiteProductId,ProductId",
        'Note,"Website\nProductIDVariantID",WebsiteProductID,ProductID',
    ],
)
def test_columns_in_any_case_and_order(header: str) -> None:
    """M2: header case, spaces and order are free, and columns that mean nothing here are ignored."""
    noted = header.startswith("Note")
    content = f"{header}\n{'x,' if noted else ''}2,1,A\n".encode()
    assert requested(content) == [("A", ("1", "2"))]
    assert [one[:2] for one in told(content)] == [("(header)", "COLUMNS_IGNORED")] * noted


def test_quotes_blank_lines_and_the_separator_line() -> None:
    """M2: rows are counted as a spreadsheet shows them: quoted line breaks are one row, blank lines too."""
    content = f'sep=;\n{HEADER};Note\n\n;;;\nA;1;2;"two\nlines"\nB;x;2;"a ""b"""\n'.replace(",", ";").encode()
    assert requested(content) == [("A", ("1", "2"))]
    assert told(content)[1] == (
        "row 5 B",
        "INVALID",
        "row 5: WebsiteProductID x is no id of Temu's, which are digits only with no zero in front.",
    )


@pytest.mark.parametrize(
    "content,words",
    [
        (b"", "The file is empty. It needs a header with ProductID, WebsiteProductID"),
        (b"\n\n,,\n", "The file is empty."),
        (HEADER.encode(), "has a header but no rows"),
        (b"A,1,2\nB,3,4\n", "The header lacks ProductID, WebsiteProductID, WebsiteProductIDVariantID. The first row has: A, 1, 2."),
        (b"SKU,WebsiteProductID,WebsiteProductIDVariantID\nA,1,2", "The header lacks ProductID. The first row has: SKU,"),
        (b"ProductID,Product ID,WebsiteProductID,WebsiteProductIDVariantID\n", "The header has the column ProductID twice."),
        (f"{HEADER}\nA,1,2".encode("utf-16")[2:], "NUL characters"),
        (f"{HEADER}\nA,1,2".encode("utf-16")[:-1], "begins as UTF-16 but isn't"),
        (f"{HEADER}\nA\x81,1,2".encode("latin-1"), "neither in UTF-8 nor in Windows-1252"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old or password-protected Excel"),
        (b"PK\x03\x04 not really", "could not be read as an Excel workbook"),
        (packed({"xl/workbook.xml": "<workbook/>"}), "could not be read as an Excel workbook"),
        (workbook([]), "The file is empty."),
    ],
)  # fmt: skip
def test_files_that_can_not_be_read(content: bytes, words: str) -> None:
    """M2: a file that can't be read is refused in one line that names what it has."""
    with pytest.raises(Invalid) as refused:
        read(content)
    assert words in refused.value.message
    assert "\n" not in refused.value.message


def far_rows(count: int) -> bytes:
    """A workbook with stray cells in the last column that there can be, down to the last row."""
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1048577 - count, 1048577))
    return with_rows(rows)


def with_rows(rows: str) -> bytes:
    """A workbook with more rows, as XML."""
    parts = {name: xml.replace("</sheetData>", f"{rows}</sheetData>") for name, xml in unpacked(BOOK).items()}
    return packed(parts)


def test_too_much() -> None:
    """M2, A6: too many rows or columns are refused, of each kind of file."""
    many = (HEADER + "\n" + "A,1,2\n" * (MOST_ROWS + 1)).encode()
    wide = workbook([[*COLUMNS, *["x"] * 998], ["A", "1", "2"]])
    for content, words in (
        (many, "at most 100000 rows"),
        (f"{HEADER}\n{',' * 1000}".encode(), "Row 2 has 1001 columns"),
        (wide, "1001 columns"),
    ):
        with pytest.raises(LimitExceeded) as refused:
            read(content)
        assert words in refused.value.message


@pytest.mark.parametrize("count", [1, 130])
def test_stray_cells(count: int) -> None:
    """M2: a cell far out, as people leave them behind, is in nobody's way."""
    assert (requested(far_rows(count)), told(far_rows(count))) == ([("A", ("1", "2"))], [])


def test_shared_strings() -> None:
    """M2: texts that cells refer to are whole, though parts of them look different, and say nothing of how they sound."""
    parts = unpacked(BOOK)
    strings = '<si><r><t>Produc</t></r><r><rPr><b/></rPr><t>tID</t></r><rPh sb="0" eb="1"><t>x</t></rPh></si><si><t>B &amp; C</t></si>'
    sheet = parts["xl/worksheets/sheet1.xml"]
    for n, inline in enumerate(("ProductID", "A")):
        text = f't="inlineStr"><is><t xml:space="preserve">{inline}</t></is></c>'
        assert text in sheet
        sheet = sheet.replace(text, f't="s"><v>{n}</v></c>')
    relation = '<Relationship Id="rId9" Type="x/sharedStrings" Target="/xl/strings.xml"/></Relationships>'
    rels = parts["xl/_rels/workbook.xml.rels"].replace("</Relationships>", relation)
    parts |= {
        "[Content_Types].xml": parts["[Content_Types].xml"].replace("</Types>", f"{STRINGS_TYPE}</Types>"),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/_rels/workbook.xml.rels": rels,
        "xl/strings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    assert requested(packed(parts)) == [("B & C", ("1", "2"))]


def test_a_workbook() -> None:
    """M2: the first sheet with the header is read, numbers that are exact are ids, and text is text."""
    content = workbook(
        [["Notes"], ["Fill in the next sheet"]],
        [[None, None], [*COLUMNS, "UseDefaultSafetyQuantity", "SafetyQuantity"],
         ["A", 601099512345678, "'17592186044416", True, 5], [12345, "1", "2", None, None]],
    )  # fmt: skip
    first, second = read(content).requests
    assert (first.subject, first.pair) == ("row 3 A", ("601099512345678", "17592186044416"))
    assert (first.uses_default, first.safety_quantity) == (True, 5)
    assert (second.sku, second.uses_default, second.safety_quantity) == ("12345", None, None)


@pytest.mark.parametrize(
    "cell,happened",
    [
        ("6.01E+14", "6.01E+14 was shortened by a spreadsheet; format the column as text"),
        ("6,01099512345678E+14", "was shortened"),
        (
            "601000000000000",
            "601000000000000 was shortened by a spreadsheet, which left zeros for its last digits",
        ),
        ("601099512345678.0", "was made a decimal number"),
        ("601099512345678,00", "was made a decimal number"),
        ("0601", "digits only with no zero in front"),
        ("601 099", "digits only"),
        ("-1", "digits only"),
        ("٣", "digits only"),
        ("1" * 33, "digits only"),
        (numeric(601099512345678.5), "is a decimal number"),
        (numeric(6010995123456780.0), "more than the 15 digits"),
        (numeric(6.01e20), "more than the 15 digits"),
        (numeric(float("inf")), "is a decimal number"),
        (numeric(-5.0), "is no id"),
        (numeric(0.0), "is no id"),
        (True, "was changed by a spreadsheet"),
    ],
)
def test_damaged_ids(cell: Cell, happened: str) -> None:
    """M2: an id that a spreadsheet has changed is refused, with what happened to it."""
    with pytest.raises(UnreadableCell) as refused:
        read_id(cell, "WebsiteProductID")
    assert happened in str(refused.value)


@given(IDS)
def test_ids_survive(number: int) -> None:
    """M2: an id as text is that id, bare or as people keep spreadsheets from touching it."""
    digits = str(number)
    for cell in (digits, f" {digits} ", f"'{digits}", f'="{digits}"'):
        assert read_id(cell, "X") == digits


@given(IDS)
def test_no_number_is_ever_another(number: int) -> None:
    """M2: whatever a spreadsheet makes of an id, it is read as that id or refused."""
    for cell in (
        numeric(float(number)),
        numeric(float(number), "0"),
        numeric(float(number), "0.00E+00"),
        f"{float(number):E}",
        f"{float(number):.3G}",
        f"{float(number):.15G}",
        f"{number}.0",
    ):
        try:
            assert read_id(cell, "X") == str(number)
        except UnreadableCell:
            continue


def test_rows() -> None:
    """M2: what each row asks for, and why some can't have it."""
    rows = [
        "A,1,2,yes,7", "B,,,no,", "C,,,,", ",1,2,,", "D,1,,,", "E,,2,,", "F,3,4,maybe,", "G,5,6,,-1", "H,5,6,,1.5",
        "A,1,2,TRUE,7", "A,1,2,,", f"{'x' * 101},1,2,,", "I,7,8",
    ]  # fmt: skip
    file = read((HEADER + ",UseDefaultSafetyQuantity,SafetyQuantity\n" + "\n".join(rows)).encode())

    assert [(w.subject, w.pair, w.uses_default, w.safety_quantity) for w in file.requests] == [
        ("row 2 A", ("1", "2"), True, 7),
        ("row 3 B", None, False, None),
        ("row 14 I", ("7", "8"), None, None),
    ]
    assert {(one.subject, one.code) for one in file.others} == {
        ("row 4 C", "NOTHING_TO_SET"),
        ("row 5", "INVALID"),
        *((f"row {n} {sku}", "INVALID") for n, sku in zip(range(6, 11), "DEFGH", strict=True)),
        ("row 11 A", "REPEATED"),
        ("row 12 A", "CONFLICT"),
        ("row 13", "INVALID"),
    }
    conflict = next(one for one in file.others if one.code == "CONFLICT")
    assert conflict.message == "row 12: A stands in row 2 already, with other values. Keep one of the two."
    assert all(one.status is not JobOutcomeStatus.SUCCEEDED for one in file.others)


def test_a_guessed_encoding_is_told() -> None:
    """M2: where an encoding had to be guessed, whoever looks for a SKU that isn't found is told so."""
    (request,) = read(f"{HEADER}\n{ROW}".encode("cp1252")).requests
    assert "Windows-1252" in request.hint
    assert [request.hint for request in read(f"{HEADER}\n{ROW}".encode()).requests] == [""]


@settings(deadline=None)
@given(st.one_of(
    st.binary(max_size=200),
    st.binary(max_size=60).map(lambda more: f"{HEADER}\nA,1,2\n".encode() + more),
    st.text(max_size=60).map(lambda more: f"{HEADER}\n{more}".encode("utf-8", "surrogatepass")),
    st.tuples(st.integers(0, len(BOOK) - 1), st.binary(min_size=1, max_size=8)).map(
        lambda change: BOOK[: change[0]] + change[1] + BOOK[change[0] + len(change[1]) :]
    ),
))  # fmt: skip
def test_whatever_is_handed_in(content: bytes) -> None:
    """M2, A6: any bytes are a file or refused with a reason; nothing else comes of them."""
    reason = None
    try:
        file = read(content)
    except Refused as refusal:
        reason = refusal.message
    else:
        subjects = [request.subject for request in file.requests] + [other.subject for other in file.others]
        assert len(subjects) == len(set(subjects))
    assert reason is None or (reason and "\n" not in reason)
