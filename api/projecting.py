"""
Fields that the database answers by itself: what was selected becomes a plain tree, and the reply is the JSON that one
statement builds. What can't be projected is resolved in the ordinary way; nobody sees the difference but the clock.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLResolveInfo
from strawberry.extensions import FieldExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api import ids, selecting
from api.context import Answered, Context, Info
from api.forms import PerForm
from domain.companies.projection import ALL_COMPANIES, COMPANY
from domain.database import StatementTooDeep
from domain.errors import Invalid
from domain.orders.projection import ALL_ORDERS, ORDER
from domain.products.projection import PRODUCT
from domain.projection.compiling import Asking, Compiler, NotProjectable, Plan, Scope, Source, Variables
from domain.projection.dialects import dialect_named
from domain.projection.fields import Entity, Paged

# Of the forms in which the latest operations were asked. A plan is some ten kilobytes.
_REMEMBERED_PLANS = 512


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
        if isinstance(result, orjson.Fragment):
            return result
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


class Projects(FieldExtension):
    """
    Stands on a root field that an entity or a list of entities answers.
    """

    def __init__(self, what: Entity | Paged) -> None:
        self._what = what
        self._answers: PerForm[Answer | None] = PerForm(_REMEMBERED_PLANS)

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: object, info: Info, **arguments: Any
    ) -> object:
        """
        The projection, or what the field's own resolver says.
        """
        raw = info._raw_info  # noqa: SLF001 - strawberry hands it out by no other name
        # Strawberry hands over the plain values, whatever graphql-core's own type says.
        variables: Any = raw.variable_values
        try:
            answer = self._answer(raw, variables, info.context)
            value = await answer(info.context, variables)
        except (NotProjectable, Invalid, StatementTooDeep):
            # An input that is refused is refused where the ordinary way meets it.
            return await next_(source, info, **arguments)
        info.context.answered.append(Answered(raw.operation, variables, str(raw.path.key), answer))
        return value

    def _answer(self, raw: GraphQLResolveInfo[Any], variables: Variables, context: Context) -> "Answer":
        scope = Scope.of(context.principal.company_ids)
        dialect = dialect_named(context.database.engine.dialect.name)
        answer = self._answers.get(
            raw.operation,
            variables,
            *(raw.path.key, scope, dialect),
            make=lambda: self._compiled(raw, Compiler(dialect, scope)),
        )
        if answer is None:
            raise NotProjectable(raw.field_name)
        return answer

    def _compiled(self, raw: GraphQLResolveInfo[Any], compiler: Compiler) -> "Answer | None":
        try:
            if isinstance(self._what, Paged):
                return Answer(compiler.page(self._what, selecting.of_connection(raw)))
            plan = compiler.one(self._what, selecting.of_object(raw))
            return Answer(plan, self._what.type, selecting.argument(raw, "id"))
        except NotProjectable:
            return None


@dataclass(frozen=True)
class Answer:
    """
    How a root field is answered: by which plan and, where it is one object, whose id comes from where.
    """

    plan: Plan
    type: str | None = None
    id: Source | None = None

    async def __call__(self, context: Context, variables: Variables) -> orjson.Fragment | None:
        """
        The JSON of the field. Raises NotProjectable and Invalid.
        """
        number = None
        if self.id is not None and self.type is not None:
            number = ids.find(str(self.id(variables)), self.type)
            if number is None:
                raise NotProjectable(self.type)
        asking = Asking(variables, context.principal.company_ids, number)
        json = await context.database.json(self.plan.sql, self.plan.values(asking))
        return None if json is None else orjson.Fragment(json)


PROJECTS_COMPANY, PROJECTS_COMPANIES = Projects(COMPANY), Projects(ALL_COMPANIES)
PROJECTS_ORDER, PROJECTS_ORDERS = Projects(ORDER), Projects(ALL_ORDERS)
PROJECTS_PRODUCT = Projects(PRODUCT)
