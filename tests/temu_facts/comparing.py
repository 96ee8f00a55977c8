"""
What differs between a call, or an answer, and its table. Differences are texts that don't change from run to run, so that
known ones can be listed.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.temu_facts.table import Interface, Row

_LARGEST_INTEGER: Final = 2**31 - 1
_SECONDS: Final = range(10**9, 10**10)
_MILLISECONDS: Final = range(10**12, 10**13)


def differences_of_call(interface: Interface, parameters: Mapping[str, Any]) -> set[str]:
    """Of what was sent: names, types, what is required or advised, values and limits."""
    rows = interface.request
    found = set(_inside(interface, rows, parameters, "", where="sends"))
    found |= {
        f"sends no {row.path}" for row in rows.values() if row.required and _is_left_out(row, parameters)
    }
    for row in rows.values():
        if row.together and row.name in parameters and row.together not in parameters:
            found.add(f"sends {row.path} without {row.together}")
        if row.advised and (row.advised == "always" or row.advised in parameters):
            sent = parameters.get(row.name)
            if sent is None:
                found.add(f"sends no {row.path}")
            elif row.whole and set(map(str, sent)) != set(interface.values(row)):
                found.add(f"sends a part of {row.path}")
    groups = {row.one_of for row in rows.values() if row.one_of and row.parent == ""}
    for group in groups:
        names = [row.name for row in rows.values() if row.one_of == group]
        if not any(parameters.get(name) for name in names):
            found.add(f"sends none of {', '.join(names)}")
    return {f"{interface.name}: {one}" for one in found}


def differences_of_answer(interface: Interface, result: Any) -> set[str]:
    """Of what was answered: names, types, nulls and values."""
    rows = interface.response
    match interface.result:
        case "flag":
            found = set[str]() if isinstance(result, bool) else {"answers no flag"}
        case "list" if isinstance(result, list):
            found = set(_of_each(interface, rows, result, "[]", where="answers"))
        case "object" if isinstance(result, dict):
            found = set(_inside(interface, rows, result, "", where="answers"))
        case "any":
            found = set()
        case _:
            found = {f"answers no {interface.result}"}
    return {f"{interface.name}: {one}" for one in found}


def differences_from_ordinary(interface: Interface, result: Any) -> set[str]:
    """Of an answer of a mall in good order, where nothing special is asked for."""
    root = {"[]": result} if isinstance(result, list) else result
    return {
        f"{interface.name}: answers {holder[row.name]} in {row.path}, ordinarily {row.ordinary}"
        for row in interface.response.values()
        if row.ordinary is not None
        for holder in holders(root, row.parent)
        if holder.get(row.name, row.ordinary) not in (None, row.ordinary)
    }


def _is_left_out(row: Row, parameters: Mapping[str, Any]) -> bool:
    """Whether any object that should hold it doesn't."""
    return any(holder.get(row.name) in (None, "", []) for holder in holders(parameters, row.parent))


def holders(value: Any, path: str) -> list[dict[str, Any]]:
    """The objects at a path; '' is the value itself."""
    if path == "":
        return [value] if isinstance(value, dict) else []
    name, _, rest = path.partition(".")
    plain = name.removesuffix("[]")
    inner = value if plain == "" else value.get(plain) if isinstance(value, dict) else None
    inners = inner if isinstance(inner, list) else [inner]
    return [one for each in inners if each is not None for one in holders(each, rest)]


def _inside(
    interface: Interface, rows: Mapping[str, Row], value: Mapping[str, Any], path: str, *, where: str
) -> Iterator[str]:
    for name, inner in value.items():
        inner_path = f"{path}.{name}" if path else name
        row = rows.get(inner_path)
        if row is None:
            yield f"{where} {inner_path}, which is in no table"
        else:
            yield from _at(interface, rows, row, inner, where=where)


def _at(interface: Interface, rows: Mapping[str, Row], row: Row, value: Any, *, where: str) -> Iterator[str]:
    if value is None:
        if not row.null:
            yield f"{where} null in {row.path}"
    elif row.is_list:
        if not isinstance(value, list):
            yield f"{where} {row.path} as {_kind(value)}"
            return
        if row.most is not None and len(value) > row.most:
            yield f"{where} more than {row.most} in {row.path}"
        if row.filled and not value:
            yield f"{where} nothing in {row.path}"
        yield from _of_each(interface, rows, value, f"{row.path}[]", where=where, row=row)
    else:
        yield from _one(interface, rows, row, value, row.path, where=where)


def _of_each(
    interface: Interface,
    rows: Mapping[str, Row],
    values: list[Any],
    path: str,
    *,
    where: str,
    row: Row | None = None,
) -> Iterator[str]:
    for value in values:
        if row is None or row.element in {"object", "money"}:
            if isinstance(value, dict):
                yield from _inside(interface, rows, value, path, where=where)
            else:
                yield f"{where} {path} as {_kind(value)}"
        else:
            yield from _one(interface, rows, row, value, path, where=where)


def _one(
    interface: Interface, rows: Mapping[str, Row], row: Row, value: Any, path: str, *, where: str
) -> Iterator[str]:
    if not is_of(row.element, value):
        yield f"{where} {path} as {_kind(value)}"
        return
    if row.element in {"object", "money"}:
        yield from _inside(interface, rows, value, path, where=where)
        return
    allowed = interface.values(row)
    if allowed and not row.open and not is_among(value, allowed):
        yield f"{where} {value} in {path}"
    if isinstance(value, int) and not isinstance(value, bool):
        yield from _number(row, value, path, where=where)


def _number(row: Row, value: int, path: str, *, where: str) -> Iterator[str]:
    if row.min is not None and value < row.min:
        yield f"{where} {path} below {row.min}"
    if row.max is not None and value > row.max:
        yield f"{where} {path} above {row.max}"
    if row.time and value not in (_SECONDS if row.time == "seconds" else _MILLISECONDS):
        yield f"{where} {path} not in {row.time}"


def is_of(kind: str, value: Any) -> bool:
    """Whether JSON's value is of a type of the tables."""
    match kind:
        case "integer":
            return type(value) is int and abs(value) <= _LARGEST_INTEGER
        case "long":
            return type(value) is int
        case "text":
            return isinstance(value, str)
        case "flag":
            return isinstance(value, bool)
        case _:
            return isinstance(value, dict)


def is_among(value: Any, allowed: Mapping[str, str]) -> bool:
    """Whether a value is one of an enumeration's; a star at the end of one stands for anything."""
    text = str(value)
    return text in allowed or any(one.endswith("*") and text.startswith(one[:-1]) for one in allowed)


def _kind(value: Any) -> str:
    names = {
        bool: "a flag",
        int: "a number",
        float: "a fraction",
        str: "text",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "null")


def sample(interface: Interface) -> Any:
    """An answer with every field of the table, of one row in each list."""
    if interface.result in {"flag", "any"}:
        return True
    root = "[]" if interface.result == "list" else ""
    made = _sample_of(interface, root)
    return [made] if interface.result == "list" else made


def sample_value(interface: Interface, row: Row) -> Any:
    """Something that may stand in a row."""
    one = _sample_one(interface, row)
    return [one] if row.is_list else one


def _sample_of(interface: Interface, path: str) -> dict[str, Any]:
    return {
        row.name: sample_value(interface, row) for row in interface.response.values() if row.parent == path
    }


def _sample_one(interface: Interface, row: Row) -> Any:
    if row.element in {"object", "money"}:
        return _sample_of(interface, f"{row.path}[]" if row.is_list else row.path)
    allowed = [value for value in interface.values(row) if not value.endswith("*")]
    if row.element in {"integer", "long"}:
        number = {"seconds": 1_700_000_000, "milliseconds": 1_700_000_000_000, None: 1}[row.time]
        return int(allowed[0]) if allowed else number
    return {"text": allowed[0] if allowed else "text", "flag": True}[row.element]
