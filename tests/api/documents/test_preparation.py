"""What becomes of a document on its way through the endpoint: limits, validation, time and errors."""

from typing import Any

import httpx
import pytest
import strawberry
from graphql import OperationDefinitionNode, parse

from api.documents.cache import Prepared, PreparedOperations, key_of
from api.documents.limits import Limits
from api.documents.prepare import Documents, Preparation
from api.transport.results import Operations
from tests.api.toy_server import (
    SECRET,
    Mutation,
    Query,
    Seen,
    Subscription,
    ToySchema,
    code_of,
    post,
    toy_server,
)

JSON = "application/json"


class TestErrors:
    async def test_masked(self, toy: httpx.AsyncClient, seen: Seen, caplog: pytest.LogCaptureFixture) -> None:
        """A8, E11: an unexpected exception shows as `present` has it, and nothing of it is logged here."""
        response = await post(toy, "{ fails }")

        assert response.json()["errors"][0]["message"] == "Something went wrong here."
        assert SECRET not in response.text
        assert len(seen.presented) == 1
        assert caplog.text == ""

    def test_schema_that_logs_queries(self) -> None:
        """A8, E6: a schema that would log what it was asked isn't served."""
        with pytest.raises(TypeError, match="process_errors"):
            Operations(strawberry.Schema(Query), lambda error: error)

    async def test_at_most_ten(self, toy: httpx.AsyncClient, seen: Seen) -> None:
        """A6, E6: a reply tells ten errors, the last of them how many more there are."""
        aliases = " ".join(f"a{n}: fails" for n in range(20))

        errors = (await post(toy, f"{{ {aliases} }}")).json()["errors"]

        assert len(errors) == 10
        assert errors[-1]["extensions"]["code"] == "MORE_ERRORS"
        assert "11 more errors" in errors[-1]["message"]
        assert len(seen.presented) == 9

    async def test_at_most_ten_of_validation(
        self, toy: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A6, E6: validation stops at ten errors, the reply stays small and the log empty."""
        response = await post(toy, "{" + "".join(f"x{n} " for n in range(20)) + "}")
        directives = await post(toy, "{ __typename" + " @nothing" * 450 + "}")

        assert len(response.json()["errors"]) == 10
        assert len(response.content) < 3000
        assert code_of(directives) == "LIMIT_EXCEEDED"
        assert caplog.text == ""

    async def test_too_long(self, seen: Seen) -> None:
        """A6: an operation that runs too long is stopped with TIMEOUT."""
        async with toy_server(limits=Limits(seconds=0.1)) as server, server.client() as toy:
            newer = await post(toy, "{ slow }")
            older = await post(toy, "{ slow }", accept=JSON)
            events = await post(toy, "{ slow }", accept="text/event-stream")

        assert (newer.status_code, code_of(newer)) == (504, "TIMEOUT")
        assert (older.status_code, code_of(older)) == (200, "TIMEOUT")
        assert "TIMEOUT" in events.text
        assert "data" not in newer.json()

    async def test_unwritable_reply(self, toy: httpx.AsyncClient, seen: Seen) -> None:
        """A8: a value that JSON can't hold is an error of ours like any other, not a broken reply."""
        response = await post(toy, "{ unwritable }")

        assert response.status_code == 200
        assert response.json()["data"] is None
        assert code_of(response) == "INTERNAL"
        assert isinstance(seen.presented[0].original_error, TypeError)

    @pytest.mark.parametrize(
        "query",
        [
            "{ echo(text: " + "[" * 400 + "]" * 400 + ") }",
            "{ " + "item(id: 1) { items { " * 120 + "id" + " } }" * 120 + " }",
            f"{{ items(first: {'9' * 10_000}) {{ nodes {{ id }} }} }}",
            "{ ...F } fragment F on Query { ...F }",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
            "query F { ...F } fragment F on Query { __typename } fragment G on Query { __typename }",
            '{ echo(text: "\\u0000") }',
            '{ echo(text: "\\uD800") }',
            "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }",
            "\ufeff",
            "{ a " + "# x\n" * 1001 + "}",
            "{" + "__typename " * 1000 + "}",
            "query($a: Int = $a) { items(first: $a) { nodes { id } } }",
        ],
    )
    async def test_hostile_documents(self, toy: httpx.AsyncClient, seen: Seen, query: str) -> None:
        """A6, A8, E2, E7, E8: deep, circular, endless or unreadable documents are refused with 400, never INTERNAL."""
        response = await post(toy, query)

        assert response.status_code == 400
        assert {each["extensions"]["code"] for each in response.json()["errors"]} <= {
            "LIMIT_EXCEEDED",
            "GRAPHQL_PARSE_FAILED",
            "GRAPHQL_VALIDATION_FAILED",
            "BAD_REQUEST",
        }


class TestLimits:
    async def test_cost_is_told(self, toy: httpx.AsyncClient) -> None:
        """A6: every reply that was measured tells its cost, a refusal too."""
        taken = await post(toy, "query($n: Int) { items(first: $n) { nodes { id } } }", variables={"n": 7})
        refused = await post(toy, "{ items(first: 250) { nodes { items { items { items { id } } } } } }")
        cost = 1 + 250 * (1 + 5 + 5 * (5 + 5 * 5))

        assert taken.json()["extensions"] == {"cost": {"requested": 8, "limit": 30_000}}
        assert refused.json()["extensions"] == {"cost": {"requested": cost, "limit": 30_000}}
        assert code_of(refused) == "LIMIT_EXCEEDED"

    @pytest.mark.parametrize(
        "query", ["{ pain(colour: RED) }", "{ paint(colour: RAD) }", "{ item(id: 1) { nam } }"]
    )
    async def test_suggestions(self, toy: httpx.AsyncClient, query: str) -> None:
        """A6, E10: a wrong name is met with the right one only while introspection is on."""
        shown = await post(toy, query)
        async with toy_server(introspection=False) as server, server.client() as closed:
            hidden = await post(closed, query)

        assert "Did you mean" in shown.text
        assert "Did you mean" not in hidden.text

    async def test_suggestions_for_variables(self, seen: Seen) -> None:
        """A6, E10: a wrong variable names no other values either."""
        async with toy_server(introspection=False) as server, server.client() as toy:
            response = await post(toy, "query($c: Colour!) { paint(colour: $c) }", variables={"c": "RAD"})

        assert response.status_code == 400
        assert "RED" not in response.text

    @pytest.mark.parametrize(
        "query", ["{ __schema { queryType { name } } }", '{ __type(name: "Item") { name } }']
    )
    async def test_introspection_off(self, seen: Seen, query: str) -> None:
        """A6, E10: with introspection off the schema isn't told, and __typename still works."""
        async with toy_server(introspection=False) as server, server.client() as toy:
            refused = await post(toy, query)
            typename = await post(toy, "{ __typename item(id: 1) { __typename } }")

        assert refused.status_code == 400
        assert typename.status_code == 200


class TestRemembered:
    async def test_good_operations(self) -> None:
        """A6: a good operation is read and validated once for each shape of its variables, by which its cost differs."""
        documents = Documents(Limits(), introspection=True, remembered=2)
        schema = ToySchema(Query, Mutation, Subscription, extensions=[lambda: Preparation(documents)])
        text = "query($n: Int) { items(first: $n) { nodes { id items { items { items { id } } } } } }"
        contexts = [Seen() for _ in range(4)]

        replies = [
            await schema.execute(text, variables, context_value=context)
            for variables, context in zip([{"n": 1}, {"n": 1}, {"n": 250}, {"n": 2}], contexts, strict=True)
        ]
        costly = replies.pop(2)

        assert all(reply.errors is None for reply in replies)
        assert contexts[0].prepared is contexts[1].prepared
        assert contexts[0].prepared is not contexts[3].prepared
        assert [error.extensions and error.extensions["limit"] for error in costly.errors or ()] == ["cost"]

    async def test_others(self) -> None:
        """A6, E6: what was refused, what is long and what was used least isn't kept in memory."""
        documents = Documents(Limits(), introspection=True, remembered=2)
        schema = ToySchema(Query, Mutation, Subscription, extensions=[lambda: Preparation(documents)])
        long = "{ __typename } #" + "x" * 20_000
        texts = [
            "{ unknown }",
            "{",
            long,
            "{ a: __typename }",
            "{ b: __typename }",
            "{ a: __typename }",
            "{ __typename }",
        ]

        for text in texts:
            await schema.execute(text, context_value=Seen())

        keys = {text: key_of(text, None, {}, None) for text in texts}
        kept = [text for text, key in keys.items() if documents.prepared.get(key)]
        assert kept == ["{ a: __typename }", "{ __typename }"]

    def test_letters(self) -> None:
        """A6, E6: long documents are remembered in smaller number; one that is put again counts once."""
        operations = PreparedOperations(100, letters=10)
        document = parse("{ a }")
        [operation] = document.definitions
        assert isinstance(operation, OperationDefinitionNode)

        for key in ["a", "b", "b", "c"]:
            operations.put(key, Prepared("x" * 4, document, operation, cost=1))
        few = [key for key in "abc" if operations.get(key)]
        operations.put("d", Prepared("x" * 10, document, operation, cost=1))

        assert few == ["b", "c"]
        assert [key for key in "abcd" if operations.get(key)] == ["d"]

    def test_plans(self) -> None:
        """A6: of an operation's plans, as many as there is room for are remembered, those that were made last; one too long never is."""
        document = parse("{ a }")
        [operation] = document.definitions
        assert isinstance(operation, OperationDefinitionNode)
        prepared = Prepared("{ a }", document, operation, cost=1)
        for key, letters in (("a", 40_000), ("b", 20_000), ("b", 20_000), ("c", 70_000), ("d", 30_000)):
            prepared.put(key, key, letters)
        assert (list(prepared.plans), prepared.letters) == (["b", "d"], 50_000)

    @pytest.mark.parametrize(
        "variables",
        [
            {"a": [[1]]},
            {"a": [{"b": 1}]},
            {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": 1}}}}}}}},
            {"a": dict.fromkeys(map(str, range(65)))},
            dict.fromkeys(map(str, range(65))),
            {"a" * 65: 1},
        ],
    )
    def test_long_shapes(self, variables: dict[str, Any]) -> None:
        """A6: variables that would fill the memory meant for many operations are no key."""
        assert key_of("{ a }", None, variables, None) is None

    def test_shapes(self) -> None:
        """A6: operations share a key whatever their texts say, and not where a number, a flag or a length differs."""

        def key(**variables: Any) -> object:
            return key_of("{ a }", None, variables, None)

        assert key(a="x", b=[1, 2], c=2.0) == key(a="y", b=[3, 4], c=2)
        assert key(n=5_000) == key(n=6_000)
        differing = [
            key(),
            key(a=None),
            key(a=True),
            key(a=1),
            key(a=2),
            key(a="1"),
            key(a=[1]),
            key(a=[1, 2]),
            key(a={}),
        ]
        assert len(set(differing)) == len(differing)
