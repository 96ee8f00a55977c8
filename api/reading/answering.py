"""Fields that show rows, each answered by its plan: what was selected becomes one statement, and its JSON the reply."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import orjson
from graphql import (
    GraphQLInterfaceType,
    GraphQLResolveInfo,
    OperationType,
    get_named_type,
    get_nullable_type,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from api.context import Context, Info
from api.documents.limits import Limits, too_much_introspection
from api.reading import selection
from api.values import ids
from domain.errors import Invalid, Refused
from domain.reading.compiling import Compiler, Later, Value
from domain.reading.fields import ById, ByIds, ByNumber, Many, Paged, Type
from domain.reading.filling import Filling, deferred
from domain.reading.plans import Asking, Given, Plan, Selected, choices_of
from domain.reading.rows import Expressions

Made = TypeVar("Made", bound=Plan | Value)

_MOST_IDS = 100


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

    def handle_field_error(
        self, raw_error: Exception, return_type: Any, field_details_list: Any, path: Any
    ) -> None:
        """Null in the place of a field of Query whose arguments are refused, such as a cursor, though its type has no null: as
        one of the operation's it would take the data of all others with it.
        """
        is_of_query = path.prev is None and self.operation.operation is OperationType.QUERY
        if is_of_query and isinstance(raw_error, Refused):
            return_type = get_nullable_type(return_type)
        super().handle_field_error(raw_error, return_type, field_details_list, path)


@dataclass(frozen=True)
class _Answer(Generic[Made]):
    """The plan of a field, and what is filled in by the numbers of rows: what replies leave, and last the plan itself. Of a value
    of Python's it is how that was selected.
    """

    plan: Made
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
            case ByIds():
                return await self._by_ids(info)
            case ByNumber(of):
                numbers = of(source)
                return None if numbers is None else await self.rows(info, numbers)
            case _:
                raise TypeError(f"{info.field_name} is answered by no plan")

    async def rows(
        self, info: GraphQLResolveInfo[Any], numbers: int | Sequence[int], kind: str = ""
    ) -> object:
        """One row, or several in this order, for a field of this type."""
        return _ready(await self._rows(info, numbers, kind or get_named_type(info.return_type).name))

    async def _rows(self, info: GraphQLResolveInfo[Any], numbers: int | Sequence[int], kind: str) -> str:
        answer = self._answer(
            info,
            (kind, *_names(info)),
            lambda: selection.of_objects(info, kind),
            lambda compiler, selected: compiler.rows(kind, selected),
        )
        return await self._filled(deferred(len(answer.later) - 1, numbers), answer, info)

    async def value(self, info: GraphQLResolveInfo[Any], value: object) -> object:
        """A value of Python's, for a field of this type: the rows that it refers to are read at once for each kind of them."""
        kind = get_named_type(info.return_type).name
        answer = self._answer(
            info,
            _names(info),
            lambda: selection.of_objects(info, kind),
            lambda compiler, selected: compiler.value(kind, selected),
        )
        filling = Filling(info.context.database, self.types, _asking(info))
        return orjson.Fragment(await filling.value(value, answer.plan, answer.later))

    async def foresee(self, info: GraphQLResolveInfo[Any]) -> None:
        """Make the plans of what a mutation is to answer, so that what is refused of them is refused before anything is done."""
        payload = get_named_type(info.return_type).name
        for each in selection.of_objects(info, payload):
            if isinstance(self.types[payload].sources.get(each.name), ByNumber):
                await self._foresee(info, each)

    async def _foresee(self, info: GraphQLResolveInfo[Any], selected: Selected) -> None:
        context, asking = info.context, _asking(info)
        answer = self._answer(
            info,
            (selected.type, *_names(info), selected.key),
            lambda: selected.children,
            lambda compiler, children: compiler.rows(selected.type, children),
        )
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
            if entity.is_servers:
                info.context.principal.require_server_wide()

    async def _by_id(self, info: GraphQLResolveInfo[Any]) -> object:
        given = self._kind_and_number(str(selection.argument(info, "id")(selection.variables(info))), info)
        if given is None:
            return None
        kind, number = given
        self._require_role(kind, info)
        return await self.rows(info, number, kind)

    async def _by_ids(self, info: GraphQLResolveInfo[Any]) -> object:
        """Rows of each type by one plan, whatever their number."""
        given: Sequence[str] = selection.argument(info, "ids")(selection.variables(info))
        if len(given) > _MOST_IDS:
            raise Invalid(f"ids may have at most {_MOST_IDS} ids.", field=("ids",))
        places = [self._kind_and_number(str(each), info) for each in given]
        of_kind: dict[str, list[int]] = {}
        for kind, number in dict.fromkeys(place for place in places if place is not None):
            of_kind.setdefault(kind, []).append(number)
        found: dict[tuple[str, int], Any] = {}
        for kind, numbers in of_kind.items():
            self._require_role(kind, info)
            rows = orjson.loads(await self._rows(info, numbers, kind))
            for number, row in zip(numbers, rows, strict=True):
                found[kind, number] = row
        return orjson.Fragment(orjson.dumps([None if place is None else found[place] for place in places]))

    def _kind_and_number(self, global_id: str, info: GraphQLResolveInfo[Any]) -> tuple[str, int] | None:
        """Of an id of what the field may return; None for all others."""
        given = ids.split(global_id)
        returned = get_named_type(info.return_type)
        if given is None or not (isinstance(returned, GraphQLInterfaceType) or given[0] == returned.name):
            return None
        known = self.types.get(given[0])
        return None if known is None or known.entity is None or not known.has_id else given

    async def _whole(self, known: Many | Paged, info: GraphQLResolveInfo[Any]) -> object:
        context: Context = info.context
        self._require_role(get_named_type(info.return_type).name.removesuffix("Connection"), info)
        answer = self._answer(
            info,
            _names(info),
            lambda: [selection.of_list(info)],
            lambda compiler, selected: compiler.whole(known, *selected),
        )
        ((text,),) = await context.database.rows(answer.plan.sql, answer.plan.values(_asking(info)))
        return _ready(await self._filled(text, answer, info))

    async def _filled(self, text: str, answer: _Answer[Plan], info: GraphQLResolveInfo[Any]) -> str:
        return await Filling(info.context.database, self.types, _asking(info)).fill(text, answer.later)

    def _answer(
        self,
        info: GraphQLResolveInfo[Any],
        key: Hashable,
        select: Callable[[], Sequence[Selected]],
        plan: Callable[[Compiler, Sequence[Selected]], Made],
    ) -> _Answer[Made]:
        """The answer that has this key in the operation, and this order and choice of conditions, made where it isn't there yet."""
        context, given = info.context, selection.variables(info)
        # One that is too long to be remembered is made once for the operation all the same.
        plans = context.prepared.plans, context.plans
        choices: Sequence[Given] | None = next((found[key] for found in plans if key in found), None)
        selected = None
        if choices is None:
            selected = select()
            choices = choices_of(selected)
            context.prepared.put(key, choices, 0)
            context.plans[key] = choices
        chosen = key, tuple(choice(given) for choice in choices)
        answer: _Answer[Made] | None = plans[0].get(chosen) or plans[1].get(chosen)
        if answer is None:
            later: list[Later] = []
            compiler = Compiler(
                self.types, self._expressions, context.database.engine.dialect, context.scope, later
            )
            made = plan(compiler, select() if selected is None else selected)
            # Rows by their numbers are filled in as well, and so is what they leave.
            answer = _Answer(made, [*later, made] if isinstance(made, Plan) else later)
            letters = sum(len(each.sql) for each in answer.later if isinstance(each, Plan))
            context.prepared.put(chosen, answer, letters)
            context.plans[chosen] = answer
        return answer


def _ready(text: str) -> object:
    """JSON as what the reply holds it as."""
    return None if text == "null" else orjson.Fragment(text)


def _asking(info: GraphQLResolveInfo[Any]) -> Asking:
    return Asking(selection.variables(info), info.context.reader)


def _names(info: GraphQLResolveInfo[Any]) -> tuple[str, ...]:
    return tuple(step for step in info.path.as_list() if isinstance(step, str))


async def event_of(info: Info, number: int) -> Any:
    """The row of this number, as what a subscription emits."""
    answering: Answering = cast("Any", info.schema).answering
    return await answering.rows(info._raw_info, number)  # noqa: SLF001 - strawberry hands it out by no other name


async def event_with(info: Info, value: object) -> Any:
    """A value of Python's with the rows that it refers to, as what a subscription emits."""
    answering: Answering = cast("Any", info.schema).answering
    return await answering.value(info._raw_info, value)  # noqa: SLF001 - the same


def identity(info: Info) -> Hashable:
    """What an event depends on besides what it is about: two subscriptions that have it alike are told the same."""
    raw = info._raw_info  # noqa: SLF001 - the same
    context = info.context
    selected = {
        name: value for name, value in selection.variables(raw).items() if name in selection.used(raw)
    }
    variables = orjson.dumps(selected, option=orjson.OPT_SORT_KEYS, default=repr)
    principal = context.principal
    name = info.operation.name
    return context.prepared.text, name and name.value, variables, principal.role, principal.company_ids


async def foresee(info: Info) -> None:
    """Refuse now what of a mutation's reply would be refused after it."""
    answering: Answering = cast("Any", info.schema).answering
    await answering.foresee(info._raw_info)  # noqa: SLF001 - strawberry hands it out by no other name
