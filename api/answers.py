"""
What answers a root field: the plan of one statement, kept for the form in which the operation was asked.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLResolveInfo

from api import ids, selecting
from api.context import Context
from api.forms import PerForm
from domain.projection.asking import Asking, NotProjectable, Plan, Scope, Source, Variables
from domain.projection.compiling import Compiler
from domain.projection.dialects import dialect_named
from domain.projection.fields import Entity, Many, Paged

# A plan has some ten thousand letters; fragments inside fragments make half a million from a small document, and those
# that are longer than this are made each time.
LONGEST_KEPT = 65_536
_REMEMBERED = 1024


@dataclass(frozen=True)
class Answer:
    """
    By which plan a field is answered and, where it is an object, of which type and from where its id comes.
    """

    plan: Plan
    type: str | None = None
    id: Source | None = None

    @property
    def letters(self) -> int:
        """
        How long its SQL is.
        """
        return len(self.plan.sql)

    def statement(self, context: Context, variables: Variables) -> tuple[str, Sequence[Any]]:
        """
        What the database is asked for the JSON of the field. Raises NotProjectable and Invalid.
        """
        number = None
        if self.type is not None and self.id is not None:
            number = ids.find(str(self.id(variables)), self.type)
            if number is None:
                raise NotProjectable(self.type)
        asking = Asking(variables, context.principal.company_ids, context.now, number)
        return self.plan.sql, self.plan.values(asking)


class _Ordinary:
    """
    In the place of an answer: that the field is resolved in the ordinary way.
    """


# For the forms in which the latest operations were asked, of all fields.
_KEPT: PerForm[Answer | _Ordinary] = PerForm(_REMEMBERED)


def find(raw: GraphQLResolveInfo[Any], what: Entity | Many | Paged, context: Context) -> Answer:
    """
    What answers a field that holds *what*. Raises NotProjectable and Invalid.
    """
    variables, depends_on = selecting.variables(raw), _depends_on(raw, what, context)
    answer = _KEPT.known(raw.operation, variables, *depends_on)
    if answer is None:
        answer = _made(raw, what, context)
        if isinstance(answer, _Ordinary) or answer.letters <= LONGEST_KEPT:
            _KEPT.keep(raw.operation, variables, *depends_on, value=answer)
    if isinstance(answer, _Ordinary):
        raise NotProjectable(raw.field_name)
    return answer


def give_up(raw: GraphQLResolveInfo[Any], what: Entity | Many | Paged, context: Context) -> None:
    """
    Find no answer from now on: the database can't read the statement.
    """
    depends_on = _depends_on(raw, what, context)
    _KEPT.keep(raw.operation, selecting.variables(raw), *depends_on, value=_Ordinary())


def seen_from(context: Context) -> tuple[Scope, str]:
    """
    What a plan depends on besides the operation: whose rows it shows, and the database whose words it is in.
    """
    return Scope.of(context.principal.company_ids), context.database.engine.dialect.name


def _depends_on(
    raw: GraphQLResolveInfo[Any], what: Entity | Many | Paged, context: Context
) -> tuple[Hashable, ...]:
    return raw.path.key, id(what), *seen_from(context)


def _made(raw: GraphQLResolveInfo[Any], what: Entity | Many | Paged, context: Context) -> Answer | _Ordinary:
    scope, dialect = seen_from(context)
    compiler = Compiler(dialect_named(dialect), scope)
    try:
        if isinstance(what, Entity):
            plan = compiler.one(what, selecting.of_object(raw, what.type))
            return Answer(plan, what.type, selecting.argument(raw, "id"))
        return Answer(compiler.whole(what, selecting.of_list(raw)))
    except NotProjectable:
        return _Ordinary()
