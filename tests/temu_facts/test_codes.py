"""The codes that code and sandbox name are Temu's, and mean what the tables say."""

import ast
from collections.abc import Iterator
from pathlib import Path

from domain.temu import errors
from domain.temu.errors import error_for
from tests.temu_facts.known_differences import check
from tests.temu_facts.table import HERE, all_codes, gateway_codes, inferred_codes, interfaces

_ROOT = HERE.parent.parent
# Of the gateway, and of the businesses behind it.
_GATEWAY, _BUSINESS = range(2_000_000, 8_000_000), range(110_000_000, 190_000_000)
_CLASSES: dict[str, type[Exception]] = {
    "passing": errors.TemuUnavailable,
    "token": errors.TokenRefused,
    "app": errors.AppRefused,
    "permission": errors.PermissionMissing,
    "refusal": errors.TemuRefused,
}


def _numbers(file: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and type(node.value) is int:
            yield node.value


def _is_a_code(number: int) -> bool:
    return number in _BUSINESS or (number in _GATEWAY and number % 1_000_000 < 100)


def test_each_code_that_is_named_stands_in_a_table() -> None:
    """Or among the inferred ones; by what a number looks like, wherever it stands."""
    files = [
        *Path(_ROOT, "domain").rglob("*.py"),
        *Path(_ROOT, "jobs").rglob("*.py"),
        *(
            file
            for file in Path(_ROOT, "tests", "sandbox").rglob("*.py")
            if not file.name.startswith("test_")
        ),
    ]
    named = {(number, file.name) for file in files for number in _numbers(file) if _is_a_code(number)}
    assert len(named) > 50, "hardly any code is named any more: the pattern is wrong"
    known = {*all_codes(), *inferred_codes()}
    check("codes named", {f"{number} in {file}" for number, file in named if number not in known})


def test_no_code_is_both_inferred_and_told() -> None:
    """An inferred one may be told of another interface."""
    assert not inferred_codes() & set(gateway_codes())


def test_codes_mean_what_the_tables_say() -> None:
    """The class of error that each becomes, save where the tables only guess."""
    by_interface = [("bg.order.list.v2.get", gateway_codes())]
    by_interface += [(one.name, dict(one.codes)) for one in interfaces().values() if one.is_called]
    found: set[str] = set()
    for name, codes in by_interface:
        for number, code in codes.items():
            if code.kind != "success" and code.certainty != "C":
                error = error_for(name, number, "words of Temu's")
                if not isinstance(error, _CLASSES[code.kind]):
                    found.add(f"{number} is {type(error).__name__}, and not {_CLASSES[code.kind].__name__}")
    check("codes' classes", found)
