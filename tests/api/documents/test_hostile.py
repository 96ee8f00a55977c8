"""What is done for a document before the database is asked: counted, since times differ from machine to machine."""

import gc
import sys
from itertools import islice
from types import FrameType
from typing import Any

from graphql import GraphQLSyntaxError, get_introspection_query, get_operation_ast, parse

from api.documents.cost import measure
from api.documents.limits import Limits, refusals
from api.schema.build import build
from tests.api.documents.hostile import HOSTILE, PLAIN_PAGE, Hostile, written
from tests.fixtures.database import one_database
from tests.fixtures.world import World

LIMITS = Limits()
SCHEMA = build()._schema


def within_limits(document: str) -> bool:
    """Whether a query passes every limit."""
    try:
        read = parse(document, max_lexical_tokens=LIMITS.tokens)
    except GraphQLSyntaxError:
        return False
    operation = get_operation_ast(read)
    assert operation is not None
    return not refusals(measure(SCHEMA, read, operation, variables={}, limits=LIMITS), operation, LIMITS)


async def calls(world: World, hostile: Hostile) -> tuple[int, dict[str, Any]]:
    """How many functions are called to answer from an empty database, which stands for time; and the answer."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    gc.disable()
    sys.setprofile(note)
    try:
        answer = await world.api.send(hostile.document, **hostile.variables)
    finally:
        sys.setprofile(None)
        gc.enable()
    return count, answer


@one_database
async def test_hostile_documents(world: World) -> None:
    """A6, E5, E7: whatever a document of less than 256 KiB holds, little more is done for it than for a page, or it is refused
    by the limit that is for it.
    """
    # What is worked out once for a process.
    await world.api.send(PLAIN_PAGE.document, **PLAIN_PAGE.variables | {"n": 49})
    plain, _ = await calls(world, PLAIN_PAGE)
    for hostile in HOSTILE:
        count, answer = await calls(world, hostile)
        codes = {each["extensions"]["code"] for each in answer.get("errors", [])}
        by = {each["extensions"].get("limit") for each in answer.get("errors", [])} - {None}

        assert count < hostile.most * plain, hostile.name
        assert "INTERNAL" not in codes, hostile.name
        assert by == ({hostile.refused_by} if hostile.refused_by else set()), hostile.name
    for document in islice(filter(within_limits, written(SCHEMA, seed=1)), 6):
        count, answer = await calls(world, Hostile("", document))
        codes = {each["extensions"]["code"] for each in answer.get("errors", [])}

        assert count < 16 * plain, document
        # SQLite reads no statement that is as deep as some of these.
        assert codes <= {"LIMIT_EXCEEDED"}, document


@one_database
async def test_introspection_of_clients(world: World) -> None:
    """A6: what GraphiQL and generators of code ask for passes every limit, with whatever they add to it."""
    flags = [
        "specified_by_url",
        "directive_is_repeatable",
        "schema_description",
        "input_value_deprecation",
        "one_of",
    ]
    for document in (
        get_introspection_query(),
        get_introspection_query(descriptions=False, type_depth=7),
        get_introspection_query(**dict.fromkeys(flags, True)),
    ):
        answer = await world.api.send(document)

        assert "errors" not in answer
        assert len(answer["data"]["__schema"]["types"]) == len(SCHEMA.type_map)
