"""Documents and variables that are as dear as possible to read, to validate and to plan, while each seems to ask for little."""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_introspection_query,
    get_named_type,
    is_composite_type,
)

from api.values import ids

ORDER, COMPANY, PRODUCT = ids.encode("Order", 1), ids.encode("Company", 1), ids.encode("Product", 1)
# What a front end sends all day: what others cost is told beside it.
PLAIN = """query($c: ID!, $n: Int!) { company(id: $c) { orders(first: $n) { edges { cursor node {
  id channelOrderId status shippingStatus total { amount currencyCode } orderedAt company { name }
  items { quantity unitPrice { amount currencyCode } product { sku name
    websiteProperties { websiteProductId websiteProductVariantId } } } } } pageInfo { hasNextPage endCursor } } } }"""


class Hostile(NamedTuple):
    """A document with what it is sent with, and the limit that refuses it, or none."""

    name: str
    document: str
    refused_by: str | None = None
    variables: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it
    most: int = 13
    """How many times as much as for a plain page may be called for it; more where most of it are looks at single letters or
    values, which take no time."""


PLAIN_PAGE = Hostile("a plain page", PLAIN, None, {"c": COMPANY, "n": 50})


def _order(inside: str) -> str:
    return f'{{ order(id: "{ORDER}") {{ {inside} }} }}'


def _fragments(number: int, inside: str, kind: str = "Order") -> str:
    return " ".join(f"fragment F{n} on {kind} {{ {inside} }}" for n in range(number))


def _spread(number: int) -> str:
    return " ".join(f"...F{n}" for n in range(number))


_OF_TYPES = "fragment T on __Type { name fields { name description args { name type { name } } type { name ofType { name } } } }"
_FILTERED = "query($f: OrderFilter) { orders(filter: $f) { totalCount } }"
_COUNTED = "mutation($i: SetInventoryInput!) { setInventory(input: $i) { userErrors { message } } }"
_STOCK = "availableQuantity aggregateSellableQuantity"

HOSTILE = [
    Hostile("one field 480 times", _order("id " * 480), "overlaps"),
    Hostile("one field 95 times", _order("id " * 95)),
    Hostile("what lies in it 120 times", _order("items { product { id } } " * 120), "overlaps"),
    Hostile("what lies in it 40 times", _order("items { product { id } } " * 40)),
    Hostile("inline fragments side by side", _order("... on Order { items { id } } " * 110), "overlaps"),
    Hostile("inline fragments inside each other", _order("... { " * 150 + "id" + " }" * 150)),
    Hostile("29 fragments on one order", _order(_spread(29)) + _fragments(29, "id status items { id title }")),
    Hostile(
        "29 fragments on one order, deeper",
        _order(_spread(29)) + _fragments(29, "items { product { company { id name } } }"),
    ),
    Hostile("fragments that nobody spreads", _order("id") + _fragments(1, "items { id } " * 150), "overlaps"),
    Hostile("20 nodes", "{" + " ".join(f'a{n}: node(id: "{ORDER}") {{ id }}' for n in range(20)) + "}"),
    Hostile("60 nodes", "{" + f'node(id: "{ORDER}") {{ id }} ' * 60 + "}", "rootFields"),
    Hostile(
        "how much may be sold, 28 times",
        f'{{ product(id: "{PRODUCT}") {{ ' + " ".join(f"a{n}: availableQuantity" for n in range(28)) + " } }",
    ),
    Hostile(
        "shadows of shadows",
        f'{{ product(id: "{PRODUCT}") {{ ' + f"{_STOCK} shadowOf {{ " * 3 + _STOCK + " }" * 4 + " }",
    ),
    Hostile("parcels", _order("packages { " + " ".join(f"a{n}: combinedWith {{ id }}" for n in range(25)) + " }")),
    Hostile("introspection", get_introspection_query(), None, {}, 35),
    Hostile("types of types of types", "{ __schema { types { fields { type { fields { type { name } } } } } } }"),
    Hostile("20 schemas", "{" + "".join(f"a{n}: __schema {{ types {{ ...T }} }}" for n in range(20)) + "}" + _OF_TYPES, "cost"),
    Hostile("9 schemas", "{" + "".join(f"a{n}: __schema {{ types {{ ...T }} }}" for n in range(9)) + "}" + _OF_TYPES, "introspected", {}, 50),
    Hostile("20 types", "{" + "".join(f'a{n}: __type(name: "Mutation") {{ ...T }}' for n in range(20)) + "}" + _OF_TYPES, None, {}, 33),
    Hostile("15,000 unknown names", _FILTERED, "names", {"f": {f"v{n}": 1 for n in range(15_000)}}),
    Hostile("15,000 unknown variables", _FILTERED, "names", {f"v{n}": 1 for n in range(15_000)}),
    Hostile("25,000 wrong values", _FILTERED, None, {"f": {"status": ["PENDIN"] * 20_000}}),
    Hostile("20,000 right values", _FILTERED, None, {"f": {"status": ["PENDING"] * 20_000}}, 35),
    Hostile("5,000 objects", _COUNTED, "objects", {"i": {"levels": [{"productId": "a", "warehouseId": "b", "onHand": 1}] * 4_500}}),
    Hostile("2,500 objects", _COUNTED, None, {"i": {"levels": [{"productId": "a", "warehouseId": "b", "onHand": 1}] * 2_500}}, 40),
    Hostile("2,500 wrong objects", _COUNTED, None, {"i": {"levels": [{"product": "a", "warehouse": "b", "hand": 1}] * 2_500}}),
    Hostile("240 unknown variables", "{" + "".join(f"a{n}: order(id: $v{n}) {{ id }} " for n in range(20)) + "}"),
    Hostile("160 unused variables", "query(" + "".join(f"$v{n}: Int " for n in range(160)) + ") { __typename }"),
    Hostile("160 variables of one name", "query(" + "$v: Int " * 160 + ") { __typename }"),
    Hostile("300 arguments of one name", "{ orders(" + "first: 1 " * 300 + ") { totalCount } }"),
    Hostile("300 unknown arguments", "{ orders(" + "".join(f"firs{n}: 1 " for n in range(300)) + ") { totalCount } }"),
    Hostile("300 unknown conditions", "{ orders(filter: {" + 'searc: "x" ' * 300 + "}) { totalCount } }"),
    Hostile("900 values in the document", "{ orders(filter: {status: [" + "PENDING " * 900 + "]}) { totalCount } }"),
    Hostile("480 unknown fields", _order("".join(f"channelOrderI{n} " for n in range(480)))),
    Hostile("450 unknown fragments", "{" + "".join(f"...F{n} " for n in range(450)) + "}"),
    Hostile("50 directives of one field", "{ __typename " + "@skip(if: false) " * 50 + "}", "directivesOfOne"),
    Hostile("190 operations", "".join(f"query Q{n} {{ __typename }} " for n in range(190))),
    Hostile("a text of 240,000 letters", f'{{ order(id: "{"x" * 240_000}") {{ id }} }}', None, {}, 20),
    Hostile("120,000 backslashes", f'{{ order(id: "{chr(92) * 120_000}") {{ id }} }}'),
    Hostile("40,000 escapes", f'{{ order(id: "{(chr(92) + "u0041") * 35_000}") {{ id }} }}', None, {}, 20),
    Hostile("a block of 60,000 lines", f'{{ order(id: """{chr(10) * 60_000}""") {{ id }} }}'),
    Hostile("a comment of 240,000 letters", "{ __typename } #" + "x" * 240_000, None, {}, 20),
    Hostile("240,000 commas", "{ __typename " + "," * 240_000 + "}"),
    Hostile("120,000 lines and a wrong name", "{ __typenam" + "\n" * 120_000 + "}"),
    Hostile("a name of 240,000 letters", "{ " + "a" * 240_000 + " }", None, {}, 20),
]  # fmt: skip

_IDS = {
    "node": "Order",
    "company": "Company",
    "product": "Product",
    "order": "Order",
    "queuedJob": "QueuedJob",
    "webhook": "Webhook",
}
_FILTERS = {
    "OrderFilter": '{companyId: "x", channel: WEBSITE, status: [PENDING], labels: [], hasUnknownProduct: true, search: "x"}',
    "AuditEventFilter": '{companyId: "x", action: "x"}',
    "ChannelActionFilter": '{kind: [], status: [QUEUED], subject: "x", createdAt: {}, sentAt: {}, endedAt: {}, not: {subject: "y"}}',
    "CompanyFilter": '{search: "x", region: [US], tokenStatus: [VALID], isArchived: true}',
    "InventoryFilter": '{companyId: "x", search: "x", onHand: {to: 1}, isReserved: true, or: [{isReserved: false}]}',
    "ListingFilter": '{search: "x", status: [GONE], subStatus: [], skus: ["a"], websiteProductIds: [], isMapped: true, isGone: false}',
    "ProductFilter": """{companyId: "x", search: "x", skus: ["a"], isMapped: true, isShadow: false, hasStock: true,
        availableQuantity: {from: 1, to: 2}, isWaiting: true, isRefused: true, isDrifting: true, isArchived: false,
        priceState: [REFUSED]}""",
    "QueuedJobFilter": '{companyId: "x", type: [], status: [], trigger: [], subject: "x", errorIsPassing: true}',
    "ReturnFilter": """{status: [], type: REFUND_ONLY, channelReturnIds: ["x"], channelOrderIds: ["x"], isDue: true,
        trackingNumbers: ["x"], availableOperations: [], or: [{isDue: false}], respondBy: {from: "2026-05-01T00:00:00Z"}, requestedAt: {}, updatedAt: {}}""",
    "JobOutcomeFilter": "{status: SUCCEEDED}",
    "ShippingLabelFilter": '{status: [FAILED], origin: [TRADEWIND], trackingNumber: "x", packageNumber: "x", isPrinted: false, carriers: []}',
    "WebhookDeliveryFilter": '{webhookId: "x", status: [PENDING], eventType: [], subjectId: "x"}',
}

_PERIOD = 'from: "2026-05-01T00:00:00Z", to: "2026-05-04T00:00:00Z", timeZone: "Europe/Berlin"'


def written(schema: GraphQLSchema, seed: int) -> Iterator[str]:
    """Queries without end, as wide and as deep as limits let them be, or more; the same for the same *seed*."""
    random = Random(seed)
    root = schema.query_type
    assert root is not None
    while True:
        writer = _Writer(schema, random, random.choice([200, 400, 498]))
        names = random.sample(sorted(root.fields), random.choice([1, 2, 4, 8]))
        yield "{ " + " ".join(writer.field(name, root.fields[name], 1) for name in names) + " }"


class _Writer:
    """Writes one query of no more than so many fields."""

    def __init__(self, schema: GraphQLSchema, random: Random, fields: int) -> None:
        self._schema = schema
        self._random = random
        self._left = fields
        self._aliases = 28
        self._share, self._filtered = random.uniform(0.3, 1), random.choice([0, 0.2, 1])

    def field(self, name: str, field: GraphQLField, depth: int) -> str:
        """A field with what is in it, and with arguments that it takes."""
        self._left -= 1
        arguments = ["first: 1"] if "first" in field.args else []
        if "filter" in field.args and self._random.random() < self._filtered:
            arguments.append("filter: " + _FILTERS[get_named_type(field.args["filter"].type).name])
        if "timeZone" in field.args:
            arguments.append(_PERIOD)
        if "ids" in field.args:
            arguments.append("ids: []")
        if "id" in field.args:
            arguments.append(f'id: "{ids.encode(_IDS[name], 1)}"')
        inner = get_named_type(field.type)
        inside = f" {{ {self._inside(inner.name, depth + 1)} }}" if is_composite_type(inner) else ""
        return self._alias() + name + (f"({', '.join(arguments)})" if arguments else "") + inside

    def _alias(self) -> str:
        if not self._aliases or self._random.random() > 0.2:
            return ""
        self._aliases -= 1
        return f"a{self._aliases}: "

    def _inside(self, type_name: str, depth: int) -> str:
        kind = self._schema.type_map[type_name]
        if not isinstance(kind, GraphQLObjectType):
            return f"... on Order {{ {self._inside('Order', depth)} }}"
        fields = list(kind.fields.items())
        self._random.shuffle(fields)
        objects = [each for each in fields if is_composite_type(get_named_type(each[1].type))]
        scalars = [each for each in fields if each not in objects]
        if depth >= 14:
            objects = []
        chosen = [each for each in objects if self._random.random() < self._share]
        chosen += [each for each in scalars if self._random.random() < 0.4]
        found = [self.field(name, field, depth) for name, field in chosen if self._left > 0]
        return " ".join(found) or "__typename"
