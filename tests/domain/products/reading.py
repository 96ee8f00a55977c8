"""
Mapping files read outside any job.
"""

import asyncio

from domain.products import mapping_file, number_formats, tables
from domain.products.cells import Number
from domain.products.mapping_file import MappingFile


def read(content: bytes) -> MappingFile:
    """
    What a file wishes for.
    """
    return mapping_file.read(asyncio.run(tables.read(content)))


def numeric(value: float, code: str = "General") -> Number:
    """
    A cell of a workbook that holds a number and shows it by a format.
    """
    return Number(value, number_formats.show_number(value, code), code)
