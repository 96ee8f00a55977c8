"""The toy server, one for all tests, with a client and a fresh record of what happens behind it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.toy_server import Seen, ToyServer, toy_server


@pytest.fixture(scope="session")
async def running_toys() -> AsyncIterator[ToyServer]:
    async with toy_server() as server:
        yield server


@pytest.fixture
def toys(running_toys: ToyServer) -> ToyServer:
    running_toys.seen = Seen()
    return running_toys


@pytest.fixture
def seen(toys: ToyServer) -> Seen:
    return toys.seen


@pytest.fixture
async def toy(toys: ToyServer) -> AsyncIterator[httpx.AsyncClient]:
    async with toys.client() as client:
        yield client
