"""What a kind of file has in its columns (M2). Pure, and light: the process that reads workbooks loads it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from domain import text
from domain.errors import LimitExceeded
from domain.tables.cells import Cell, is_blank


class Columns(Struct, frozen=True):
    """The columns of a kind of file. *telling* are those by which a line of text is known to be a row of its own: each of
    them holds digits, and nothing but what *like* matches.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    like: str = r"[\s\"'=.,+\deE]+"
    # A row of the template.
    example: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, in the order of the template."""
        return (*self.required, *self.optional)

    def named(self, header: Sequence[object]) -> list[tuple[str, int]]:
        """Each cell of a header that names a column: column and place. Case, spaces and what nobody sees are free."""
        known = {name.casefold(): name for name in self.names}
        found = (re.sub(r"[\s_-]", "", text.visible(str(cell))).casefold() for cell in header)
        return [(known[name], place) for place, name in enumerate(found) if name in known]

    def places(self, header: Sequence[object]) -> dict[str, int]:
        """The columns that a header has, each with the first place where it is named."""
        return dict(reversed(self.named(header)))

    def missing(self, header: Sequence[object]) -> list[str]:
        """The columns that a header has to have and has not."""
        found = self.places(header)
        return [name for name in self.required if name not in found]

    def below(
        self, header: Sequence[Cell], rows: Iterable[tuple[int, Mapping[int, Cell]]], *, most: int
    ) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Number and cells by column of the rows that show anything in a column of *header*'s. Raises LimitExceeded."""
        found, count = self.places(header), 0
        for number, row in rows:
            cells = {name: row.get(place, "") for name, place in found.items()}
            if all(map(is_blank, cells.values())):
                continue
            count += 1
            if count > most:
                raise LimitExceeded(f"A file has at most {most} rows below its header. Divide this one.")
            yield number, cells


def listed(names: Iterable[object]) -> str:
    """Some names in a sentence."""
    some = [str(name) for name in names if name]
    return ", ".join(some[:20]) + (", …" if len(some) > 20 else "")
