"""Where what the schema shows comes from."""

from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from api.schema.build import build
from domain.reading.fields import (
    Attribute,
    Batch,
    ById,
    ByIds,
    ByNumber,
    Column,
    GlobalId,
    Many,
    One,
    Paged,
    Part,
    Timed,
)

# What mutations answer besides rows, and what relays and pages are made of.
RESOLVED = {
    "Mutation",
    "Subscription",
    "UserError",
    "PageInfo",
    "ShipOrderResult",
    "BuyShippingLabelResult",
    "ListingProductResult",
    "Viewer",
    "ViewerPoints",
}
SCALARS = Column, Timed, GlobalId
ROWS = One, Many


def test_every_field_has_a_source() -> None:
    """A1: whatever can be asked says where it comes from, and a source fits the type of its field."""
    served = build()
    types = served.answering.types
    for name, kind in served._schema.type_map.items():
        if not isinstance(kind, GraphQLObjectType) or name.startswith("__") or name in RESOLVED:
            continue
        if name.endswith(("Connection", "Edge", "Payload", "StatusCount")):
            continue
        # Who asks is no row.
        assert set(kind.fields) - {"viewer"} == set(types[name].sources), name
        for field, source in types[name].sources.items():
            returned = get_named_type(kind.fields[field].type)
            where = f"{name}.{field}"
            if isinstance(source, SCALARS):
                assert is_leaf_type(returned), where
            elif isinstance(source, Paged):
                assert types[returned.name.removesuffix("Connection")].entity is not None, where
            elif isinstance(source, ROWS):
                assert types[returned.name].entity is not None, where
            elif isinstance(source, Part | Batch):
                assert returned.name in types, where
            else:
                assert isinstance(source, Attribute | ByNumber | ById | ByIds), where


def test_payloads_show_rows_by_number() -> None:
    """A1: of what mutations answer, all that shows rows is read after the commit, as queries are."""
    served = build()
    types = served.answering.types
    for name, kind in served._schema.type_map.items():
        if isinstance(kind, GraphQLObjectType) and name.endswith("Payload"):
            shown = {
                field
                for field, known in kind.fields.items()
                if (of := types.get(get_named_type(known.type).name)) is not None and of.entity is not None
            }
            assert shown == set(types[name].sources), name
