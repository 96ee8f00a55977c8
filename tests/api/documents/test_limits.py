"""What an operation may ask for, counted on documents alone."""

import pytest
from graphql import (
    DocumentNode,
    OperationDefinitionNode,
    build_schema,
    get_introspection_query,
    get_operation_ast,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

from api.documents.cost import measure
from api.documents.limits import Asked, Limits, refusals

LIMITS = Limits()

SCHEMA = build_schema("""
    type Query {
        company(id: ID!): Company
        node(id: ID!): Company
        nodes(ids: [ID!]!): [Company]!
        companies(first: Int, last: Int): CompanyConnection!
        version: String
    }
    type Company {
        id: ID!
        name: String!
        parent: Company
        orders(first: Int, last: Int, filter: Filter): OrderConnection!
    }
    input Filter { status: [String!], ids: [ID!], inner: Filter }
    type CompanyConnection { edges: [CompanyEdge!]!, nodes: [Company!]!, pageInfo: PageInfo! }
    type CompanyEdge { node: Company! }
    type OrderConnection { edges: [OrderEdge!]!, nodes: [Order!]!, pageInfo: PageInfo!, totalCount: Int! }
    type OrderEdge { cursor: String!, node: Order! }
    type PageInfo { hasNextPage: Boolean! }
    type Order { id: ID!, company: Company!, items: [Item!]!, tags: [String!]! }
    type Item { id: ID!, product: Product, quantity: Int! }
    type Product { id: ID!, websiteProperties: WebsiteProperties! }
    type WebsiteProperties { websiteProductId: String }
    type Mutation { setPrices(ids: [ID!], filter: Filter): Company }
""")

READ_PATH = """
    query Orders($id: ID!, $first: Int) {
        company(id: $id) {
            orders(first: $first) {
                edges { cursor node { id items { id quantity product { id websiteProperties { websiteProductId } } } } }
                pageInfo { hasNextPage }
                totalCount
            }
        }
    }
"""


def asked(text: str, **variables: object) -> Asked:
    document = parse(text)
    return measure(SCHEMA, document, operation_of(document), variables=variables, limits=LIMITS)


def refused(text: str, **variables: object) -> dict[str, tuple[int, int]]:
    """Each limit passed, with what was found and what is allowed."""
    document = parse(text)
    operation = operation_of(document)
    found = measure(SCHEMA, document, operation, variables=variables, limits=LIMITS)
    errors = [error.extensions or {} for error in refusals(found, operation, LIMITS)]
    assert {error["code"] for error in errors} <= {"LIMIT_EXCEEDED"}
    return {error["limit"]: (error["found"], error["allowed"]) for error in errors}


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    operation = get_operation_ast(document)
    assert operation is not None
    return operation


class TestWhatPasses:
    def test_read_path(self) -> None:
        """A6: the orders of a company with items and products pass, and cost what they bring back."""
        found = asked(READ_PATH, id="1", first=50)

        # The company, the connection, and of each order: itself and five items, each with product and properties.
        assert found.cost == 1 + 1 + 50 * (1 + 5 + 5 * 2)
        assert found.depth == 8
        assert refused(READ_PATH, id="1", first=50) == {}

    def test_largest_page(self) -> None:
        """A6: the read path passes with the largest page there is."""
        assert refused(READ_PATH, id="1", first=250) == {}

    def test_introspection(self) -> None:
        """A6: introspection as GraphiQL sends it passes every limit."""
        query = get_introspection_query(
            input_value_deprecation=True,
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
        )

        assert refused(query) == {}


class TestFragments:
    @pytest.mark.parametrize("links", [20, 100, 400])
    def test_chain_is_read_once(self, links: int) -> None:
        """A6, E1: a chain in which each fragment spreads the next one twice is read once, not 2^links times."""
        chain = "".join(
            f"fragment F{n} on Query {{ a: version ...F{n + 1} b: version ...F{n + 1} }}"
            for n in range(links)
        )
        document = f"{{ ...F0 }} {chain} fragment F{links} on Query {{ version }}"

        found = asked(document)

        assert found.visited == 1 + 4 * links + 1
        assert "aliases" in refused(document)
        assert ("fragments" in refused(document)) == (links >= 30)

    @pytest.mark.parametrize(
        "document",
        [
            "{ ...A } fragment A on Query { version ...B } fragment B on Query { version ...A }",
            "{ ...A } fragment A on Query { version ...A }",
            "{ ...Missing version }",
            "{ version } fragment Unused on Query { version }",
            "query A { ...A } fragment A on Query { version }",
            "{ company(id: 1) { ... on Nothing { name } ...A } } fragment A on Nothing { nothing { nothing } }",
            "{ nothing { nothing(first: 3) { nothing } } }",
            "mutation { nothing }",
            "subscription { nothing }",
        ],
    )
    def test_left_to_validation(self, document: str) -> None:
        """E2: circles, unknown and unused names cost no more than their text, and validation reports them."""
        assert asked(document).visited <= document.count("version") + document.count("...") + 5
        assert refused(document) == {}

    def test_aliases_are_counted_as_spread(self) -> None:
        """A6, E3: ten aliases in a fragment spread ten times are a hundred."""
        aliases = " ".join(f"a{n}: name" for n in range(10))
        spreads = " ".join(f"node(id: {n}) {{ ...F }}" for n in range(10))

        assert refused(f"{{ {spreads} }} fragment F on Company {{ {aliases} }}") == {"aliases": (100, 30)}

    def test_depth_is_counted_through_fragments(self) -> None:
        """A6, E7: depth goes on inside a fragment, wherever it is spread."""
        text = "{ company(id: 1) { parent { ...F } } } fragment F on Company { parent { ... { name } } }"

        assert asked(text).depth == 4

    def test_only_the_operation_that_runs_is_charged(self) -> None:
        """A6: another operation in the document is read for its directives and costs nothing."""
        document = parse("query A { version } query B { companies { nodes { name @skip(if: true) } } }")

        operation = get_operation_ast(document, "A")
        assert operation is not None
        found = measure(SCHEMA, document, operation, variables={}, limits=LIMITS)

        assert (found.cost, found.depth, found.directives) == (0, 1, 1)


class TestEachLimit:
    @pytest.mark.parametrize(
        "inside, found",
        [
            ("parent { " * 13 + "id" + " }" * 13, {}),
            ("parent { " * 14 + "id" + " }" * 14, {"depth": (16, 15)}),
        ],
    )
    def test_depth(self, inside: str, found: dict[str, tuple[int, int]]) -> None:
        """A6, E7: fifteen fields inside each other pass, sixteen don't."""
        assert refused(f"{{ company(id: 1) {{ {inside} }} }}") == found

    def test_root_fields(self) -> None:
        """A6, E4: a mutation has five fields at its root and a query twenty, through fragments too."""
        assert refused("mutation {" + "setPrices { id } " * 5 + "}") == {}
        assert refused("mutation {" + "setPrices { id } " * 6 + "}") == {"rootFields": (6, 5)}
        assert refused("{" + "version " * 20 + "}") == {}
        spread = "{ ...F ... { ...F } version } fragment F on Query {" + "version " * 10 + "}"
        assert refused(spread) == {"rootFields": (21, 20)}

    def test_directives(self) -> None:
        """A6, E6: directives are counted wherever they stand in the document."""
        text = "query($a: Int @x) @x { version @x ...F @x ... @x { version } } fragment F on Query @x { version @x }"

        assert asked(text).directives == 7
        assert refused("{ version" + " @x" * 51 + "}") == {"directives": (51, 50)}

    def test_fragments(self) -> None:
        """A6: thirty-one fragments are refused, spread or not."""
        assert refused(
            "{ version }" + "".join(f"fragment F{n} on Query {{ version }}" for n in range(31))
        ) == {"fragments": (31, 30)}

    def test_three_levels_of_a_hundred(self) -> None:
        """A6, E14: pages inside pages multiply: 100 x 100 x 100 is refused with what it would cost."""
        text = "{ companies(first: 100) { nodes { orders(first: 100) { nodes { company { orders(first: 100) { nodes { id } } } } } } } }"

        found, allowed = refused(text)["cost"]

        assert found == 1 + 100 * (1 + 1 + 100 * (1 + 1 + 1 + 100))
        assert allowed == LIMITS.cost

    def test_message(self) -> None:
        """A6: a refusal says the limit, what was found and what to do."""
        document = parse("{" + "version " * 21 + "}")
        operation = get_operation_ast(document)
        assert operation is not None
        found = measure(SCHEMA, document, operation, variables={}, limits=LIMITS)

        (error,) = refusals(found, operation, LIMITS)

        assert error.message == (
            "The operation has 21 fields at its root, and 20 are allowed: ask in several operations."
        )


class TestPages:
    @pytest.mark.parametrize(
        "arguments, size",
        [
            ("", 50),
            ("(first: null)", 50),
            ("(first: 7)", 7),
            ("(last: 7)", 7),
            ("(first: 7, last: 9)", 9),
            ("(first: 0)", 1),
            ("(first: -1)", 1),
            ("(first: 251)", 250),
            ("(first: 2147483648)", 250),
            (f"(first: {'9' * 5000})", 250),
            (f"(first: -{'9' * 5000})", 1),
            ('(first: "7")', 50),
            ("(first: $n)", 50),
        ],
    )
    def test_sizes(self, arguments: str, size: int) -> None:
        """A6, E14: whatever `first` holds, a page is counted as one object at least and 250 at most."""
        assert asked(f"{{ companies{arguments} {{ nodes {{ id }} }} }}").cost == 1 + size

    @pytest.mark.parametrize(
        "variables, size",
        [({"n": 7}, 7), ({}, 20), ({"n": None}, 50), ({"n": "x"}, 50), ({"n": 10**18}, 250), ({"n": []}, 50)],
    )
    def test_variables(self, variables: dict[str, object], size: int) -> None:
        """A6, E14: a page given as a variable is counted as what the variable holds, or its default."""
        text = "query($n: Int = 20) { companies(first: $n) { nodes { id } } }"

        assert asked(text, **variables).cost == 1 + size

    def test_wrapping_is_free(self) -> None:
        """A6: by edges or by nodes, a page costs the same."""
        by_edges = asked("{ companies(first: 3) { edges { node { id } } pageInfo { hasNextPage } } }")
        by_nodes = asked("{ companies(first: 3) { nodes { id } pageInfo { hasNextPage } } }")

        assert by_edges.cost == by_nodes.cost == 4


class TestListsSent:
    def test_values_cost(self) -> None:
        """A6: each value in a list that is sent costs a point, in the document and in variables alike."""
        literal = asked(
            'mutation { setPrices(ids: [1, 2], filter: {status: ["A"], inner: {ids: [3]}}) { id } }'
        )
        variables = asked(
            "mutation($ids: [ID!], $f: Filter) { setPrices(ids: $ids, filter: $f) { id } }",
            ids=[1, 2],
            f={"status": ["A"], "inner": {"ids": [3]}},
        )

        assert literal.cost == variables.cost == 1 + 4

    def test_objects_by_ids(self) -> None:
        """A6: of a list of ids each brings back an object, and what is selected of it."""
        text = "query($ids: [ID!]!) { nodes(ids: $ids) { orders(first: 10) { nodes { id } } } }"

        assert asked(text, ids=["a", "b", "c", "d", "e", "f", "g"]).cost == 7 + 7 * (1 + 1 + 10)
        assert asked(text, ids="a").cost == 1 + 1 + 10

    def test_default(self) -> None:
        """A6: a variable's default counts where no value is given."""
        text = "mutation($ids: [ID!] = [1, 2, 3]) { setPrices(ids: $ids) { id } }"

        assert asked(text).cost == 4
        assert asked(text, ids=[]).cost == 1
        assert asked(text, ids=None).cost == 1


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    starts = [
        "parent",
        "orders(first: 3)",
        "nodes",
        "edges",
        "items",
        "...",
        "... on Order",
        "b: company(id: 1)",
    ]
    parts = st.lists(inner, min_size=1, max_size=4).map(" ".join)
    return st.tuples(st.sampled_from(starts), parts).map("{0[0]} {{ {0[1]} }}".format)


SELECTIONS = st.recursive(
    st.sampled_from(["id", "name", "a: name", "...F0", "...F1", "...F2", "nothing", "version"]),
    _nested,
    max_leaves=25,
)


@given(st.lists(SELECTIONS, min_size=4, max_size=4))
def test_any_document(selections: list[str]) -> None:
    """A6: counting ends for any document, reads no selection twice and never counts below zero."""
    text = f"{{ {selections[0]} }}" + "".join(
        f"fragment F{n} on Company {{ {each} }}" for n, each in enumerate(selections[1:])
    )

    found = asked(text)

    assert 0 < found.visited <= len(text)
    assert 0 <= found.cost <= 1_000_000_000
