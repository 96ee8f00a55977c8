"""Mutations that are sent whatever their inputs' types allow."""

from collections import Counter
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_composite_type,
)

from api.schema.build import build
from api.values import ids
from tests.fixtures.world import World

SCHEMA = build()._schema
SEED, ROUNDS = 16, 4
_DEEPEST = 3
TEXTS = ["", " ", "%", "_%/", "'; DROP TABLE orders; --", "\u202eRTL\u202c", "\u2028\ufeff", "{0} %s :x $1", "\x01\x7f", "😀" * 300, "x" * 12_000, "null", "-1", "2026-02-30T25:61:61Z"]  # fmt: skip
NUMBERS = [0, 1, -1, 2**31 - 1, -(2**31), 10_000_001]
KINDS = ["Company", "Product", "Order", "Warehouse", "OrderItem", "Package", "QueuedJob", "Nothing"]
MOMENTS = [
    "2026-05-01T12:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999-23:59",
    "2026-05-01",
    "",
]


def _value(kind: Any, random: Random, company_id: str, depth: int = 0) -> Any:
    # Filters may lie in filters without end.
    if not isinstance(kind, GraphQLNonNull) and (random.random() < 0.3 or depth > _DEEPEST):
        return None
    nullable = get_nullable_type(kind)
    if isinstance(nullable, GraphQLList):
        return [_value(nullable.of_type, random, company_id, depth) for _ in range(random.choice([0, 1, 2]))]
    named = get_named_type(kind)
    if isinstance(named, GraphQLInputObjectType):
        fields = {
            name: _value(field.type, random, company_id, depth + 1) for name, field in named.fields.items()
        }
        return {name: value for name, value in fields.items() if value is not None}
    if isinstance(named, GraphQLEnumType):
        return random.choice(list(named.values))
    numbered = ids.encode(random.choice(KINDS), random.choice([1, 2, 2**31, 2**63 - 1]))
    choices: dict[str, list[Any]] = {
        "ID": [company_id, company_id, numbered, *TEXTS],
        "Int": [*NUMBERS],
        "Boolean": [True, False],
        "DateTime": [*MOMENTS],
    }
    return random.choice(choices.get(named.name, [*TEXTS]))


async def test_hostile_inputs(world: World) -> None:
    """A8, E16: whatever a mutation is sent, it is done or refused with a reason, and nothing breaks or tells SQL."""
    random, codes = Random(SEED), Counter[str]()
    root = SCHEMA.mutation_type
    assert root is not None
    for name, field in sorted(root.fields.items()) * ROUNDS:
        declared = ", ".join(f"${each}: {argument.type}" for each, argument in field.args.items())
        given = ", ".join(f"{each}: ${each}" for each in field.args)
        inner = get_named_type(field.type)
        assert is_composite_type(inner)
        query = f"mutation({declared}) {{ {name}({given}) {{ userErrors {{ code message field }} }} }}"
        variables = {
            each: _value(argument.type, random, world.company_id) for each, argument in field.args.items()
        }

        answer = await world.api.send(query, **variables)

        found = [each["extensions"]["code"] for each in answer.get("errors", [])]
        done = (answer.get("data") or {}).get(name) or {"userErrors": []}
        codes.update(found or [each["code"] for each in done["userErrors"]] or ["done"])
        # Of more than ten errors the rest is told by one.
        assert set(found) <= {"BAD_USER_INPUT", "MORE_ERRORS"}, (SEED, name, variables, answer)
        told = str(answer)
        assert not [word for word in ("SELECT ", "INSERT ", "sqlalchemy", "asyncpg") if word in told]
    # Else all would have been refused before it came to anything.
    assert codes["done"], codes
    assert codes["NOT_FOUND"], codes
