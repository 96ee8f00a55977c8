"""A sandbox of its own for each test, with one empty mall, on a real socket."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.sandbox.caller import Caller
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.server import SandboxServer

# Nothing here is encrypted, and reading the certificates that would be trusted takes longer than most of the tests.


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def mall(sandbox: Sandbox) -> Mall:
    return sandbox.add_mall()


@pytest.fixture
def server(sandbox: Sandbox) -> Iterator[SandboxServer]:
    with SandboxServer(sandbox, has_control=True) as server:
        yield server


@pytest.fixture(scope="module")
async def shared_caller() -> AsyncIterator[Caller]:
    """One sandbox for all of a module's tests that arrange nothing."""
    sandbox = Sandbox()
    mall = sandbox.add_mall()
    with SandboxServer(sandbox) as server:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            yield Caller(sandbox, mall, server.url, client)


@pytest.fixture
async def caller(sandbox: Sandbox, mall: Mall, server: SandboxServer) -> AsyncIterator[Caller]:
    # Not of the environment: a proxy that is set there is no way to a socket of this machine.
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        yield Caller(sandbox, mall, server.url, client)
