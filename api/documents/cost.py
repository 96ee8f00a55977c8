"""Query cost (complexity), depth and counts of an operation, from its parsed document, before anything of it runs (A6).

Every definition is read once, however often a fragment is spread, so counting costs no more than reading.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from api.documents.limits import MANY, Asked, Limits
from api.documents.overlaps import overlaps

# In a field's extensions: how many objects a plain list is counted as, where it is more than most.
LIST_LENGTH = "list_length"
# Points of the two fields that introspection begins with, whose values Python works out one by one: as much as pages that
# take as long. How much it may bring back is limited while it runs (api/reading/answering.py).
_INTROSPECTION = {"__schema": 3_000, "__type": 300}


def measure(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    *,
    variables: Mapping[str, Any],
    limits: Limits,
) -> Asked:
    """Count what `operation` asks for; what the schema doesn't know is left to validation to report."""
    reader = _Reader(schema, limits, _Values(operation, variables))
    fragments = {
        definition.name.value: reader.read(
            definition.selection_set, schema.get_type(definition.type_condition.name.value)
        )
        for definition in document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    for other in document.definitions:
        if isinstance(other, OperationDefinitionNode) and other is not operation:
            reader.read(other.selection_set, schema.get_root_type(other.operation))
    asked = reader.read(operation.selection_set, schema.get_root_type(operation.operation))
    total = _with_fragments(asked, fragments, {})
    objects, names = _sent_objects(variables)
    return Asked(
        depth=total.depth,
        aliases=total.aliases,
        directives=reader.directives + _directives_around(document),
        directives_of_one=reader.most_directives,
        fragments=sum(isinstance(each, FragmentDefinitionNode) for each in document.definitions),
        root_fields=total.root_fields,
        fields=total.fields,
        cost=total.cost,
        visited=reader.visited,
        overlaps=overlaps(document, most=limits.overlaps),
        objects=objects,
        names=names,
    )


class _Spread(NamedTuple):
    fragment: str
    depth: int
    times: int
    is_repeated: bool
    """Whether the same set spreads it before this, so that it selects nothing more."""


@dataclass(slots=True)
class _Part:
    """What one definition asks for by itself, and which fragments it spreads where."""

    depth: int = 0
    aliases: int = 0
    root_fields: int = 0
    fields: int = 0
    cost: int = 0
    spreads: list[_Spread] = field(default_factory=list["_Spread"])


class _Selections(NamedTuple):
    """A selection set that is yet to be read."""

    of: SelectionSetNode
    parent: GraphQLNamedType | None
    depth: int
    times: int


@dataclass
class _Reader:
    """Reads definitions, each once and without recursion, and adds up what they ask for."""

    schema: GraphQLSchema
    limits: Limits
    values: "_Values"
    visited: int = 0
    directives: int = 0
    most_directives: int = 0

    def read(self, selections: SelectionSetNode, parent: GraphQLNamedType | None) -> _Part:
        part = _Part()
        todo = [_Selections(selections, parent, depth=1, times=1)]
        while todo:
            here = todo.pop()
            spread: set[str] = set()
            for node in here.of.selections:
                self.visited += 1
                self.directives += len(node.directives or ())
                self.most_directives = max(self.most_directives, len(node.directives or ()))
                if isinstance(node, FieldNode):
                    todo.extend(self._read_field(part, here, node))
                elif isinstance(node, InlineFragmentNode):
                    condition = node.type_condition
                    inner = self.schema.get_type(condition.name.value) if condition else here.parent
                    todo.append(_Selections(node.selection_set, inner, here.depth, here.times))
                elif isinstance(node, FragmentSpreadNode):
                    name = node.name.value
                    part.spreads.append(_Spread(name, here.depth, here.times, name in spread))
                    spread.add(name)
        return part

    def _read_field(self, part: _Part, here: _Selections, node: FieldNode) -> Iterable[_Selections]:
        definition = self._definition(here.parent, node.name.value)
        own, each = self._price(here.parent, definition, node)
        own += _INTROSPECTION.get(node.name.value, 0)
        part.depth = max(part.depth, here.depth)
        part.aliases += node.alias is not None
        part.root_fields += here.depth == 1
        part.fields += 1
        part.cost = min(MANY, part.cost + here.times * own)
        if node.selection_set:
            inner = get_named_type(definition.type) if definition else None
            yield _Selections(node.selection_set, inner, here.depth + 1, min(MANY, here.times * each))

    def _definition(self, parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
        if parent is None or not is_composite_type(parent):
            return None
        composite: GraphQLCompositeType = parent
        return self.schema.get_field(composite, name)

    def _price(
        self, parent: GraphQLNamedType | None, definition: GraphQLField | None, node: FieldNode
    ) -> tuple[int, int]:
        """Points of a field itself, and how often what is inside it is counted."""
        sent = self.values.sent(argument.value for argument in node.arguments or ())
        if definition is None:
            return 1 + sent, 1
        inner = get_named_type(definition.type)
        if not is_composite_type(inner):
            return sent, 1
        if _is_connection(parent):
            # The page was counted on the connection; edges and page information are only its wrapping.
            return (0 if node.name.value in {"edges", "pageInfo"} else 1), 1
        if _is_connection(inner):
            return 1 + sent, self._page(node)
        is_list = is_list_type(get_nullable_type(definition.type))
        counted = is_list and not inner.name.startswith("__")
        length: int = definition.extensions.get(LIST_LENGTH, self.limits.list_length)
        if "ids" in definition.args:
            # One object for each id that is sent.
            length = max(1, sent)
        objects = length if counted else 1
        return objects + sent, objects

    def _page(self, node: FieldNode) -> int:
        asked = [
            self.values.integer(argument.value)
            for argument in node.arguments or ()
            if argument.name.value in {"first", "last"}
        ]
        size = max((each for each in asked if each is not None), default=self.limits.page_default)
        return min(max(size, 1), self.limits.page_most)


class _Values:
    """Arguments of one operation, with its variables in their places."""

    def __init__(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> None:
        self._given = variables
        self._defaults = {
            each.variable.name.value: each.default_value for each in operation.variable_definitions or ()
        }
        self._counted: dict[str, int] = {}

    def integer(self, node: ValueNode | None) -> int | None:
        if isinstance(node, VariableNode):
            given = self._given.get(node.name.value, self._defaults.get(node.name.value))
            if isinstance(given, float) and given.is_integer():
                given = int(given)  # As good an Int as any.
            if isinstance(given, int):
                return given
            node = given if isinstance(given, IntValueNode) else None
        if not isinstance(node, IntValueNode):
            return None
        # Python refuses to read endless digits; a page has never more than a few.
        return int(node.value) if len(node.value) < 10 else (-1 if node.value.startswith("-") else MANY)

    def sent(self, nodes: Iterable[ValueNode]) -> int:
        """Values in lists that these arguments send, in variables or in the document."""
        count, todo = 0, list(nodes)
        while todo:
            node = todo.pop()
            if isinstance(node, ListValueNode):
                count += len(node.values)
                todo.extend(node.values)
            elif isinstance(node, ObjectValueNode):
                todo.extend(each.value for each in node.fields)
            elif isinstance(node, VariableNode):
                count += self._sent_in(node.name.value)
        return count

    def _sent_in(self, name: str) -> int:
        if name not in self._counted:
            default = self._defaults.get(name)
            if name in self._given:
                self._counted[name] = _list_values(self._given[name])
            else:
                self._counted[name] = self.sent([default]) if default else 0
        return self._counted[name]


def _list_values(value: object) -> int:
    count, todo = 0, [value]
    while todo:
        each = todo.pop()
        if isinstance(each, list):
            count += len(each)
            todo.extend(each)
        elif isinstance(each, dict):
            todo.extend(each.values())
    return count


def _sent_objects(variables: Mapping[str, Any]) -> tuple[int, int]:
    """How many objects variables hold, and how many names the one of most names has; the variables themselves are one."""
    count, most = 0, 0
    todo: list[Any] = [variables]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            count += 1
            most = max(most, len(each))
            each = each.values()
        todo.extend(inner for inner in each if isinstance(inner, dict | list))
    return count, most


def _with_fragments(part: _Part, fragments: Mapping[str, _Part], totals: dict[str, _Part]) -> _Part:
    """The same part with all that its fragments bring in; the *totals* of these are worked out once each. Calls lie inside
    each other no deeper than there are fragments, and a document's tokens are too few for more than some hundred.
    """
    total = _Part(part.depth, part.aliases, part.root_fields, part.fields, part.cost)
    for spread in part.spreads:
        name = spread.fragment
        if name not in fragments:
            continue
        if name not in totals:
            totals[name] = _Part()  # A spread that closes a circle brings in nothing more.
            totals[name] = _with_fragments(fragments[name], fragments, totals)
        inner = totals[name]
        total.depth = max(total.depth, spread.depth - 1 + inner.depth)
        total.aliases = min(MANY, total.aliases + inner.aliases)
        if spread.depth == 1:
            total.root_fields = min(MANY, total.root_fields + inner.root_fields)
        if not spread.is_repeated:
            total.fields = min(MANY, total.fields + inner.fields)
        total.cost = min(MANY, total.cost + spread.times * inner.cost)
    return total


def _directives_around(document: DocumentNode) -> int:
    """Directives on definitions and variables, outside any selection."""
    count = 0
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
            count += len(definition.directives or ())
        if isinstance(definition, OperationDefinitionNode):
            count += sum(len(each.directives or ()) for each in definition.variable_definitions or ())
    return count


def _is_connection(candidate: GraphQLNamedType | None) -> bool:
    return candidate is not None and "pageInfo" in getattr(candidate, "fields", {})
