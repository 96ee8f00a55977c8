"""The schema as front ends rely on it."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, is_specified_directive
from graphql.type import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)
from graphql.utilities import find_breaking_changes

from api.schema.build import FILE, build, text

HERE = Path(__file__).parent
# What front ends may rely on; written anew, with a reason in the commit, when a breaking change is meant.
BASELINE = HERE / "baseline.graphql"
CONTRACT = HERE / "contract.txt"
UNTIL = re.compile(r" Until \d{4}-\d\d-\d\d\.$")
# Of the contract, what is still to be built. It is absent from the schema, not served empty.
TO_COME = HERE / "contract_to_come.txt"


def lines(served: GraphQLSchema) -> set[str]:
    """A schema as one line for each field, argument and enum value."""
    found: set[str] = set()
    for name, kind in served.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in kind.fields.items():
                found.add(f"{name}.{field_name}: {field.type}")
                found |= {f"{name}.{field_name}({a}: {value.type})" for a, value in field.args.items()}
        elif isinstance(kind, GraphQLInputObjectType):
            found |= {f"{name}.{field_name}: {field.type}" for field_name, field in kind.fields.items()}
        elif isinstance(kind, GraphQLEnumType):
            found |= {f"{name}.{value}" for value in kind.values}
    return found


def ours(kind: GraphQLNamedType) -> bool:
    return not is_introspection_type(kind) and not is_specified_scalar_type(kind)


def test_the_file_is_the_schema() -> None:
    """A9: schema.graphql is what is served; `python -m api.schema.build` writes it."""
    assert FILE.read_text(encoding="utf-8") == text()


def test_nothing_breaks_undeclared() -> None:
    """A9: nothing that a front end may rely on has changed its shape or gone."""
    changes = find_breaking_changes(build_schema(BASELINE.read_text(encoding="utf-8")), build()._schema)

    assert [change.description for change in changes] == []


def test_the_contract_is_served() -> None:
    """A1: every name of the contract is served in its shape, but for what is listed as still to come."""
    contract = set(CONTRACT.read_text(encoding="utf-8").split("\n")) - {""}
    to_come = set(TO_COME.read_text(encoding="utf-8").split("\n")) - {""}
    served = lines(build()._schema)

    assert sorted(contract - to_come - served) == []
    assert sorted(to_come & served) == [], "built by now: take these off the list"
    assert sorted(to_come - contract) == []


def test_what_went_wrong_has_one_name() -> None:
    """A1: REFUSED goes with refusal, FAILED with failure, what broke by itself is an error, and what became of one of many has a code
    and a message (docs/glossary.md).
    """
    others = re.compile(
        "problem|fault|(last|failure|refusal)(Error|Reason|Message)|error(Code|Message|Reason)"
    )
    wrong: list[str] = []
    for name, kind in build()._schema.type_map.items():
        if not isinstance(kind, GraphQLObjectType) or not ours(kind) or name.endswith("StatusCount"):
            continue
        members = set(kind.fields)
        wrong += [f"{name}.{member}" for member in members if others.match(member)]
        for code, words in (("refusalCode", "refusal"), ("failureCode", "failure"), ("code", "message")):
            if code in members and words not in members and name != "ShippingRestriction":
                wrong.append(f"{name}.{code} without {words}")
        for state in {"status", "state"} & members:
            values = getattr(get_named_type(kind.fields[state].type), "values", {})
            for value, needed in (
                ("REFUSED", {"refusal", "message"}),
                ("FAILED", {"failure", "error", "message", "attempts"}),
            ):
                if value in values and not needed & members:
                    wrong.append(f"{name} {value} without a reason")
    assert wrong == []


def test_everything_is_described() -> None:
    """A1: every type, field, argument, input field and enum value says what it means."""
    undescribed: list[str] = []
    for name, kind in build()._schema.type_map.items():
        if not ours(kind):
            continue
        if not kind.description:
            undescribed.append(name)
        members = getattr(kind, "fields", None) or getattr(kind, "values", None) or {}
        for member_name, member in members.items():
            if not member.description:
                undescribed.append(f"{name}.{member_name}")
            undescribed += [
                f"{name}.{member_name}({a})"
                for a, value in getattr(member, "args", {}).items()
                if not value.description
            ]

    assert undescribed == []


def test_what_is_to_go_says_when() -> None:
    """A9: each deprecation names what takes its place, and ends with the day from which it may be gone (docs/schema-changes.md)."""
    reasons = {
        f"{name}.{member_name}": member.deprecation_reason
        for name, kind in build()._schema.type_map.items()
        for member_name, member in (
            getattr(kind, "fields", None) or getattr(kind, "values", None) or {}
        ).items()
        if member.deprecation_reason is not None
    }

    assert {at: why for at, why in reasons.items() if not UNTIL.search(why)} == {}


@pytest.mark.parametrize("name", ["DateTime", "Decimal"])
def test_scalars_are_the_contracts(name: str) -> None:
    """A1: moments and exact decimals are scalars of their own."""
    assert name in build()._schema.type_map


def test_only_directives_of_graphql_are_served() -> None:
    """A1: no directive that a client would have to know."""
    assert [d.name for d in build()._schema.directives if not is_specified_directive(d)] == []
