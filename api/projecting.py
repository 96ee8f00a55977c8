"""
Fields that the database answers by itself: what was selected becomes a plain tree, and the reply is the JSON that one
statement builds. What can't be projected is resolved in the ordinary way; nobody sees the difference but the clock.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from strawberry.extensions import FieldExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api import answers, ids, selecting
from api.context import Answered, Info
from domain.companies.projection import ALL_COMPANIES, COMPANY
from domain.database import StatementTooDeep
from domain.errors import Invalid
from domain.inventory.projection import ALL_WAREHOUSES, WAREHOUSE
from domain.orders.projection import ALL_ORDERS, ORDER, ORDER_ITEM, ORDER_NOTE
from domain.products.projection import PRODUCT
from domain.projection.asking import NotProjectable
from domain.projection.fields import Entity, Many, Paged
from domain.queued_jobs.projection import QUEUED_JOB
from domain.shipping.projection import PACKAGE


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
        raw, context = info._raw_info, info.context  # noqa: SLF001 - strawberry hands it out by no other name
        key = str(raw.path.key)
        if key in context.trouble:
            raise context.trouble[key]
        what = self._asked(arguments)
        if what is None:
            return await next_(source, info, **arguments)
        try:
            answer = answers.find(raw, what, context)
            json = await context.database.json(*answer.statement(context, selecting.variables(raw)))
        except (NotProjectable, Invalid):
            # An input that is refused is refused where the ordinary way meets it.
            return await next_(source, info, **arguments)
        except StatementTooDeep:
            answers.give_up(raw, what, context)
            return await next_(source, info, **arguments)
        context.answered.append(Answered(raw.operation, key, answer.letters, answer.statement))
        return None if json is None else orjson.Fragment(json)

    def _asked(self, arguments: Mapping[str, Any]) -> Entity | Many | Paged | None:
        kind = None if None in self._what else (ids.split(arguments["id"]) or ("",))[0]
        return self._what.get(kind)


PROJECTS_COMPANY, PROJECTS_COMPANIES = Projects(COMPANY), Projects(ALL_COMPANIES)
PROJECTS_ORDER, PROJECTS_ORDERS = Projects(ORDER), Projects(ALL_ORDERS)
PROJECTS_PRODUCT, PROJECTS_WAREHOUSES = Projects(PRODUCT), Projects(ALL_WAREHOUSES)
PROJECTS_QUEUED_JOB = Projects(QUEUED_JOB)
PROJECTS_NODE = Projects(COMPANY, PRODUCT, WAREHOUSE, ORDER, ORDER_ITEM, ORDER_NOTE, PACKAGE, QUEUED_JOB)
