"""
What was selected of a field, as a plain tree: fragments and directives resolved, arguments of pages read.

Only the form of an operation goes into the tree, and not the texts among its variables: those differ from call to call.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    get_named_type,
    value_from_ast_untyped,
)

from domain.pagination import PageRequest
from domain.projection.compiling import TYPENAME, NotProjectable, Paging, Selected, Source

_PAGE = {"first", "after", "last", "before"}


def of_object(info: GraphQLResolveInfo[Any]) -> list[Selected]:
    """
    What was selected of a field that is an object. Raises NotProjectable and Invalid.
    """
    return _selected(info, _sets(info.field_nodes), info.return_type)


def of_connection(info: GraphQLResolveInfo[Any]) -> Selected:
    """
    What was selected of a field that is a connection, and which page. Raises NotProjectable and Invalid.
    """
    (selected,) = _fields(info, info.field_nodes, info.parent_type)
    return selected


def argument(info: GraphQLResolveInfo[Any], name: str) -> Source:
    """
    Where the value of an argument of a field comes from, which must be given.
    """
    given = info.field_nodes[0].arguments or ()
    return _source(next(each.value for each in given if each.name.value == name))


def _selected(
    info: GraphQLResolveInfo[Any], selections: Sequence[SelectionSetNode], returned: Any
) -> list[Selected]:
    """
    The fields of an object of a type, those of its fragments among them, in the order of the reply.
    """
    kind = get_named_type(returned)
    if not isinstance(kind, GraphQLObjectType):
        raise NotProjectable(str(kind))
    grouped: dict[str, list[FieldNode]] = {}
    for selection in selections:
        for node in _flat(info, selection, kind):
            grouped.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
    return [selected for nodes in grouped.values() for selected in _fields(info, nodes, kind)]


def _fields(
    info: GraphQLResolveInfo[Any], nodes: Sequence[FieldNode], kind: GraphQLObjectType
) -> list[Selected]:
    """
    One field of the reply, which may have been selected several times.
    """
    first = nodes[0]
    key, name = (first.alias or first.name).value, first.name.value
    if name == TYPENAME:
        return [Selected(key, name)]
    known = kind.fields[name]
    page = _paging(info, known, first) if known.args else None
    selections = _sets(nodes)
    children = _selected(info, selections, known.type) if selections else ()
    return [Selected(key, name, children, page)]


def _paging(info: GraphQLResolveInfo[Any], known: Any, node: FieldNode) -> Paging:
    nodes = {argument.name.value: argument.value for argument in node.arguments or ()}
    # Validated and coerced by now; a literal number or text is what it says.
    given = {name: value_from_ast_untyped(value, _variables(info)) for name, value in nodes.items()}
    # A variable that was left out is as if the argument had not been written.
    given = {name: value for name, value in given.items() if value is not None and value is not Undefined}
    if not set(known.args) >= {"first", "after"} or set(given) - _PAGE:
        # A filter, or an argument that no projection knows.
        raise NotProjectable(node.name.value)
    asked = PageRequest.of(*(given.get(name) for name in ("first", "after", "last", "before")))
    after, before = (_source(nodes[name]) if name in given else None for name in ("after", "before"))
    return Paging(asked.size, asked.backward, after, before)


def _source(node: ValueNode) -> Source:
    return lambda variables: value_from_ast_untyped(node, dict(variables))


def _sets(nodes: Sequence[FieldNode]) -> list[SelectionSetNode]:
    return [node.selection_set for node in nodes if node.selection_set is not None]


def _flat(
    info: GraphQLResolveInfo[Any], selections: SelectionSetNode, kind: GraphQLObjectType
) -> Iterator[FieldNode]:
    for node in selections.selections:
        if not _is_included(info, node):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            if node.type_condition is None or _applies(info, node.type_condition.name.value, kind):
                yield from _flat(info, node.selection_set, kind)
        elif isinstance(node, FragmentSpreadNode):
            fragment = info.fragments[node.name.value]
            if _applies(info, fragment.type_condition.name.value, kind):
                yield from _flat(info, fragment.selection_set, kind)


def _is_included(info: GraphQLResolveInfo[Any], node: Any) -> bool:
    for directive in node.directives or ():
        if directive.name.value in {"skip", "include"}:
            holds = value_from_ast_untyped(directive.arguments[0].value, _variables(info))
            if holds is (directive.name.value == "skip"):
                return False
    return True


def _variables(info: GraphQLResolveInfo[Any]) -> dict[str, Any]:
    # Strawberry hands over the plain values, whatever graphql-core's own type says.
    values: Any = info.variable_values
    return dict(values)


def _applies(info: GraphQLResolveInfo[Any], condition: str, kind: GraphQLObjectType) -> bool:
    if condition == kind.name:
        return True
    wanted = info.schema.type_map[condition]
    return isinstance(wanted, GraphQLInterfaceType) and wanted in kind.interfaces
