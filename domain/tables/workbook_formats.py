"""What the cells of a workbook show by their styles. Loaded by the process that reads workbooks alone."""

import math
import zipfile
from contextlib import suppress
from typing import Any, NamedTuple

from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import ARC_STYLE

from domain.errors import LimitExceeded
from domain.tables import number_formats
from domain.tables.cells import Cell, Flawed, Number

_UNKNOWN_FORMAT = "(unknown)"
_LONGEST_CODE = 255


class Formats:
    """The number formats of cells, by their style. Where styles can't be read no number is sure."""

    def __init__(self, archive: zipfile.ZipFile, book: Any, related: Any) -> None:
        self._book = book
        # openpyxl looks for them in one place, wherever the workbook says that they are.
        part = next((one.target for one in related if one.Type.endswith("/styles")), ARC_STYLE)
        self._are_known = True
        styles: Any = _Renamed(archive, part)
        try:
            if part in archive.namelist():
                apply_stylesheet(styles, book)
        except (MemoryError, LimitExceeded):
            raise
        except Exception:  # noqa: BLE001 - it demands much of fonts and fills, which nobody needs here
            self._are_known = False
        self.dates = book._date_formats  # noqa: SLF001
        self.durations = book._timedelta_formats  # noqa: SLF001

    def number(self, value: float, style: int) -> Cell:
        """A number as it is shown."""
        with suppress(OverflowError):
            value = value if abs(value) < 2**63 else float(value)
            if math.isfinite(value):
                code = self._code(style)
                shown = number_formats.show_number(value, code)
                return Number(value, shown, "" if shown is not None else code[:_LONGEST_CODE])
        return Flawed("", "holds a number that no spreadsheet keeps")

    def text(self, value: str, style: int) -> Cell:
        """A text as it is shown."""
        shown = number_formats.show_text(value, self._code(style))
        return Flawed(value, "is shown otherwise by its number format") if shown is None else shown

    def _code(self, style: int) -> str:
        styles = self._book._cell_styles  # noqa: SLF001
        if not self._are_known or not 0 <= style < len(styles):
            return _UNKNOWN_FORMAT
        number = styles[style].numFmtId
        if number < BUILTIN_FORMATS_MAX_SIZE:
            # Those that it doesn't know are dates and amounts of countries.
            return str(BUILTIN_FORMATS.get(number, _UNKNOWN_FORMAT))
        custom = self._book._number_formats  # noqa: SLF001
        place = number - BUILTIN_FORMATS_MAX_SIZE
        return str(custom[place]) if place < len(custom) else _UNKNOWN_FORMAT


class _Renamed(NamedTuple):
    """An archive in which any name stands for one part."""

    archive: zipfile.ZipFile
    part: str

    def read(self, _: str) -> bytes:
        return self.archive.read(self.part)
