"""Workbooks as spreadsheets show them, written by openpyxl and by hand."""

from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

import openpyxl
import pytest
from openpyxl.chartsheet import Chartsheet
from openpyxl.worksheet.worksheet import Worksheet

from domain.errors import Invalid, LimitExceeded
from tests.domain.tables.reading import read
from tests.domain.tables.workbook import packed, saved, unpacked, workbook

COLUMNS = ["ProductID", "WebsiteProductID", "WebsiteProductIDVariantID"]
Rows = Sequence[Sequence[object]]
IDS = ("601099512345678", "17592186044416")
STYLES_TYPE = (
    '<Override PartName="/xl/{}" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.styles+xml"/>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(*rows: list[object], change: Callable[[Worksheet], object] | None = None) -> bytes:
    """A workbook of one sheet."""
    made = openpyxl.Workbook()
    sheet = _first(made)
    for row in (COLUMNS, *rows):
        sheet.append(row)
    if change is not None:
        change(sheet)
    return saved(made)


def one_cell(value: object, code: str = "General", column: str = "A") -> bytes:
    """A row of which one cell has a number format."""
    row: list[object] = ["A-1", *IDS]
    row["ABC".index(column)] = value
    return book(row, change=lambda sheet: setattr(sheet[f"{column}2"], "number_format", code))


def sheets(*named: tuple[str, str, Rows], active: int = 0) -> bytes:
    """A workbook of several sheets: name, state, rows."""
    made = openpyxl.Workbook()
    made.remove(_first(made))
    for name, state, rows in named:
        sheet = made.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(list(row))
    made.active = active
    return saved(made)


def requested(content: bytes) -> list[tuple[str, Any]]:
    return [(request.sku, request.pair) for request in read(content).requests]


def words(content: bytes) -> str:
    """What is told of the only row, which failed."""
    file = read(content)
    assert file.requests == []
    (other,) = file.others
    assert other.code == "INVALID"
    return other.message or ""


@pytest.mark.parametrize(
    "value,code,sku",
    [
        (17, "00000", "00017"),
        (17, "General", "17"),
        (17, "@", "17"),
        (17, '"A"0', "A17"),
        (17, "[Red]0", "17"),
        (1017, "00-00", "10-17"),
        ("17", '"SKU-"@', "SKU-17"),
        (17.0, "00000", "00017"),
    ],
)
def test_a_sku_is_what_is_shown(value: object, code: str, sku: str) -> None:
    """M6: a cell whose format shows other characters than its value is read as it is shown."""
    assert requested(one_cell(value, code)) == [(sku, IDS)]


@pytest.mark.parametrize(
    "value,code,told",
    [
        (1017, "#,##0", "ProductID holds the number 1017, which is shown otherwise by its number format #,##0;"),
        (17, "0.00", "shown otherwise by its number format 0.00"),
        (17, "0%", "shown otherwise"),
        (0.17, "0%", "is a decimal number"),
        (17, ";;;", "of which its number format shows nothing"),
        ("17", '"x"#@', "is shown otherwise by its number format"),
        (date(2026, 3, 1), "d-mmm", "was made a date or a time by a spreadsheet (2026-03-01)"),
        (46082, "mmm yy", "was made a date or a time by a spreadsheet (2026-03-01)"),
        (time(13, 30), "h:mm", "was made a date or a time by a spreadsheet (13:30:00)"),
        (601000000000000, "General", "ProductID 6.01E+14 was shortened by a spreadsheet"),
        (True, "General", "was changed by a spreadsheet"),
        ("=1+1", "General", "ProductID holds a formula without a result"),
    ],
)  # fmt: skip
def test_a_sku_that_is_not_sure(value: object, code: str, told: str) -> None:
    """M6: what a cell shows is refused where the file alone doesn't say it, with words that say what happened."""
    assert told in words(one_cell(value, code))


@pytest.mark.parametrize("column", ["B", "C"])
@pytest.mark.parametrize(
    "value,code,told",
    [
        (601000000000000, "General", "6.01E+14 was shortened by a spreadsheet"),
        (6.01e14, "0.00E+00", "6.01E+14 was shortened by a spreadsheet; format the column as text"),
        (
            601000000000000,
            "0",
            "6.01E+14 was shortened by a spreadsheet, which left zeros for its last digits",
        ),
        (601099512000000, "General", "6.01099512E+14 was shortened by a spreadsheet"),
        (601099512345678, "0.00E+00", "6.01E+14 was shortened by a spreadsheet"),
        (601099512345678, "#,##0", "shown otherwise by its number format #,##0"),
        (6010995123456780, "General", "more than the 15 digits"),
        (17, "00000", "00017 is no id of Temu's"),
        (17, '"ID "0', "ID 17 is no id of Temu's"),
        (46082, "yyyy", "was made a date or a time"),
        ("#N/A", "General", "holds the error #N/A"),
    ],
)
def test_an_id_that_is_not_sure(column: str, value: object, code: str, told: str) -> None:
    """M2, M6: a number that a spreadsheet made of an id is refused like the text, and so is one that it shows otherwise."""
    assert told in words(one_cell(value, code, column))


@pytest.mark.parametrize("code", ["General", "0", "@", "[Red]0", "0;-0;;@"])
def test_a_number_that_is_kept_whole(code: str) -> None:
    """M2: a number of up to fifteen digits is the id that was typed, though a narrow column shows it shortened."""
    assert requested(one_cell(601099512345678, code, "B")) == [("A-1", IDS)]
    assert requested(one_cell(100000, code, "B")) == [("A-1", ("100000", IDS[1]))]


def test_quantities_are_amounts() -> None:
    """M6: of a quantity the separators don't matter, but what makes another number of it does."""
    header = [*COLUMNS, "SafetyQuantity", "UseDefaultSafetyQuantity"]
    codes = ["General", "#,##0", "0.00", "000", '0" pcs"', "0%", "0,", "d-mmm"]
    made = openpyxl.Workbook()
    sheet = _first(made)
    sheet.append(header)
    for row, code in enumerate(codes, start=2):
        sheet.append([f"A-{row}", None, None, 1200, 1])
        sheet[f"D{row}"].number_format = code
    file = read(saved(made))

    assert [
        (request.subject, request.safety_quantity, request.uses_default) for request in file.requests
    ] == [(f"row {row} A-{row}", 1200, True) for row in range(2, 6)]
    assert [other.subject for other in file.others] == [f"row {row} A-{row}" for row in range(6, 10)]


OTHER: Rows = [COLUMNS, ["A-1", "1", "2"]]
SHOWN: Rows = [COLUMNS, ["A-1", *IDS]]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_never_read(state: str) -> None:
    """M6: of a hidden sheet before the visible one nothing is read, also where the file says that it is active."""
    for active in (0, 1):
        content = sheets(("old", state, OTHER), ("Mapping", "visible", SHOWN), active=active)
        file = read(content)
        assert [(request.sku, request.pair) for request in file.requests] == [("A-1", IDS)]
        assert [(other.subject, other.code, other.message) for other in file.others] == [
            ("(workbook)", "SHEETS_IGNORED", "Read the sheet Mapping. Ignored the others: old (hidden).")
        ]


def test_the_active_sheet_is_read() -> None:
    """M6: of several visible sheets the one that the workbook opens with is read, and the others are named."""
    names = ("one", "two", "three")
    for active, name in enumerate(names):
        rows = [[COLUMNS, [sheet, "1", "2"]] for sheet in names]
        content = sheets(
            *((sheet, "visible", row) for sheet, row in zip(names, rows, strict=True)), active=active
        )
        file = read(content)
        assert [request.sku for request in file.requests] == [name]
        others = ", ".join(other for other in names if other != name)
        assert file.others[0].message == f"Read the sheet {name}. Ignored the others: {others}."


def test_where_the_header_is_elsewhere() -> None:
    """M6: the only other visible sheet with the header is read and said; of two nobody chooses, and hidden ones never."""
    notes: tuple[str, str, Rows] = ("Notes", "visible", [["Fill in the next sheet"]])
    file = read(sheets(notes, ("old", "hidden", OTHER), ("Mapping", "visible", SHOWN)))
    assert [(request.sku, request.pair) for request in file.requests] == [("A-1", IDS)]
    assert file.others[0].message == "Read the sheet Mapping. Ignored the others: Notes, old (hidden)."
    for content, told in (
        (sheets(notes, ("M1", "visible", SHOWN), ("M2", "visible", OTHER)), "This is the sheet Notes, which is shown"),
        (sheets(("", "visible", []), ("M1", "visible", SHOWN), ("M2", "visible", OTHER)), "the header is in M1, M2."),
        (sheets(notes, ("old", "hidden", SHOWN)), "The first row has: Fill in the next sheet."),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            read(content)
        assert told in refused.value.message


def test_a_chart_is_no_table() -> None:
    """M6: a chart in front of the table is named, and neither read nor in its way."""
    made = openpyxl.Workbook()
    for row in SHOWN:
        _first(made).append(list(row))
    chart: Chartsheet = made.create_chartsheet("Chart", 0)
    assert chart.title == "Chart"
    made.active = 0
    file = read(saved(made))
    assert [request.pair for request in file.requests] == [IDS]
    assert file.others[0].message == "Read the sheet Sheet. Ignored the others: Chart."


def with_cells(
    cells: str, *, calculation: str = "", styles: str | None = None, styles_at: str = "styles.xml"
) -> bytes:
    """A workbook whose second row is these cells, as XML."""
    parts = unpacked(workbook([COLUMNS]))
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace("</sheetData>", f'<row r="2">{cells}</row></sheetData>')
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("</sheets>", f"</sheets>{calculation}")
    if styles is not None:
        related = f'<Relationship Id="rId7" Type="x/styles" Target="{styles_at}"/></Relationships>'
        rels, types = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
        parts[rels] = parts[rels].replace("</Relationships>", related)
        parts[types] = parts[types].replace("</Types>", STYLES_TYPE.format(styles_at) + "</Types>")
        parts[f"xl/{styles_at}"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    return packed(parts)


PAIR = '<c r="B2" t="str"><v>1</v></c><c r="C2" t="str"><v>2</v></c>'


@pytest.mark.parametrize(
    "cell,result",
    [
        ('<c r="A2"><f>X1</f></c>', "holds a formula without a result"),
        ('<c r="A2"><f>X1</f><v/></c>', "holds a formula without a result"),
        ('<c r="A2"><f>X1</f><v></v></c>', "holds a formula without a result"),
        ('<c r="A2" t="str"><f>X1</f></c>', "holds a formula without a result"),
        ('<c r="A2"><f>X1</f><v>0</v></c>', "holds a formula without a result"),
        ('<c r="A2"><f t="shared" si="0"/></c>', "holds a formula without a result"),
        ('<c r="A2" t="e"><f>X1</f><v>#N/A</v></c>', "holds the error #N/A"),
        ('<c r="A2" t="str"><f>X1</f><v></v></c>', "ProductID must not be empty"),
        ('<c r="A2" t="s"><v>7</v></c>', "holds what no spreadsheet writes"),
        ('<c r="A2" t="s"><v>-1</v></c>', "holds what no spreadsheet writes"),
        ('<c r="A2"><v>1.#QNAN</v></c>', "holds what no spreadsheet writes"),
        ('<c r="A2"><v>1_7</v></c>', "holds what no spreadsheet writes"),
        ('<c r="A2"><v>\u0661\u0667</v></c>', "holds what no spreadsheet writes"),
        ('<c r="A2" t="str"><v>A_x0000_1</v></c>', "ProductID must not hold control characters"),
        ('<c r="A2"><v>1e999</v></c>', "holds a number that no spreadsheet keeps"),
        ('<c r="A2" t="d"><v>2026-03-01</v></c>', "was made a date or a time by a spreadsheet (2026-03-01)"),
        ('<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>', "is there twice in its row"),
        ('<c r="A2" s="9"><v>17</v></c>', "shown otherwise by its number format (unknown)"),
        ('<c r="A2" s="-1"><v>17</v></c>', "shown otherwise by its number format (unknown)"),
    ],
)
def test_cells_that_fail_their_row(cell: str, result: str) -> None:
    """M6: a formula without a result, an error and whatever can't be a value fail their row and say so."""
    content = with_cells(cell + PAIR, calculation='<calcPr fullCalcOnLoad="1"/>')
    assert result in words(content)


def test_characters_that_are_escaped() -> None:
    """M6: what XML can't hold is read as it is shown: the line break behind an SKU, and what merely looks like one."""
    cases = (("A-1_x000D_&#10;", "A-1"), ("A_x0042_", "AB"), ("A_x005F_x0042_", "A_x0042_"), ("_xD83D__xDE00__xD83D_", "\U0001f600\ufffd"))  # fmt: skip
    cell = '<c t="str"><v xml:space="preserve">{}</v></c>'
    rows = [
        f"{cell.format(written)}{cell.format(2 * n)}{cell.format(2)}"
        for n, (written, _) in enumerate(cases, 1)
    ]
    content = with_cells(
        '</row><row r="3">'.join(rows[:2]) + '</row><row r="4">' + '</row><row r="5">'.join(rows[2:])
    )
    assert [sku for sku, _ in requested(content)] == [sku for _, sku in cases]


def test_results_that_were_kept() -> None:
    """M6: of a formula the result is read; a 0 too, unless the file asks for all to be calculated anew."""
    assert requested(with_cells('<c r="A2" t="str"><f>X1</f><v>A-1</v></c>' + PAIR)) == [("A-1", ("1", "2"))]
    assert requested(with_cells('<c r="A2"><f>X1</f><v>0</v></c>' + PAIR)) == [("0", ("1", "2"))]
    kept = '<c r="A2"><f>X1</f><v>7</v></c>'
    assert requested(with_cells(kept + PAIR, calculation='<calcPr fullCalcOnLoad="1"/>')) == [
        ("7", ("1", "2"))
    ]


def test_columns_that_nobody_reads() -> None:
    """M6: neither a formula without a result nor an error or a date fails a row in a column that means nothing here."""
    made = openpyxl.Workbook()
    sheet = _first(made)
    sheet.append([*COLUMNS, "Note", "When", "What"])
    sheet.append(["A-1", *IDS, "=1+1", date(2026, 3, 1), "#REF!"])
    assert requested(saved(made)) == [("A-1", IDS)]


CODES = '<numFmts count="1"><numFmt numFmtId="170" formatCode="00000"/></numFmts>'
FONTS = "<fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>"
XFS = '<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/><xf numFmtId="{}" fontId="0" fillId="0" borderId="0"/></cellXfs>'


@pytest.mark.parametrize("styles_at", ["styles.xml", "looks.xml"])
def test_styles_wherever_they_are(styles_at: str) -> None:
    """M6: number formats are found where the workbook says that they are."""
    styles = CODES + FONTS + XFS.format(170)
    content = with_cells('<c r="A2" s="1"><v>17</v></c>' + PAIR, styles=styles, styles_at=styles_at)
    assert requested(content) == [("00017", ("1", "2"))]


@pytest.mark.parametrize(
    "styles", [CODES + "<fills><fill/></fills>" + XFS.format(170), FONTS + XFS.format(31)]
)
def test_styles_that_nobody_knows(styles: str) -> None:
    """M6: by styles that can't be read, and formats that differ from country to country, texts are read and no number is."""
    number = with_cells('<c r="A2" s="1"><v>17</v></c>' + PAIR, styles=styles)
    assert "shown otherwise by its number format (unknown)" in words(number)
    assert requested(with_cells('<c r="A2" s="1" t="str"><v>17</v></c>' + PAIR, styles=styles)) == [
        ("17", ("1", "2"))
    ]


@pytest.mark.parametrize(
    "before,after",
    [
        ("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'),
        ("<sheetData>", '<dimension ref="A1"/><sheetData>'),
        ("</sheetData>", '</sheetData><autoFilter ref="A1:C2"><filterColumn colId="no"/></autoFilter>'),
        ("</sheetData>", '</sheetData><hyperlinks><hyperlink ref="nowhere"/></hyperlinks>'),
        ('<row r="2">', "<row>"),
        ('<c r="A2" ', "<c "),
    ],
)  # fmt: skip
def test_what_other_programs_write(before: str, after: str) -> None:
    """M2: what a program writes of a sheet besides its cells, or leaves out, stands in nobody's way."""
    parts = unpacked(workbook([COLUMNS, ["A-1", *IDS]]))
    sheet = "xl/worksheets/sheet1.xml"
    assert before in parts[sheet]
    changed = packed(parts | {sheet: parts[sheet].replace(before, after)})
    assert requested(changed) == [("A-1", IDS)]


def test_other_ways_to_write_a_workbook() -> None:
    """M2: names with a prefix and odd properties are read; what can't be is refused with what to do."""
    parts = unpacked(workbook([COLUMNS, ["A-1", *IDS]]))
    sheet = "xl/worksheets/sheet1.xml"
    prefixed = parts[sheet].replace("xmlns=", "xmlns:x=").replace("<", "<x:").replace("<x:/", "</x:")
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    odd = f'<p:coreProperties xmlns:p="{core}" xmlns:d="http://purl.org/dc/terms/"><d:created>1.2.26</d:created></p:coreProperties>'
    assert requested(packed(parts | {sheet: prefixed, "docProps/core.xml": odd})) == [("A-1", IDS)]
    strict = {
        name: xml.replace("schemas.openxmlformats.org/spreadsheetml/2006/main", "purl.oclc.org/ooxml/spreadsheetml/main")
        .replace("schemas.openxmlformats.org/officeDocument/2006", "purl.oclc.org/ooxml/officeDocument")
        for name, xml in parts.items()
    }  # fmt: skip
    backwards = parts[sheet].replace('<row r="2">', '<row r="1">')
    endless = parts[sheet].replace('<row r="2">', f'<row r="{"9" * 4000}">')
    for content, told in (
        (packed(strict), "is of the kind Strict Open XML. Save it as an ordinary Excel workbook"),
        (packed(parts | {sheet: backwards}), "The rows of the sheet are out of order."),
    ):
        with pytest.raises(Invalid) as refused:
            read(content)
        assert told in refused.value.message
    with pytest.raises(LimitExceeded, match="a row beyond 1,048,576"):
        read(packed(parts | {sheet: endless}))


def _first(made: openpyxl.Workbook) -> Worksheet:
    sheet = made.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet
