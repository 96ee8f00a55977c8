"""The most that one operation may ask for, and what a client is told when it asks for more."""

from dataclasses import dataclass

from graphql import GraphQLError, OperationDefinitionNode, OperationType

from domain.access.points import Charge

# Counts grow by multiplication; beyond this one they are only told as "or more", and fit into any JSON reader.
MANY = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The most that one operation may ask for; each is a number that a client can see coming."""

    tokens: int = 1_000
    """Names, values and signs in a document, counted while it is read; and as many comments."""
    depth: int = 15
    """Fields inside fields, the innermost included. GraphiQL's introspection needs all fifteen."""
    aliases: int = 30
    """Aliases in an operation, those in a fragment counted each time it is spread."""
    directives: int = 50
    """Directives in a document."""
    directives_of_one: int = 5
    """Directives of one selection."""
    fragments: int = 30
    """Fragment definitions in a document."""
    query_fields: int = 20
    """Fields at the root of a query."""
    mutation_fields: int = 5
    """Fields at the root of a mutation."""
    fields: int = 500
    """Fields selected in an operation, those in a fragment counted for each place it is spread in: each has a part in the
    statement that is made for it."""
    overlaps: int = 5_000
    """Selections in a document, those at one place counted again for each other one there: validation compares them. Thirty
    fragments that all select ten fields of one object are within it."""
    objects: int = 2_600
    """Objects in the variables: five mutations of the largest list that one takes are 2,500."""
    names: int = 100
    """Names in one object of the variables, or of variables."""
    introspected: int = 45_000
    """Values that introspection brings back: twice what GraphiQL and generators of code ask for."""
    cost: int = 30_000
    """Points: one for each object an operation may bring back, one for each value in a list that it sends."""
    page_default: int = 50
    """Objects that a connection is counted as when neither `first` nor `last` is given."""
    page_most: int = 250
    """Objects that a connection is counted as at most; a larger page is refused elsewhere."""
    list_length: int = 5
    """Objects that a plain list, such as an order's items, is counted as."""
    seconds: float = 10.0
    """Seconds that a query or mutation may run; a subscription may take as long to begin."""
    validation_errors: int = 9
    """Errors at which validation stops; one more then says so."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a document asks for, in the terms of `Limits`."""

    depth: int
    aliases: int
    directives: int
    directives_of_one: int
    fragments: int
    root_fields: int
    fields: int
    cost: int
    visited: int
    """Selections read to find this out: never more than the document has."""
    overlaps: int
    objects: int
    names: int


def refusals(asked: Asked, operation: OperationDefinitionNode, limits: Limits) -> list[GraphQLError]:
    """One error for each limit that is passed, saying how far and what to do about it."""
    mutates = operation.operation is OperationType.MUTATION
    # Too many of one selection are no second fault of too many in all.
    directives_of_one = asked.directives_of_one if asked.directives <= limits.directives else 0
    checks = [
        ("fragments", asked.fragments, limits.fragments),
        ("directives", asked.directives, limits.directives),
        ("directivesOfOne", directives_of_one, limits.directives_of_one),
        ("depth", asked.depth, limits.depth),
        ("aliases", asked.aliases, limits.aliases),
        ("rootFields", asked.root_fields, limits.mutation_fields if mutates else limits.query_fields),
        ("fields", asked.fields, limits.fields),
        ("overlaps", asked.overlaps, limits.overlaps),
        ("objects", asked.objects, limits.objects),
        ("names", asked.names, limits.names),
        ("cost", asked.cost, limits.cost),
    ]
    return [_refusal(name, found, allowed) for name, found, allowed in checks if found > allowed]


def too_many_tokens(limits: Limits) -> GraphQLError:
    """The refusal of a document that was not read to its end."""
    return GraphQLError(
        f"The document has more than {limits.tokens} tokens or comments, the most that is allowed: "
        "pass values as variables, or ask in several operations.",
        extensions={"code": "LIMIT_EXCEEDED", "limit": "tokens", "allowed": limits.tokens},
    )


def throttled(cost: int, charge: Charge) -> GraphQLError:
    """The refusal of an operation whose key has too few points left."""
    return GraphQLError(
        f"The operation costs {cost} points, and this API key has {charge.available} left of {charge.maximum}; "
        f"{charge.restore_rate} come back each second. Send it again in {charge.retry_after} seconds; nothing has run.",
        extensions={"code": "THROTTLED", "retryAfter": charge.retry_after},
    )


def too_much_introspection(limits: Limits) -> GraphQLError:
    """The refusal of introspection that is stopped while it runs."""
    return GraphQLError(
        f"Introspection brings back more than {limits.introspected} values, the most that is allowed: "
        "ask for types by their names, or for each field once.",
        extensions={"code": "LIMIT_EXCEEDED", "limit": "introspected", "allowed": limits.introspected},
    )


def too_long(limits: Limits) -> GraphQLError:
    """What becomes of an operation whose time is over."""
    return GraphQLError(
        f"The operation was stopped after {limits.seconds:g} seconds: ask for less at a time. "
        "A mutation may have taken effect all the same: look before sending it again.",
        extensions={"code": "TIMEOUT"},
    )


_SENTENCES = {
    "fragments": "The document defines {found} fragments, and {allowed} are allowed: "
    "send only those that the operation needs.",
    "directives": "The document holds {found} directives, and {allowed} are allowed: leave out those it can do without.",
    "directivesOfOne": "One selection holds {found} directives, and {allowed} are allowed: leave out what it can do without.",
    "depth": "The operation is {found} fields deep, and {allowed} are allowed: "
    "ask for what lies deeper in an operation of its own.",
    "aliases": "The operation has {found} aliases, counted each time a fragment is spread, and {allowed} are allowed: "
    "ask in several operations.",
    "rootFields": "The operation has {found} fields at its root, and {allowed} are allowed: ask in several operations.",
    "fields": "The operation selects {found} fields, counted wherever a fragment is spread, and {allowed} are allowed: "
    "ask in several operations.",
    "overlaps": "The document selects the same fields so often that {found} selections are to be compared, "
    "and {allowed} are allowed: select each field once.",
    "objects": "The variables hold {found} objects, and {allowed} are allowed: send them in several operations.",
    "names": "One object of the variables holds {found} names, and {allowed} are allowed: "
    "send only those that the operation has.",
    "cost": "The operation costs {found} points, and {allowed} are allowed: "
    "ask for smaller pages with `first`, or for fewer lists inside lists.",
}


def _refusal(name: str, found: int, allowed: int) -> GraphQLError:
    told = f"{found} or more" if found >= MANY else str(found)
    return GraphQLError(
        _SENTENCES[name].format(found=told, allowed=allowed),
        extensions={"code": "LIMIT_EXCEEDED", "limit": name, "allowed": allowed, "found": found},
    )
