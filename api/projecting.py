"""
Fields that the database answers by itself: what was selected becomes a plain tree, and the reply is the JSON that one
statement builds. What can't be projected is resolved in the ordinary way; nobody sees the difference but the clock.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    Undefined,
    get_named_type,
    value_from_ast_untyped,
)
from strawberry.extensions import FieldExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api import ids
from api.context import Info
from domain.companies.projection import ALL_COMPANIES, COMPANY
from domain.database import StatementTooDeep
from domain.errors import Invalid
from domain.orders.projection import ALL_ORDERS, ORDER
from domain.pagination import PageRequest
from domain.products.projection import PRODUCT
from domain.projection.compiling import TYPENAME, Compiler, NotProjectable, Selected
from domain.projection.dialects import dialect_named
from domain.projection.fields import Entity, Paged

_PAGE = {"first", "after", "last", "before"}


class Projected:
    """
    A value that is JSON already.
    """

    def __init__(self, json: str) -> None:
        self.fragment = orjson.Fragment(json)


class ExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """
    Strawberry's execution, which hands ready JSON through as it is.
    """

    def complete_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """
        The value of a field as the reply holds it.
        """
        if isinstance(result, Projected):
            return result.fragment
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


class Projects(FieldExtension):
    """
    Stands on a root field that an entity or a list of entities answers.
    """

    def __init__(self, what: Entity | Paged) -> None:
        self._what = what

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: object, info: Info, **arguments: Any
    ) -> object:
        """
        The projection, or what the field's own resolver says.
        """
        statement_for = self._one if isinstance(self._what, Entity) else self._page
        try:
            compiled = statement_for(info._raw_info, info, arguments)  # noqa: SLF001 - strawberry hands it out by no other name
        except (NotProjectable, Invalid, GraphQLError):
            # An input that is refused is refused where the ordinary way meets it.
            return await next_(source, info, **arguments)
        if compiled is None:
            return None
        try:
            json = await info.context.database.json(compiled.sql, compiled.values)
        except StatementTooDeep:
            return await next_(source, info, **arguments)
        return None if json is None else Projected(json)

    def _one(self, raw: GraphQLResolveInfo[Any], info: Info, arguments: Mapping[str, Any]) -> Any:
        assert isinstance(self._what, Entity)  # noqa: S101 - resolve_async chose by it
        number = ids.find(arguments["id"], self._what.type)
        selected = _selected(raw, _sets(raw.field_nodes), raw.return_type)
        return None if number is None else _compiler(info).one(self._what, number, selected)

    def _page(self, raw: GraphQLResolveInfo[Any], info: Info, _arguments: Mapping[str, Any]) -> Any:
        assert isinstance(self._what, Paged)  # noqa: S101 - resolve_async chose by it
        (selected,) = _fields(raw, raw.field_nodes, raw.parent_type)
        return _compiler(info).page(self._what, selected)


PROJECTS_COMPANY, PROJECTS_COMPANIES = Projects(COMPANY), Projects(ALL_COMPANIES)
PROJECTS_ORDER, PROJECTS_ORDERS = Projects(ORDER), Projects(ALL_ORDERS)
PROJECTS_PRODUCT = Projects(PRODUCT)


def _compiler(info: Info) -> Compiler:
    name = info.context.database.engine.dialect.name
    return Compiler(
        dialect_named(name),
        company_ids=info.context.principal.company_ids,
        is_sqlite=name == "sqlite",
    )


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
    page = _page_request(info, known, first) if known.args else None
    selections = _sets(nodes)
    children = _selected(info, selections, known.type) if selections else ()
    return [Selected(key, name, children, page)]


def _page_request(info: GraphQLResolveInfo[Any], known: Any, node: FieldNode) -> PageRequest | None:
    # Validated and coerced by now; a literal number or text is what it says.
    given = {a.name.value: value_from_ast_untyped(a.value, _variables(info)) for a in node.arguments or ()}
    # A variable that was left out is as if the argument had not been written.
    given = {name: value for name, value in given.items() if value is not None and value is not Undefined}
    wanted = set(given)
    if not set(known.args) >= {"first", "after"} or wanted - _PAGE:
        # A filter, or an argument that no projection knows.
        raise NotProjectable(node.name.value)
    return PageRequest.of(*(given.get(name) for name in ("first", "after", "last", "before")))


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
