"""Queries written at random from the schema itself: every field with its arguments, aliases, fragments, directives and
variables, all of it valid.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
)
from hypothesis import strategies as st

Drawn = TypeVar("Drawn")
# Objects inside objects; nodes and edges of a connection count too.
_DEPTH = 6
# Of what ids are that a filter names.
_NAMED = {"warehouseIds": "Warehouse", "productIds": "Product"}


@dataclass(frozen=True)
class Known:
    """
    What arguments may say: ids by type, cursors by connection, texts by the name of an argument or a filter's field.
    """

    ids: Mapping[str, Sequence[str]]
    cursors: Mapping[str, Sequence[str]]
    texts: Mapping[str, Sequence[str]]


@dataclass
class Query:
    """A query with what it is sent with, and with other texts of the same form."""

    document: str
    variables: dict[str, Any]
    others: dict[str, Any]


@dataclass
class Writer:
    """Writes one query."""

    data: st.DataObject
    schema: GraphQLSchema
    known: Known
    # Of each type, fields that are not to be asked for.
    without: Mapping[str, frozenset[str]]
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    others: dict[str, Any] = field(default_factory=dict[str, Any])
    _declared: list[str] = field(default_factory=list[str])
    _fragments: list[str] = field(default_factory=list[str])
    _names: int = 0
    # Fields of one name are of one type in one class, and of another in another.
    _is_of_any: bool = False

    def query(self) -> Query:
        """A query of one root field or two."""
        root = self.schema.query_type
        assert root is not None
        wanted = sorted(root.fields.keys() - self.without.get(root.name, ()))
        names = [self._one(wanted) for _ in range(self._one([1, 1, 2]))]
        fields = [f"r{i}: {self._field(root, name, _DEPTH)}" for i, name in enumerate(names)]
        head = f"query({', '.join(self._declared)})" if self._declared else ""
        document = " ".join([head, "{", *fields, "}", *self._fragments])
        return Query(document, self.variables, self.others)

    def _one(self, choices: Sequence[Drawn]) -> Drawn:
        return self.data.draw(st.sampled_from(choices))

    def _name(self, prefix: str) -> str:
        self._names += 1
        return f"{prefix}{self._names}"

    def _field(self, kind: GraphQLObjectType | GraphQLInterfaceType, name: str, depth: int) -> str:
        known = kind.fields[name]
        inner = get_named_type(known.type)
        written = name + self._arguments(known, inner.name)
        return written if is_leaf_type(inner) else f"{written} {self._selections(inner, depth - 1)}"

    def _selections(self, kind: Any, depth: int) -> str:
        if isinstance(kind, GraphQLInterfaceType):
            return "{ " + " ".join([*self._of_any(kind, depth), "__typename"]) + " }"
        names = [
            name
            for name, known in kind.fields.items()
            if name not in self.without.get(kind.name, ())
            and (depth > 0 or is_leaf_type(get_named_type(known.type)))
        ]
        names.append("__typename")
        # A second choice of the same field is merged with the first.
        chosen = [self._one(names) for _ in range(self._one([1, 2, 3, 3, 4, 6]))]
        return "{ " + " ".join(self._selection(kind, name, depth) for name in chosen) + " }"

    def _of_any(self, kind: GraphQLInterfaceType, depth: int) -> list[str]:
        possible = self.schema.get_possible_types(kind)
        self._is_of_any = True
        inner = [f"... on {each.name} {self._selections(each, depth - 2)}" for each in possible]
        self._is_of_any = False
        return [*inner, f"... on {kind.name} {{ id }}"]

    def _selection(self, kind: GraphQLObjectType, name: str, depth: int) -> str:
        if name == "__typename":
            written = name + self._directive()
        else:
            known = kind.fields[name]
            inner = get_named_type(known.type)
            # What has arguments would clash with the same field with others.
            needs_alias = known.args or self._is_of_any
            alias = f"{self._name('a')}: " if needs_alias or self._one([False, False, True]) else ""
            written = alias + name + self._arguments(known, inner.name) + self._directive()
            if not is_leaf_type(inner):
                written += " " + self._selections(inner, depth - 1)
        return self._wrapped(kind, written)

    def _wrapped(self, kind: GraphQLObjectType, written: str) -> str:
        form = self._one(["", "", "", "", "inline", "plain", "named"])
        if form == "named":
            name = self._name("F")
            self._fragments.append(f"fragment {name} on {kind.name} {{ {written} }}")
            return f"...{name}{self._directive()}"
        if form == "inline":
            return f"... on {kind.name}{self._directive()} {{ {written} }}"
        if form == "plain":
            return f"...{self._directive()} {{ {written} }}"
        return written

    def _directive(self) -> str:
        name = self._one(["", "", "", "", "", "", "", "", "include", "skip"])
        if not name:
            return ""
        value = self._one([name == "include"] * 4 + [True, False])
        written = json.dumps(value) if self._one([True, False]) else self._variable("Boolean!", value, value)
        return f" @{name}(if: {written})"

    def _arguments(self, known: GraphQLField, returned: str) -> str:
        written: list[str] = []
        pages = self._one([("first",), ("first",), ("last",), ("first", "after"), ("last", "before"), ("before",),
                           ("first", "after", "before"), ()])  # fmt: skip
        order = ""
        if "orderBy" in known.args and self._one([True, False]):
            # First, as cursors are of one order.
            kind = get_named_type(known.args["orderBy"].type)
            assert isinstance(kind, GraphQLInputObjectType)
            value = {
                name: self._one(self._leaves(name, get_named_type(of.type)))
                for name, of in kind.fields.items()
            }
            order = " ".join(value.values())
            written.append(f"orderBy: {self._written('orderBy', value, kind)}")
        for name, argument in known.args.items():
            if name == "orderBy" or (name in {"first", "after", "last", "before"} and name not in pages):
                continue
            if is_required_argument(argument) or self._one([True, True, False]):
                written.append(f"{name}: {self._argument(name, argument, returned, order)}")
        return f"({', '.join(written)})" if written else ""

    def _argument(self, name: str, argument: GraphQLArgument, returned: str, order: str) -> str:
        texts: Sequence[str] = ()
        if name in {"after", "before"}:
            texts = [*self.known.cursors[f"{returned} {order}".strip()], "nonsense"]
        elif name == "id":
            texts = self.known.ids.get(returned, ()) or self.known.ids["any"]
        value = self._one(texts) if texts else self._value(name, argument.type)
        return self._written(name, value, argument.type, texts)

    def _value(self, name: str, kind: Any, depth: int = 0) -> Any:
        """A value as JSON has it."""
        if not isinstance(kind, GraphQLNonNull) and self._one([False] * 7 + [True]):
            return None
        match get_nullable_type(kind):
            case GraphQLList() as many:
                return [self._value(name, many.of_type, depth) for _ in range(self._one([0, 1, 1, 2, 3]))]
            case GraphQLInputObjectType() as of:
                # Filters lie in filters, but not for ever.
                names = [
                    each
                    for each in sorted(of.fields)
                    if depth < 3 or is_leaf_type(get_named_type(of.fields[each].type))
                ]
                chosen = {self._one(names) for _ in range(self._one([0, 1, 1, 2, 3]))}
                return {each: self._value(each, of.fields[each].type, depth + 1) for each in sorted(chosen)}
            case leaf:
                return self._one(self._leaves(name, leaf))

    def _leaves(self, name: str, kind: Any) -> Sequence[Any]:
        if isinstance(kind, GraphQLEnumType):
            return sorted(kind.values)
        known: dict[str, Sequence[Any]] = {
            "Boolean": [True, False],
            "Int": [*range(1, 6), *range(1, 6), *range(1, 6), 0, 251],
            "ID": self.known.ids[_NAMED.get(name, "Company")],
            "Decimal": ["19.90", "19.9", "-1", "1000", "1234567.89"],
        }
        return known.get(kind.name) or self.known.texts[name]

    def _alike(self, name: str, kind: Any, value: Any, texts: Sequence[str]) -> Any:
        """A value of the same form, which differs in what texts say."""
        if value is None or isinstance(value, bool | int):
            return value
        match get_nullable_type(kind):
            case GraphQLList() as many:
                return [self._alike(name, many.of_type, each, texts) for each in value]
            case GraphQLInputObjectType() as of:
                return {
                    each: self._alike(each, of.fields[each].type, inner, texts)
                    for each, inner in value.items()
                }
            case leaf:
                return self._one(texts or self._leaves(name, leaf))

    def _written(self, name: str, value: Any, kind: Any, texts: Sequence[str] = ()) -> str:
        """A value in the document, or a variable for it or for parts of it."""
        if self._one([False, False, True]):
            return self._variable(str(kind), value, self._alike(name, kind, value, texts))
        kind = get_nullable_type(kind)
        if isinstance(kind, GraphQLInputObjectType) and value is not None:
            parts = (f"{each}: {self._written(each, value[each], kind.fields[each].type)}" for each in value)
            return "{" + ", ".join(parts) + "}"
        if isinstance(kind, GraphQLList) and value is not None:
            return "[" + ", ".join(self._written(name, each, kind.of_type) for each in value) + "]"
        return value if isinstance(kind, GraphQLEnumType) and value is not None else json.dumps(value)

    def _variable(self, kind: str, value: Any, other: Any) -> str:
        name = self._name("v")
        self._declared.append(f"${name}: {kind}")
        # Null may be left out where it may be given.
        if value is not None or self._one([True, False]):
            self.variables[name], self.others[name] = value, other
        return f"${name}"
