"""What was selected of a field, as a plain tree: fragments and directives resolved, arguments of pages and filters read.

Of variables only their shape goes into the tree (api/documents/cache.py), and not what texts say: that differs from call to call.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    value_from_ast,
    value_from_ast_untyped,
)

from api.values.filters import reading
from domain.filtering import Form, form_of
from domain.pagination import OrderDirection, page_of
from domain.reading.plans import TYPENAME, Filtering, Given, Ordering, Paging, Selected, refused_at

_PAGE = {"first", "after", "last", "before"}
_FILTER, _ORDER = "filter", "orderBy"


def of_objects(info: GraphQLResolveInfo[Any], kind: str) -> list[Selected]:
    """What was selected of a field whose objects are of this type. Raises Invalid, and GraphQLError as execution would."""
    return _selected(info, _sets(info.field_nodes), info.schema.type_map[kind], _Path.below(info.return_type))


def of_list(info: GraphQLResolveInfo[Any]) -> Selected:
    """What was selected of a field that is a list or a connection, and which page. Raises the same."""
    (selected,) = _fields(info, info.field_nodes, info.parent_type, _Path())
    return selected


def argument(info: GraphQLResolveInfo[Any], name: str) -> Given:
    """Where the value of an argument of a field comes from, which must be given."""
    given = info.field_nodes[0].arguments or ()
    return _given(next(each.value for each in given if each.name.value == name))


def variables(info: GraphQLResolveInfo[Any]) -> dict[str, Any]:
    """What the operation is run with."""
    # Strawberry hands over the plain values, whatever graphql-core's own type says.
    values: Any = info.variable_values
    return values if isinstance(values, dict) else dict(values)


def used(info: GraphQLResolveInfo[Any]) -> frozenset[str]:
    """The names of the variables that what was selected of a field, and all fragments, refer to."""
    names: set[str] = set()
    todo: list[Any] = [*_sets(info.field_nodes), *info.fragments.values()]
    while todo:
        node = todo.pop()
        if isinstance(node, VariableNode):
            names.add(node.name.value)
        for key in getattr(node, "keys", ()):
            inner = getattr(node, key, None)
            todo += inner if isinstance(inner, list | tuple) else [inner]
    return frozenset(names)


@dataclass(frozen=True)
class _Path:
    """The names that lead to a field, below the one that is answered; they end at the first list, whose places they lack."""

    names: tuple[str, ...] = ()
    is_open: bool = False

    @classmethod
    def below(cls, returned: Any) -> "_Path":
        """The path inside of the field that is answered."""
        return cls(is_open=not is_list_type(get_nullable_type(returned)))

    def to(self, key: str) -> tuple[str, ...]:
        """The names that lead to a field."""
        return (*self.names, key) if self.is_open else self.names

    def into(self, key: str, returned: Any) -> "_Path":
        """The path inside of a field."""
        is_list = is_list_type(get_nullable_type(returned))
        return _Path(self.to(key), self.is_open and not is_list)


def _selected(
    info: GraphQLResolveInfo[Any], selections: Sequence[SelectionSetNode], returned: Any, path: _Path
) -> list[Selected]:
    """The fields of an object of a type, those of its fragments among them, in the order of the reply."""
    kind = get_named_type(returned)
    if not isinstance(kind, GraphQLObjectType):
        raise TypeError(f"{kind} is no type of objects")
    grouped: dict[str, list[FieldNode]] = {}
    spread: set[str] = set()
    for selection in selections:
        for node in _flat(info, selection, kind, spread):
            grouped.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
    return [selected for nodes in grouped.values() for selected in _fields(info, nodes, kind, path)]


def _fields(
    info: GraphQLResolveInfo[Any], nodes: Sequence[FieldNode], kind: GraphQLObjectType, path: _Path
) -> list[Selected]:
    """One field of the reply, which may have been selected several times."""
    first = nodes[0]
    key, name = (first.alias or first.name).value, first.name.value
    if name == TYPENAME:
        return [Selected(key, name)]
    known = kind.fields[name]
    with refused_at(path.to(key)):
        page, filtering, ordering, choices = _arguments(info, known, first)
    choices = [_refused_at(path.to(key), each) for each in choices]
    selections = _sets(nodes)
    children = _selected(info, selections, known.type, path.into(key, known.type)) if selections else ()
    kind_of_field = get_named_type(known.type).name
    more = _more_arguments(known, first)
    return [
        Selected(key, name, path.to(key), kind_of_field, children, page, filtering, ordering, choices, more)
    ]


def _arguments(
    info: GraphQLResolveInfo[Any], known: GraphQLField, node: FieldNode
) -> tuple[Paging | None, Filtering | None, Ordering | None, Sequence[Given]]:
    """What the arguments of a field say. Those besides a page's, its filter and its order have one value only."""
    if not set(known.args) & _PAGE:
        return None, None, None, ()
    nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
    # Validated and coerced by now; a literal number or text is what it says.
    given = {
        name: value_from_ast_untyped(value, variables(info))
        for name, value in nodes.items()
        if name not in {_FILTER, _ORDER}
    }
    page = _paging(given, nodes)
    filtering, choices = _filtering(info, known, nodes)
    ordering, source = _ordering(info, known, nodes)
    return page, filtering, ordering, [*choices, *source]


def _paging(given: Mapping[str, Any], nodes: Mapping[str, ValueNode]) -> Paging:
    # A variable that was left out is as if the argument had not been written.
    page = {name: given.get(name) for name in _PAGE if given.get(name, Undefined) is not Undefined}
    size, backward = page_of(page.get("first"), page.get("last"), has_before=page.get("before") is not None)
    after, before = (
        _given(nodes[name]) if page.get(name) is not None else None for name in ("after", "before")
    )
    return Paging(size, backward, after, before)


def _filtering(
    info: GraphQLResolveInfo[Any], known: GraphQLField, nodes: Mapping[str, ValueNode]
) -> tuple[Filtering | None, Sequence[Given]]:
    if _FILTER not in nodes:
        return None, ()
    node, kind = nodes[_FILTER], known.args[_FILTER].type
    value = _value(_FILTER, node, kind)

    def source(variables: Mapping[str, Any]) -> Mapping[str, Any]:
        return reading.read(value(variables))

    def form(variables: Mapping[str, Any]) -> Form:
        return form_of(source(variables))

    met = form(variables(info))
    return (Filtering(met, source) if met else None), [form] if _chooses(kind, node) else ()


def _ordering(
    info: GraphQLResolveInfo[Any], known: GraphQLField, nodes: Mapping[str, ValueNode]
) -> tuple[Ordering | None, Sequence[Given]]:
    if _ORDER not in nodes:
        return None, ()
    node, kind = nodes[_ORDER], known.args[_ORDER].type
    value = _value(_ORDER, node, kind)

    def source(variables: Mapping[str, Any]) -> Ordering | None:
        asked = value(variables)
        return None if asked is None else Ordering(asked["field"], asked["direction"] is OrderDirection.DESC)

    return source(variables(info)), [source] if _chooses(kind, node) else ()


def _refused_at(path: tuple[str, ...], choice: Given) -> Given:
    def chosen(variables: Mapping[str, Any]) -> Any:
        with refused_at(path):
            return choice(variables)

    return chosen


def _value(name: str, node: ValueNode, kind: Any) -> Given:
    """From variables to the value of an argument; None where it was left out."""

    def value(variables: Mapping[str, Any]) -> Any:
        found = value_from_ast(node, kind, dict(variables))
        is_left_out = isinstance(node, VariableNode) and node.name.value not in variables
        if found is Undefined and not is_left_out:
            raise GraphQLError(f"The argument '{name}' has a variable in it that may not be null.", node)
        return None if found is Undefined else found

    return value


def _chooses(kind: Any, node: ValueNode) -> bool:
    """Whether variables hold an enum that stands alone, which is written into the statement."""
    inner = get_named_type(kind)
    if isinstance(node, ObjectValueNode):
        return any(_chooses(inner.fields[each.name.value].type, each.value) for each in node.fields)
    if isinstance(node, ListValueNode):
        return any(_chooses(inner, each) for each in node.values)
    if not isinstance(node, VariableNode):
        return False
    kinds = [kind] if is_leaf_type(inner) else [each.type for each in inner.fields.values()]
    return any(is_enum_type(get_nullable_type(each)) for each in kinds)


def _more_arguments(known: GraphQLField, node: FieldNode) -> Given | None:
    """Where the values of arguments come from, of what is no connection."""
    if not known.args or "after" in known.args:
        return None
    nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
    sources = {name: _value(name, nodes[name], known.args[name].type) for name in nodes}

    def source(variables: Mapping[str, Any]) -> Mapping[str, Any]:
        given = {name: source(variables) for name, source in sources.items()}
        defaults = {name: argument.default_value for name, argument in known.args.items()}
        return defaults | {name: value for name, value in given.items() if value is not None}

    return source


def _given(node: ValueNode) -> Given:
    return lambda variables: value_from_ast_untyped(node, dict(variables))


def _sets(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]


def _flat(
    info: GraphQLResolveInfo[Any], selections: SelectionSetNode, kind: GraphQLObjectType, spread: set[str]
) -> Iterator[FieldNode]:
    """The fields of a selection with those of its fragments, each fragment once: *spread* are those met already."""
    for node in selections.selections:
        if not _is_included(info, node):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            if node.type_condition is None or _applies(info, node.type_condition.name.value, kind):
                yield from _flat(info, node.selection_set, kind, spread)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
            spread.add(node.name.value)
            fragment = info.fragments[node.name.value]
            if _applies(info, fragment.type_condition.name.value, kind):
                yield from _flat(info, fragment.selection_set, kind, spread)


def _is_included(info: GraphQLResolveInfo[Any], node: Any) -> bool:
    for directive in node.directives or ():
        if directive.name.value in {"skip", "include"}:
            holds = value_from_ast_untyped(directive.arguments[0].value, variables(info))
            if not isinstance(holds, bool):
                message = f"The argument 'if' of @{directive.name.value} may not be null."
                raise GraphQLError(message, directive)
            if holds is (directive.name.value == "skip"):
                return False
    return True


def _applies(info: GraphQLResolveInfo[Any], condition: str, kind: GraphQLObjectType) -> bool:
    if condition == kind.name:
        return True
    wanted = info.schema.type_map[condition]
    return isinstance(wanted, GraphQLInterfaceType) and wanted in kind.interfaces
