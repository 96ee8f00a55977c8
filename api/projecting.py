"""
Fields that the database answers by itself: what was selected becomes a plain tree, and the reply is the JSON that one
statement builds. What can't be projected is resolved in the ordinary way; nobody sees the difference but the clock.
"""

from collections.abc import Awaitable, Callable, Mapping
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
from domain.inventory.projection import ALL_WAREHOUSES, WAREHOUSE
from domain.orders.projection import ALL_ORDERS, ORDER, ORDER_ITEM, ORDER_NOTE
from domain.products.projection import PRODUCT
from domain.projection.asking import Asking, NotProjectable, Plan, Scope, Source, Variables
from domain.projection.compiling import Compiler
from domain.projection.dialects import dialect_named
from domain.projection.fields import Entity, Many, Paged
from domain.queued_jobs.projection import QUEUED_JOB
from domain.shipping.projection import PACKAGE

# Plans of some ten kilobytes; none is kept that has more letters than the longest.
_REMEMBERED_PLANS, _LONGEST_KEPT = 1024, 65_536


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
    Stands on a root field that a list answers, or one of some entities: that which the id names.
    """

    def __init__(self, *what: Entity | Many | Paged) -> None:
        self._what = {each.type if isinstance(each, Entity) else None: each for each in what}

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: object, info: Info, **arguments: Any
    ) -> object:
        """
        The projection, or what the field's own resolver says.
        """
        raw = info._raw_info  # noqa: SLF001 - strawberry hands it out by no other name
        # Strawberry hands over the plain values, whatever graphql-core's own type says.
        variables: Any = raw.variable_values
        if info.context.trouble:
            raise info.context.trouble[0]
        try:
            answer = self._answer(raw, self._asked(arguments), variables, info.context)
            value = await answer(info.context, variables)
        except (NotProjectable, Invalid, StatementTooDeep):
            # An input that is refused is refused where the ordinary way meets it.
            return await next_(source, info, **arguments)
        if answer.is_short:
            info.context.answered.append(Answered(raw.operation, variables, str(raw.path.key), answer))
        return value

    def _asked(self, arguments: Mapping[str, Any]) -> Entity | Many | Paged:
        kind = None if None in self._what else (ids.split(arguments["id"]) or ("",))[0]
        if kind not in self._what:
            raise NotProjectable(str(kind))
        return self._what[kind]

    def _answer(
        self,
        raw: GraphQLResolveInfo[Any],
        what: Entity | Many | Paged,
        variables: Variables,
        context: Context,
    ) -> "Answer":
        scope = Scope.of(context.principal.company_ids)
        dialect = context.database.engine.dialect.name
        depends_on = (raw.path.key, id(what), scope, dialect)
        answer = _ANSWERS.known(raw.operation, variables, *depends_on)
        if answer is None:
            answer = _compiled(raw, what, Compiler(dialect_named(dialect), scope))
            if answer.is_short:
                _ANSWERS.keep(raw.operation, variables, *depends_on, value=answer)
        if isinstance(answer, _Ordinary):
            raise NotProjectable(raw.field_name)
        return answer


@dataclass(frozen=True)
class Answer:
    """
    How a root field is answered: by which plan and, where it is an object, of which type and from where its id comes.
    """

    plan: Plan
    type: str | None = None
    id: Source | None = None

    @property
    def is_short(self) -> bool:
        """
        Whether it may be kept: fragments inside fragments make half a megabyte of SQL from a small document.
        """
        return len(self.plan.sql) <= _LONGEST_KEPT

    async def __call__(self, context: Context, variables: Variables) -> orjson.Fragment | None:
        """
        The JSON of the field. Raises NotProjectable and Invalid.
        """
        number = None
        if self.type is not None and self.id is not None:
            number = ids.find(str(self.id(variables)), self.type)
            if number is None:
                raise NotProjectable(self.type)
        asking = Asking(variables, context.principal.company_ids, context.now, number)
        json = await context.database.json(self.plan.sql, self.plan.values(asking))
        return None if json is None else orjson.Fragment(json)


class _Ordinary:
    """
    That a field is resolved in the ordinary way.
    """

    is_short = True


def _compiled(
    raw: GraphQLResolveInfo[Any], what: Entity | Many | Paged, compiler: Compiler
) -> Answer | _Ordinary:
    try:
        if isinstance(what, Entity):
            plan = compiler.one(what, selecting.of_object(raw, what.type))
            return Answer(plan, what.type, selecting.argument(raw, "id"))
        return Answer(compiler.whole(what, selecting.of_list(raw)))
    except NotProjectable:
        return _Ordinary()


# For the forms in which the latest operations were asked, of all fields.
_ANSWERS: PerForm[Answer | _Ordinary] = PerForm(_REMEMBERED_PLANS)

PROJECTS_COMPANY, PROJECTS_COMPANIES = Projects(COMPANY), Projects(ALL_COMPANIES)
PROJECTS_ORDER, PROJECTS_ORDERS = Projects(ORDER), Projects(ALL_ORDERS)
PROJECTS_PRODUCT, PROJECTS_WAREHOUSES = Projects(PRODUCT), Projects(ALL_WAREHOUSES)
PROJECTS_QUEUED_JOB = Projects(QUEUED_JOB)
PROJECTS_NODE = Projects(COMPANY, PRODUCT, WAREHOUSE, ORDER, ORDER_ITEM, ORDER_NOTE, PACKAGE, QUEUED_JOB)
