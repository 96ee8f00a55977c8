"""Fields that show rows, each answered by its plan: what was selected becomes one statement, and its JSON the reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import orjson
from graphql import GraphQLInterfaceType, GraphQLResolveInfo, get_named_type
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.context import Context, Info
from api.documents.cache import LONGEST_PLAN
from api.reading import selection
from api.values import ids
from domain.reading.compiling import Compiler, Later
from domain.reading.fields import Many, Paged, Reference, Type
from domain.reading.filling import Filling, deferred
from domain.reading.plans import Asking, Plan


class ExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's execution, which hands ready JSON through as it is."""

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
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


@dataclass(frozen=True)
class _Answer:
    """
    The plan of a field, and what its reply leaves to be filled in. Of rows by their numbers, it is the last of these.
    """

    plan: Plan
    later: Sequence[Later]

    @property
    def letters(self) -> int:
        """How long its SQL is."""
        return sum(len(plan.sql) for plan in (self.plan, *self.later) if isinstance(plan, Plan))


class Answering:
    """Answers the fields of a schema, of which *types* says where everything comes from."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self.types = types

    def answered(self, type_name: str) -> Sequence[str]:
        """The fields of Query, or of what mutations answer, that show rows."""
        known = self.types.get(type_name)
        if known is None or known.entity is not None:
            return []
        kinds = (Many, Paged, Reference)
        return [name for name, source in known.sources.items() if isinstance(source, kinds)]

    async def field(self, source: object, info: GraphQLResolveInfo[Any], **_arguments: Any) -> object:
        """Resolve a field of Query, or of a payload; raises Invalid for a cursor or a filter that is refused."""
        known = self.types[info.parent_type.name].sources[info.field_name]
        match known:
            case Many() | Paged():
                return await self._whole(known, info)
            case Reference(of=None, argument=str(argument)):
                return await self._by_id(argument, info)
            case Reference(of) if of is not None:
                numbers = of(source)
                return None if numbers is None else await self.rows(info, numbers)
            case _:
                raise TypeError(f"{info.field_name} is answered by no plan")

    async def rows(
        self, info: GraphQLResolveInfo[Any], numbers: int | Sequence[int], kind: str = ""
    ) -> object:
        """One row, or several in this order, for a field of this type."""
        kind = kind or get_named_type(info.return_type).name
        answer = self._answer(info, kind, None)
        place = len(answer.later) - 1
        if isinstance(numbers, int):
            return await self._filled(deferred(place, numbers), answer, info)
        rows = ",".join(deferred(place, number) for number in numbers)
        return await self._filled(f"[{rows}]", answer, info)

    async def _by_id(self, argument: str, info: GraphQLResolveInfo[Any]) -> object:
        given = ids.split(str(selection.argument(info, argument)(selection.variables(info))))
        if given is None:
            return None
        kind, number = given
        returned = get_named_type(info.return_type)
        is_of_it = isinstance(returned, GraphQLInterfaceType) or kind == returned.name
        known = self.types.get(kind)
        if not is_of_it or known is None or known.entity is None or not known.has_id:
            return None
        return await self.rows(info, number, kind)

    async def _whole(self, known: Many | Paged, info: GraphQLResolveInfo[Any]) -> object:
        answer = self._answer(info, "", known)
        context: Context = info.context
        values = answer.plan.values(Asking(selection.variables(info), context.reader))
        ((text,),) = await context.database.rows(answer.plan.sql, values)
        return await self._filled(text, answer, info)

    async def _filled(self, text: str, answer: _Answer, info: GraphQLResolveInfo[Any]) -> object:
        context: Context = info.context
        filling = Filling(context.database, self.types, context.reader, selection.variables(info))
        text = await filling.fill(text, answer.later)
        return None if text == "null" else orjson.Fragment(text)

    def _answer(self, info: GraphQLResolveInfo[Any], kind: str, known: Many | Paged | None) -> _Answer:
        context: Context = info.context
        plans = context.prepared.plans
        key = kind, *(step for step in info.path.as_list() if isinstance(step, str))
        answer = plans.get(key)
        if answer is None:
            answer = self._planned(info, kind, known)
            if answer.letters <= LONGEST_PLAN:
                plans[key] = answer
        return answer

    def _planned(self, info: GraphQLResolveInfo[Any], kind: str, known: Many | Paged | None) -> _Answer:
        context: Context = info.context
        later: list[Later] = []
        compiler = Compiler(self.types, context.database.engine.dialect, context.scope, later)
        if known is not None:
            return _Answer(compiler.whole(known, selection.of_list(info)), later)
        later.append(plan := compiler.rows(kind, selection.of_objects(info, kind)))
        return _Answer(plan, later)


async def event_of(info: Info, number: int) -> Any:
    """The row of this number, as what a subscription emits."""
    answering: Answering = cast("Any", info.schema).answering
    return await answering.rows(info._raw_info, number)  # noqa: SLF001 - strawberry hands it out by no other name
