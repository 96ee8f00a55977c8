"""Tables at the command line: with lines in a terminal; piped, columns that `awk` reads. Nothing in them is cut."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

_PIPED_WIDTH = 2000


def console() -> Console:
    made = Console(highlight=False, soft_wrap=True)
    if not made.is_terminal:
        # Rich takes a pipe for a terminal of 80 columns, and would break lines there.
        made.width = _PIPED_WIDTH
    return made


def show(
    on: Console, columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str | None = None
) -> None:
    """The first column is never broken, however narrow a terminal is: it is what a row is looked up by."""
    style = box.ROUNDED if on.is_terminal else None
    table = Table(title=title, box=style, title_justify="left", pad_edge=on.is_terminal)
    for position, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=position == 0)
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    on.print(table)
