"""
Fields that the database answers by itself: what was selected becomes a plain tree, and the reply is the JSON that one
statement builds. What can't be projected is resolved in the ordinary way; nobody sees the difference but the clock.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from graphql import GraphQLResolveInfo
from strawberry.extensions import FieldExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api import ids, selecting
from api.context import Info
from api.forms import PerForm
from domain.companies.projection import ALL_COMPANIES, COMPANY
from domain.database import StatementTooDeep
from domain.errors import Invalid
from domain.orders.projection import ALL_ORDERS, ORDER
from domain.products.projection import PRODUCT
from domain.projection.compiling import Asking, Compiler, NotProjectable, Plan, Scope
from domain.projection.dialects import Dialect, dialect_named
from domain.projection.fields import Entity, Paged

# Of the forms in which the latest operations were asked. A plan is some ten kilobytes.
_REMEMBERED_PLANS = 512


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
        self._plans: PerForm[Plan | None] = PerForm(_REMEMBERED_PLANS)

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: object, info: Info, **arguments: Any
    ) -> object:
        """
        The projection, or what the field's own resolver says.
        """
        raw = info._raw_info  # noqa: SLF001 - strawberry hands it out by no other name
        by, database = info.context.principal.company_ids, info.context.database
        try:
            plan = self._plan(raw, Scope.of(by), dialect_named(database.engine.dialect.name))
            json = await database.json(plan.sql, plan.values(self._asking(raw, by, arguments)))
        except (NotProjectable, Invalid, StatementTooDeep):
            # An input that is refused is refused where the ordinary way meets it.
            return await next_(source, info, **arguments)
        return None if json is None else Projected(json)

    def _asking(
        self, raw: GraphQLResolveInfo[Any], by: frozenset[int] | None, arguments: Mapping[str, Any]
    ) -> Asking:
        # Strawberry hands over the plain values, whatever graphql-core's own type says.
        variables: Any = raw.variable_values
        if isinstance(self._what, Paged):
            return Asking(variables, by)
        row_id = ids.find(arguments["id"], self._what.type)
        if row_id is None:
            raise NotProjectable(self._what.type)
        return Asking(variables, by, row_id)

    def _plan(self, raw: GraphQLResolveInfo[Any], scope: Scope, dialect: Dialect) -> Plan:
        variables: Any = raw.variable_values
        plan = self._plans.get(
            raw.operation,
            variables,
            *(raw.path.key, scope, dialect),
            make=lambda: self._compiled(raw, Compiler(dialect, scope)),
        )
        if plan is None:
            raise NotProjectable(raw.field_name)
        return plan

    def _compiled(self, raw: GraphQLResolveInfo[Any], compiler: Compiler) -> Plan | None:
        try:
            if isinstance(self._what, Entity):
                return compiler.one(self._what, selecting.of_object(raw))
            return compiler.page(self._what, selecting.of_connection(raw))
        except NotProjectable:
            return None


PROJECTS_COMPANY, PROJECTS_COMPANIES = Projects(COMPANY), Projects(ALL_COMPANIES)
PROJECTS_ORDER, PROJECTS_ORDERS = Projects(ORDER), Projects(ALL_ORDERS)
PROJECTS_PRODUCT = Projects(PRODUCT)
