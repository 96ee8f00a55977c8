"""The tables, read: each interface with its parameters, its answer, its codes and its enumerations."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

HERE: Final = Path(__file__).parent
TYPES: Final = frozenset({"integer", "long", "text", "flag", "object", "money"})
CLASSES: Final = frozenset({"success", "passing", "token", "app", "permission", "refusal"})
MONEY: Final = {"currency": "text", "amount": "long"}
Certainty = Literal["A", "B", "C"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One parameter, or one field of an answer; see the package for the words."""

    path: str
    type: str
    certainty: Certainty
    sources: tuple[str, ...]
    required: bool = False
    null: bool | Literal["C"] = False
    enum: str | None = None
    open: bool = False
    min: int | None = None
    max: int | None = None
    most: int | None = None
    together: str | None = None
    one_of: str | None = None
    advised: str | None = None
    whole: bool = False
    time: Literal["seconds", "milliseconds"] | None = None
    filled: bool = False
    ordinary: Any = None
    only: str | None = None
    refused: bool = False
    form: bool = False
    note: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def parent(self) -> str:
        """The path of the object that holds it; the call or answer itself is ''."""
        return self.path.rpartition(".")[0]

    @property
    def is_list(self) -> bool:
        return self.type.endswith("[]")

    @property
    def element(self) -> str:
        return self.type.removesuffix("[]")


@dataclass(frozen=True)
class Code:
    kind: str
    certainty: Certainty
    meaning: str


@dataclass(frozen=True)
class Interface:
    name: str
    host: Literal["region", "partner"]
    result: Literal["object", "list", "flag", "any"]
    request: Mapping[str, Row]
    response: Mapping[str, Row]
    codes: Mapping[int, Code]
    enums: Mapping[str, Mapping[str, str]]
    is_called: bool
    """By the product, now or before long; others are the sandbox's alone."""

    def values(self, row: Row) -> Mapping[str, str]:
        """The values that a row may have; none where it may have any."""
        return {} if row.enum is None else self.enums[row.enum]


def gateway_codes() -> dict[int, Code]:
    read = _read(HERE / "gateway.toml")
    return _codes(read["codes"]) | _codes(read["partner_codes"])


def inferred_codes() -> frozenset[int]:
    return frozenset(int(code) for code in _read(HERE / "gateway.toml")["inferred_codes"])


@cache
def interfaces() -> Mapping[str, Interface]:
    shared = _read(HERE / "gateway.toml")["enums"]
    found = [_interface(file, shared) for file in sorted((HERE / "interfaces").glob("*.toml"))]
    return {one.name: one for one in found}


def all_codes() -> dict[int, Code]:
    """Every code that stands in a table."""
    found = gateway_codes()
    for one in interfaces().values():
        found |= one.codes
    return found


def _interface(file: Path, shared: Mapping[str, Any]) -> Interface:
    read = _read(file)
    return Interface(
        name=file.stem,
        host=read.get("host", "region"),
        result=read.get("result", "object"),
        request=_rows(read, "request"),
        response=_rows(read, "response"),
        codes=_codes(read["codes"]),
        enums={**shared, **read.get("enums", {})},
        is_called=read.get("is_called", True),
    )


def _rows(read: Mapping[str, Any], part: str) -> dict[str, Row]:
    usual = {"certainty": read["certainty"], "sources": read["sources"]}
    rows: dict[str, Row] = {}
    for path, values in read[part].items():
        told = usual | values
        rows[path] = Row(path=path, **(told | {"sources": tuple(told["sources"])}))
        if rows[path].element == "money":
            inside = f"{path}[]" if rows[path].is_list else path
            rows |= {
                f"{inside}.{name}": Row(path=f"{inside}.{name}", type=kind, **usual)
                for name, kind in MONEY.items()
            }
    return rows


def _codes(read: Mapping[str, Any]) -> dict[int, Code]:
    return {int(code): Code(*values) for code, values in read.items()}


def _read(file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        return tomllib.load(opened)
