"""Fields that show rows, each answered by its plan: what was selected becomes one statement, and its JSON the reply."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson
from graphql import GraphQLInterfaceType, GraphQLResolveInfo, get_named_type
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.context import Context, Info
from api.documents.limits import Limits, too_much_introspection
from api.reading import selection
from api.values import ids
from domain.reading.compiling import Compiler, Later
from domain.reading.fields import ById, ByNumber, Many, Paged, Type
from domain.reading.filling import Filling, deferred
from domain.reading.plans import Asking, Plan, Selected
from domain.reading.rows import Expressions


class ExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's execution, which hands ready JSON through as it is, and lets introspection bring back only so much."""

    _limits = Limits()
    _introspected = 0

    def complete_value(
        self,
        return_type: Any,
        field_details_list: Any,
        info: Any,
        path: Any,
        result: Any,
        position_context: Any,
    ) -> Any:
        """The value of a field as the reply holds it."""
        if isinstance(result, orjson.Fragment):
            return result
        if info.parent_type.name.startswith("__"):
            self._introspected += 1
            if self._introspected > self._limits.introspected:
                raise too_much_introspection(self._limits)
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


@dataclass(frozen=True)
class _Answer:
    """The plan of a field, and what is filled in by the numbers of rows: what replies leave, and last the plan itself."""

    plan: Plan
    later: Sequence[Later]


class Answering:
    """Answers the fields of a schema, of which *types* says where everything comes from."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self.types = types
        self._expressions = Expressions()

    async def field(self, source: object, info: GraphQLResolveInfo[Any], **_arguments: Any) -> object:
        """Resolve a field of Query, or of a payload; raises Invalid for a cursor or a filter that is refused."""
        known = self.types[info.parent_type.name].sources[info.field_name]
        match known:
            case Many() | Paged():
                return await self._whole(known, info)
            case ById():
                return await self._by_id(info)
            case ByNumber(of):
                numbers = of(source)
                return None if numbers is None else await self.rows(info, numbers)
            case _:
                raise TypeError(f"{info.field_name} is answered by no plan")

    async def rows(
        self, info: GraphQLResolveInfo[Any], numbers: int | Sequence[int], kind: str = ""
    ) -> object:
        """One row, or several in this order, for a field of this type."""
        kind = kind or get_named_type(info.return_type).name
        answer = self._answer(
            info.context,
            (kind, *_names(info)),
            lambda compiler: compiler.rows(kind, selection.of_objects(info, kind)),
        )
        return await self._filled(deferred(len(answer.later) - 1, numbers), answer, info)

    async def foresee(self, info: GraphQLResolveInfo[Any]) -> None:
        """Make the plans of what a mutation is to answer, so that what is refused of them is refused before anything is done."""
        context: Context = info.context
        payload = get_named_type(info.return_type).name
        asking = _asking(info)
        for each in selection.of_objects(info, payload):
            if isinstance(self.types[payload].sources.get(each.name), ByNumber):
                await self._foresee(context, (each.type, *_names(info), each.key), each, asking)

    async def _foresee(self, context: Context, key: Hashable, selected: Selected, asking: Asking) -> None:
        answer = self._answer(context, key, lambda compiler: compiler.rows(selected.type, selected.children))
        for plan in answer.later:
            if not isinstance(plan, Plan):
                plan.arguments(asking.variables)
            else:
                values = plan.values(asking)
                if context.database.engine.dialect.name == "sqlite":
                    # What it can't read it says only when it is asked.
                    await context.database.rows(f"EXPLAIN {plan.sql}", values)

    def _require_role(self, kind: str, info: GraphQLResolveInfo[Any]) -> None:
        """Raise Forbidden unless the key may ask for rows of this type."""
        entity = self.types[kind].entity
        if entity is not None:
            info.context.principal.require(entity.role)

    async def _by_id(self, info: GraphQLResolveInfo[Any]) -> object:
        given = ids.split(str(selection.argument(info, "id")(selection.variables(info))))
        if given is None:
            return None
        kind, number = given
        returned = get_named_type(info.return_type)
        is_of_it = isinstance(returned, GraphQLInterfaceType) or kind == returned.name
        known = self.types.get(kind)
        if not is_of_it or known is None or known.entity is None or not known.has_id:
            return None
        self._require_role(kind, info)
        return await self.rows(info, number, kind)

    async def _whole(self, known: Many | Paged, info: GraphQLResolveInfo[Any]) -> object:
        context: Context = info.context
        self._require_role(get_named_type(info.return_type).name.removesuffix("Connection"), info)
        answer = self._answer(
            context, _names(info), lambda compiler: compiler.whole(known, selection.of_list(info))
        )
        ((text,),) = await context.database.rows(answer.plan.sql, answer.plan.values(_asking(info)))
        return await self._filled(text, answer, info)

    async def _filled(self, text: str, answer: _Answer, info: GraphQLResolveInfo[Any]) -> object:
        text = await Filling(info.context.database, self.types, _asking(info)).fill(text, answer.later)
        return None if text == "null" else orjson.Fragment(text)

    def _answer(self, context: Context, key: Hashable, plan: Callable[[Compiler], Plan]) -> _Answer:
        """The answer that has this key in the operation, made where it isn't there yet."""
        # One that is too long to be remembered is made once for the operation all the same.
        plans = context.prepared.plans, context.plans
        answer: _Answer | None = plans[0].get(key) or plans[1].get(key)
        if answer is None:
            later: list[Later] = []
            made = plan(
                Compiler(self.types, self._expressions, context.database.engine.dialect, context.scope, later)
            )
            # Rows by their numbers are filled in as well, and so is what they leave.
            answer = _Answer(made, [*later, made])
            letters = sum(len(each.sql) for each in answer.later if isinstance(each, Plan))
            context.prepared.put(key, answer, letters)
            context.plans[key] = answer
        return answer


def _asking(info: GraphQLResolveInfo[Any]) -> Asking:
    return Asking(selection.variables(info), info.context.reader)


def _names(info: GraphQLResolveInfo[Any]) -> tuple[str, ...]:
    return tuple(step for step in info.path.as_list() if isinstance(step, str))


async def event_of(info: Info, number: int) -> Any:
    """The row of this number, as what a subscription emits."""
    answering: Answering = cast("Any", info.schema).answering
    return await answering.rows(info._raw_info, number)  # noqa: SLF001 - strawberry hands it out by no other name


async def foresee(info: Info) -> None:
    """Refuse now what of a mutation's reply would be refused after it."""
    answering: Answering = cast("Any", info.schema).answering
    await answering.foresee(info._raw_info)  # noqa: SLF001 - strawberry hands it out by no other name
