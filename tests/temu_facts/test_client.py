"""What the clients send is what the tables take, and they read an answer with everything that they have."""

import inspect
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from domain.temu.client import TemuClient
from domain.temu.partner import PartnerClient
from tests.temu_facts.client_calls import CALLS, PARTNER_CALLS
from tests.temu_facts.comparing import differences_of_call
from tests.temu_facts.known_differences import check
from tests.temu_facts.recording import sent, sent_by, sent_by_partner
from tests.temu_facts.table import HERE, interfaces

_INTERFACE = re.compile(r'"((?:bg|temu)(?:\.\w+){2,})"')
_ROOT = HERE.parent.parent


@pytest.mark.parametrize("client,calls", [(TemuClient, CALLS), (PartnerClient, PARTNER_CALLS)])
def test_each_method_of_the_clients_is_tried(client: type, calls: Mapping[str, object]) -> None:
    methods = inspect.getmembers(client, inspect.iscoroutinefunction)
    public = {name for name, _ in methods if not name.startswith("_")}
    assert public == set(calls), "client_calls.py has an entry for each method of both clients"


def test_each_interface_that_the_product_names_has_a_table() -> None:
    named = {
        name
        for package in ("api", "domain", "jobs")
        for file in Path(_ROOT, package).rglob("*.py")
        for name in _INTERFACE.findall(file.read_text("utf-8"))
    }
    assert named, "no interface is named any more: the pattern is wrong"
    assert named <= set(interfaces())


@pytest.mark.parametrize("method", sorted(CALLS))
async def test_a_method_asks_something_and_reads_the_whole_answer(method: str) -> None:
    assert await sent_by(method)


@pytest.mark.parametrize("method", sorted(PARTNER_CALLS))
async def test_the_partner_hosts_client_does_so_too(method: str) -> None:
    assert await sent_by_partner(method)


async def test_what_the_client_sends_is_in_the_tables() -> None:
    """Names, types, what is required or advised, values and limits, of each call of each method."""
    found: set[str] = set()
    for name, parameters in await sent():
        found |= differences_of_call(interfaces()[name], parameters)
    check("client", found)
