"""Where everything that the schema shows comes from: built once, from what its types declare."""

from collections.abc import Mapping

from strawberry import Schema
from strawberry.types.base import StrawberryObjectDefinition

from api.reading.declared import source_of
from domain.reading.fields import Entity, Type


def types_of(schema: Schema) -> Mapping[str, Type]:
    """The types of the schema by their names, with the source of each field that has one."""
    converter = schema.schema_converter
    found: dict[str, Type] = {}
    for name, concrete in converter.type_map.items():
        definition = concrete.definition
        if isinstance(definition, StrawberryObjectDefinition):
            sources = {
                schema.config.name_converter.get_graphql_name(field): source
                for field in definition.fields
                if (source := source_of(field)) is not None
            }
            entity: Entity | None = getattr(definition.origin, "entity", None)
            found[name] = Type(name, sources, entity)
    return found
