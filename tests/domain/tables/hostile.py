"""Workbooks that are made to take much of whoever reads them, each for limits as `SMALL`."""

from domain.tables.workbook_messages import WorkbookLimits
from tests.domain.tables.workbook import packed, unpacked, workbook

MIB = 1024 * 1024
SMALL = WorkbookLimits(
    memory_bytes=128 * MIB,
    unpacked_bytes=24 * MIB,
    output_bytes=MIB,
    cpu_seconds=3,
    seconds=120,
    rows=20_000,
)
# Too large, or too long to read, whichever a machine meets first.
BIG = "The workbook "
TOO_LARGE, TOO_LONG = "The workbook is too large.", "The workbook takes too long to read."
TOO_MUCH, TOO_MANY = "The workbook holds too much to read.", "A file has at most 20000 rows"
UNREADABLE = "The file could not be read as an Excel workbook."

_COLUMNS = ["ProductID", "WebsiteProductID", "WebsiteProductIDVariantID"]
_PARTS = unpacked(workbook([_COLUMNS, ["A", "1", "2"]]))
_SHEET, _BOOK, _RELS, _TYPES = (
    "xl/worksheets/sheet1.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_STRINGS_TYPE = (
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sharedStrings+xml"/>'
)
_STYLES_TYPE = (
    '<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.styles+xml"/>'
)


def refused() -> dict[str, tuple[bytes, str]]:
    """Workbooks by what is in them, and how they are refused."""
    strings = f'<sst xmlns="{_MAIN}">' + "<si><t>x</t></si>" * 900_000 + "</sst>"
    xfs = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>' * 250_000
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "a part larger than all may be": (_changed(_SHEET, "</sheetData>", f"<!--{' ' * 25 * MIB}--></sheetData>"), TOO_LARGE),
        "texts without end": (_strings(strings, 1), BIG),
        "a row of many cells": (_rows('<row r="3">' + "<c><v>1</v></c>" * 700_000 + "</row>"), BIG),
        "many styles": (
            _changed(_TYPES, "</Types>", f"{_STYLES_TYPE}</Types>", **{
                "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs>{xfs}</cellXfs></styleSheet>'
            }),
            BIG,
        ),
        "one sheet under many names": (_named_often(3000), TOO_LARGE),
        "blank rows without end": (slow(), BIG),
        "more rows than may be": (_rows("<row><c><v>1</v></c></row>" * 20_001), TOO_MANY),
        "long texts": (_rows(f'<row><c t="str"><v>{"é" * 1000}</v></c></row>' * 2_000), TOO_MUCH),
        "entities in entities": (_entity(f'<!ENTITY a0 "aaaaaaaaaa">{entities}', "a9"), UNREADABLE),
        "a file of this machine": (_entity('<!ENTITY a SYSTEM "file:///etc/passwd">', "a"), UNREADABLE),
        "a part that is larger than it says": (_lying(), UNREADABLE),
    }  # fmt: skip


def harmless() -> dict[str, bytes]:
    """Workbooks that look as bad, and are read within the same limits."""
    return {
        "texts that many relations name": _strings(
            f'<sst xmlns="{_MAIN}">{"<si><t>x</t></si>" * 20_000}</sst>', 500
        ),
        "a cell in the last place": _rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "elements in elements": _changed(
            _SHEET, "<sheetData>", "<a>" * 100_000 + "</a>" * 100_000 + "<sheetData>"
        ),
        "elements in a cell": _rows(
            '<row r="3"><c r="D3">' + "<a>" * 50_000 + "</a>" * 50_000 + "</c></row>"
        ),
        "a part that nobody reads": packed(_PARTS | {"xl/media/image1.png": " " * 25 * MIB}),
    }


def slow() -> bytes:
    """A workbook that takes seconds to read."""
    return _rows("<row/>" * 3_000_000)


def _changed(part: str, before: str, after: str, **added: str) -> bytes:
    assert before in _PARTS[part]
    return packed(_PARTS | {part: _PARTS[part].replace(before, after)} | added)


def _rows(rows: str) -> bytes:
    return _changed(_SHEET, "</sheetData>", f"{rows}</sheetData>")


def _entity(entities: str, name: str) -> bytes:
    sheet = _PARTS[_SHEET].replace(">A<", f">&{name};<")
    return packed(_PARTS | {_SHEET: f"<!DOCTYPE x [{entities}]>{sheet}"})


def _strings(strings: str, relations: int) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = '<Relationship Id="s{}" Type="' + kind + '" Target="sharedStrings.xml"/>'
    many = "".join(relation.format(n) for n in range(relations))
    return packed(
        _PARTS
        | {
            _RELS: _PARTS[_RELS].replace("</Relationships>", f"{many}</Relationships>"),
            _TYPES: _PARTS[_TYPES].replace("</Types>", _STRINGS_TYPE * relations + "</Types>"),
            "xl/sharedStrings.xml": strings,
        }
    )


def _named_often(times: int) -> bytes:
    """A sheet without a header under many names: whoever looks for the header reads it as often."""
    tabs = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(5, 5 + times))
    sheet = (
        _PARTS[_SHEET]
        .replace("ProductID", "Product")
        .replace("</sheetData>", f"<!--{' ' * 10_000}--></sheetData>")
    )
    return packed(_PARTS | {_BOOK: _PARTS[_BOOK].replace("<sheets>", f"<sheets>{tabs}"), _SHEET: sheet})


def _lying() -> bytes:
    content = packed(_PARTS)
    size = len(f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{_PARTS[_BOOK]}'.encode())
    lie = content.replace(size.to_bytes(4, "little"), (size - 9).to_bytes(4, "little"))
    assert lie != content
    return lie
