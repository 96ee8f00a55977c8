"""A call that is taken, changed in one place: what has to be refused then, and what has to be taken."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.temu_facts.comparing import holders
from tests.temu_facts.table import Interface, Row


@dataclass(frozen=True)
class Change:
    """`told` is the difference where what has to be isn't so."""

    parameters: dict[str, Any]
    is_refused: bool
    told: str


def changes(interface: Interface, call: Mapping[str, Any]) -> Iterator[Change]:
    """Each parameter that the call holds: left out, outside what it may be, and at its limit."""
    for row in interface.request.values():
        if any(row.name in holder for holder in holders(call, row.parent)):
            yield from _without(interface, call, row)
            yield from _outside(interface, call, row)
            yield from _at_the_limit(call, row)


def _without(interface: Interface, call: Mapping[str, Any], row: Row) -> Iterator[Change]:
    if row.required:
        if row.certainty != "C":
            yield Change(_changed(call, row, ...), is_refused=True, told=f"takes a call without {row.path}")
    elif row.together and row.refused:
        told = f"takes {row.together} without {row.path}"
        yield Change(_changed(call, row, ...), is_refused=True, told=told)
    elif not row.one_of and not row.form:
        yield Change(_changed(call, row, ...), is_refused=False, told=f"refuses a call without {row.path}")


def _outside(interface: Interface, call: Mapping[str, Any], row: Row) -> Iterator[Change]:
    if not row.refused:
        return
    wrong: list[Any] = []
    if row.enum and not row.open:
        wrong.append("none of them" if row.element == "text" else _number_outside(interface.values(row)))
    if row.min is not None:
        wrong.append(row.min - 1)
    if row.max is not None:
        wrong.append(row.max + 1)
    if row.time == "seconds":
        wrong.append(1_700_000_000_000)
    for value in wrong:
        told = f"takes {value} in {row.path}"
        yield Change(_changed(call, row, [value] if row.is_list else value), is_refused=True, told=told)
    if row.most is not None:
        values = _many(call, row, row.most + 1)
        yield Change(_changed(call, row, values), is_refused=True, told=f"takes {row.most + 1} in {row.path}")


def _at_the_limit(call: Mapping[str, Any], row: Row) -> Iterator[Change]:
    if row.form:
        return
    if row.max is not None:
        yield Change(_changed(call, row, row.max), is_refused=False, told=f"refuses {row.max} in {row.path}")
    if row.most is not None:
        values = _many(call, row, row.most)
        yield Change(_changed(call, row, values), is_refused=False, told=f"refuses {row.most} in {row.path}")


def _number_outside(values: Mapping[str, str]) -> int:
    """Between those that there are, where it can be: the likelier mistake."""
    return next(number for number in range(1, 1000) if str(number) not in values)


def _many(call: Mapping[str, Any], row: Row, count: int) -> list[Any]:
    """So many of what stands there, each other than the others."""
    first = holders(call, row.parent)[0][row.name][0]
    return [f"{first}{number}" for number in range(count)]


def _changed(call: Mapping[str, Any], row: Row, value: Any) -> dict[str, Any]:
    """The call with another value at a path; Ellipsis leaves it out."""
    changed = copy.deepcopy(dict(call))
    for holder in holders(changed, row.parent):
        if row.name in holder:
            holder[row.name] = value
            if value is ...:
                del holder[row.name]
    return changed
