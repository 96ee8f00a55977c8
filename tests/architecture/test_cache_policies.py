"""What caches of front ends are told of the schema."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLObjectType, get_named_type

from api.schema.build import build, files
from api.schema.cache_policies import FOLDER, without_id

SCHEMA = build()._schema


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_files_are_of_the_schema(path: Path) -> None:
    """A9: what is made of the schema is what is served; `python -m api.schema.build` writes it."""
    assert path.read_text(encoding="utf-8") == files()[path]


@pytest.mark.parametrize("name", ["apollo.ts", "graphcache.ts"])
def test_each_type_without_id_has_a_policy(name: str) -> None:
    """A9: an object that has no id is told to be part of what it was read with, and each connection to be a list in pages."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    lists = {
        field
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for field, known in kind.fields.items()
        if get_named_type(known.type).name.endswith("Connection")
    }

    assert set(re.findall(r"(\w+): embedded,", text)) == set(without_id(SCHEMA))
    assert {"CompanySettings", "Money", "Address"} <= set(without_id(SCHEMA))
    assert lists <= set(re.findall(r"(\w+): relay\w*Pagination\(", text))
