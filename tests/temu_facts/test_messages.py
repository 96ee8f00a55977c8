"""What the clients read is what the tables answer."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import msgspec

from domain import temu
from domain.temu import webhooks
from domain.temu.messages import Struct
from tests.temu_facts.comparing import sample_value
from tests.temu_facts.known_differences import check
from tests.temu_facts.structs import PLACES
from tests.temu_facts.table import Interface, Row, interfaces


def structs() -> set[type[msgspec.Struct]]:
    """Of all modules that read answers. Events are pushed, and no interface answers with them."""
    modules = [
        importlib.import_module(f"{temu.__name__}.{one.name}") for one in pkgutil.iter_modules(temu.__path__)
    ]
    found = [
        kind
        for module in modules
        if module is not webhooks
        for _, kind in inspect.getmembers(module, inspect.isclass)
    ]
    return {kind for kind in found if issubclass(kind, Struct) and kind is not Struct}


def test_each_message_has_its_place() -> None:
    assert structs() == set(PLACES), "structs.py has a place for each message"


def test_what_the_client_reads_is_answered() -> None:
    """Each field of each message stands in the table of its interface, and takes what the table has there."""
    found = {
        f"{name}: {one}"
        for kind, places in PLACES.items()
        for name, path in places
        for one in _differences(kind, interfaces()[name], path)
    }
    check("messages", found)


def _differences(kind: type[msgspec.Struct], interface: Interface, path: str) -> Iterator[str]:
    for field in msgspec.structs.fields(kind):
        row = interface.response.get(f"{path}.{field.encode_name}" if path else field.encode_name)
        if row is None:
            yield f"{kind.__name__} reads {field.encode_name}, which {path or 'the answer'} has not"
            continue
        for value in _forms(interface, row):
            try:
                msgspec.convert(value, field.type, strict=False)
            except msgspec.ValidationError:
                form = "null" if value is None else f"{row.type} {value!r:.40}"
                yield f"{kind.__name__} can't read {row.path} as {form}"


def _forms(interface: Interface, row: Row) -> Iterator[Any]:
    """What may stand there; ids come as text too, as in newer interfaces and other clients."""
    value = sample_value(interface, row)
    yield value
    if row.null is True:
        yield None
    if row.type == "long":
        yield str(value)


def test_a_field_that_may_be_missing_may_be_null() -> None:
    """A null where pages promise a value must not cost the row."""
    for kind in structs():
        for field in msgspec.structs.fields(kind):
            if not field.required:
                msgspec.convert(None, field.type, strict=False)
