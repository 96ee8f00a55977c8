"""What the caches of front ends need to be told of the schema, written as TypeScript: examples/cache-policies."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, get_named_type

FOLDER = Path(__file__).parent.parent.parent / "examples" / "cache-policies"
# What caches know by themselves, by these names of Relay's.
_RELAY = ("Connection", "Edge")
# Arguments that say which list it is, and not which part of it.
_PAGE = {"first", "after", "last", "before"}
_GENERATED = "// Written by: python -m api.schema.build"


def files(schema: GraphQLSchema) -> Mapping[Path, str]:
    """The text of each file."""
    return {FOLDER / "apollo.ts": _apollo(schema), FOLDER / "graphcache.ts": _graphcache(schema)}


def without_id(schema: GraphQLSchema) -> list[str]:
    """The types of objects that have no id: they are part of what they were read with."""
    return [kind.name for kind in _objects(schema) if "id" not in kind.fields and not _is_relays(kind.name)]


def _objects(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    roots = {schema.query_type, schema.mutation_type, schema.subscription_type}
    for _, kind in sorted(schema.type_map.items()):
        if isinstance(kind, GraphQLObjectType) and kind not in roots and not kind.name.startswith("__"):
            yield kind


def _is_relays(name: str) -> bool:
    return name == "PageInfo" or name.endswith(_RELAY)


def _lists(schema: GraphQLSchema) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The connections of each type, with the arguments by which one list differs from another."""
    for name, kind in sorted(schema.type_map.items()):
        if isinstance(kind, GraphQLObjectType):
            found = {
                field: [argument for argument in known.args if argument not in _PAGE]
                for field, known in kind.fields.items()
                if get_named_type(known.type).name.endswith("Connection")
            }
            if found:
                yield name, found


_APOLLO = """{generated}
//
// Objects with an `id` are kept once, whatever shows them: Apollo Client does so by itself, as ids are global.
// Those without are part of the object that they were read with. Two requests that select other fields of such a part are
// merged; without this, the second would throw away what the first has read, and Apollo would say that data may be lost.

import type {{ InMemoryCacheConfig, TypePolicy }} from "@apollo/client";
import {{ relayStylePagination }} from "@apollo/client/utilities";

const embedded: TypePolicy = {{ keyFields: false, merge: true }};

export const cacheConfig: InMemoryCacheConfig = {{
  possibleTypes: {{
{possible}  }},
  typePolicies: {{
{policies}  }},
}};
"""


def _apollo(schema: GraphQLSchema) -> str:
    interfaces = [
        (name, sorted(each.name for each in schema.get_possible_types(kind)))
        for name, kind in sorted(schema.type_map.items())
        if isinstance(kind, GraphQLInterfaceType)
    ]
    possible = "".join(f"    {name}: [{_quoted(of)}],\n" for name, of in interfaces)
    lists = dict(_lists(schema))
    policies = ""
    for name in without_id(schema):
        policies += f"    {name}: embedded,\n"
    for name, fields in lists.items():
        inner = "".join(
            f"        {field}: relayStylePagination([{_quoted(arguments)}]),\n"
            for field, arguments in fields.items()
        )
        policies += f"    {name}: {{\n      fields: {{\n{inner}      }},\n    }},\n"
    return _APOLLO.format(generated=_GENERATED, possible=possible, policies=policies)


_GRAPHCACHE = """{generated}
//
// Objects with an `id` are kept once, whatever shows them: Graphcache does so by itself, as ids are global.
// Those without are part of the object that they were read with, which Graphcache has to be told.

import type {{ CacheExchangeOpts }} from "@urql/exchange-graphcache";
import {{ relayPagination }} from "@urql/exchange-graphcache/extras";

const embedded = () => null;

export const cacheConfig: CacheExchangeOpts = {{
  keys: {{
{keys}  }},
  resolvers: {{
{resolvers}  }},
}};
"""


def _graphcache(schema: GraphQLSchema) -> str:
    keys = "".join(f"    {name}: embedded,\n" for name in without_id(schema))
    resolvers = ""
    for name, fields in _lists(schema):
        inner = "".join(f"      {field}: relayPagination(),\n" for field in fields)
        resolvers += f"    {name}: {{\n{inner}    }},\n"
    return _GRAPHCACHE.format(generated=_GENERATED, keys=keys, resolvers=resolvers)


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
