"""What the sandbox looks at, demands and answers is what the tables have."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from tests.sandbox import gateway
from tests.sandbox.caller import Caller
from tests.sandbox.interfaces import INTERFACES
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import SUCCESS
from tests.sandbox.server import SandboxServer
from tests.temu_facts.comparing import differences_from_ordinary, differences_of_answer
from tests.temu_facts.known_differences import check
from tests.temu_facts.recording import sent
from tests.temu_facts.sandbox_calls import CASES, Case
from tests.temu_facts.spoiling import changes
from tests.temu_facts.table import Interface, gateway_codes, inferred_codes, interfaces


class Watched(dict[str, Any]):
    """A call, or an object in one, that notes by which names it is looked at."""

    def __init__(self, values: Mapping[str, Any], path: str, looked_at: set[str]) -> None:
        super().__init__(values)
        self._path = path
        self._looked_at = looked_at

    def get(self, name: str, default: Any = None) -> Any:
        path = f"{self._path}{name}"
        self._looked_at.add(path)
        value = super().get(name, default)
        if isinstance(value, list):
            return [
                Watched(one, f"{path}[].", self._looked_at) if isinstance(one, dict) else one for one in value
            ]
        return Watched(value, f"{path}.", self._looked_at) if isinstance(value, dict) else value


class Trying:
    """Calls of one sandbox, each on a mall of its own."""

    def __init__(self, sandbox: Sandbox, url: str, client: httpx.AsyncClient, looked_at: set[str]) -> None:
        self._sandbox = sandbox
        self._url = url
        self._client = client
        self.looked_at = looked_at

    async def call(self, name: str, case: Case, change: int | None = None) -> tuple[Any, Any]:
        """The envelope of a case, or of one of its changes; and what was changed."""
        mall, is_partners = self._mall(name), interfaces()[name].host == "partner"
        caller = Caller(self._sandbox, mall, self._url, self._client)
        parameters = case(mall)
        changed = None if change is None else list(changes(interfaces()[name], parameters))[change]
        token = {"access_token": mall.add_token("products")} if is_partners else {}
        envelope = await caller.envelope(
            name, **token, **(parameters if changed is None else changed.parameters)
        )
        # A tracking number is used once, whichever mall used it.
        self._sandbox.used_numbers.clear()
        return envelope, changed

    def changes(self, name: str, case: Case) -> int:
        return len(list(changes(interfaces()[name], case(self._mall(name)))))

    def _mall(self, name: str) -> Mall:
        """Of the kind that the interface serves."""
        return self._sandbox.add_mall(semi_managed=interfaces()[name].host == "partner")


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    names = set[str]()

    def watched(body: Mapping[str, Any]) -> Parameters:
        return Parameters(Watched(body, "", names))

    monkeypatch.setattr(gateway, "Parameters", watched)
    return names


@pytest.fixture
async def trying(looked_at: set[str]) -> Any:
    sandbox = Sandbox()
    with SandboxServer(sandbox) as server:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            yield Trying(sandbox, server.url, client, looked_at)


def test_each_interface_of_the_sandbox_has_a_table_and_a_case() -> None:
    assert set(INTERFACES) <= set(interfaces())
    assert set(INTERFACES) == set(CASES), "sandbox_calls.py has a case for each interface of the sandbox"


def test_each_interface_is_served() -> None:
    check("not in the sandbox", set(interfaces()) - set(INTERFACES))


@pytest.mark.parametrize("name", sorted(CASES))
async def test_the_sandbox_looks_at_answers_and_refuses_as_the_table_says(name: str, trying: Trying) -> None:
    interface, found = interfaces()[name], set[str]()
    for case in CASES[name]:
        envelope, _ = await trying.call(name, case)
        if envelope["errorCode"] == SUCCESS:
            found |= differences_of_answer(interface, envelope["result"])
            found |= differences_from_ordinary(interface, envelope["result"])
        else:
            found.add(f"{name}: refuses the case {case.__name__}")
            continue
        for number in range(trying.changes(name, case)):
            envelope, change = await trying.call(name, case, number)
            is_refused = envelope["errorCode"] != SUCCESS
            if is_refused != change.is_refused:
                found.add(f"{name}: {change.told}")
            if is_refused:
                found |= _code_without_a_table(interface, envelope["errorCode"])
    looked_at = {path.rstrip(".") for path in trying.looked_at}
    found |= {f"{name}: looks at {path}, which is in no table" for path in looked_at - set(interface.request)}
    for asked, parameters in await sent():
        if asked == name:
            found |= {
                f"{name}: doesn't look at {path}, which the client sends"
                for path in set(_paths(parameters)) - looked_at
            }
    check("sandbox", found, of=f"{name}:")


def _code_without_a_table(interface: Interface, code: int) -> set[str]:
    known = {*interface.codes, *gateway_codes(), *inferred_codes()}
    return set() if code in known else {f"{interface.name}: refuses with {code}, which is in no table"}


def _paths(parameters: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for name, value in parameters.items():
        yield f"{above}{name}"
        for one in value if isinstance(value, list) else []:
            if isinstance(one, dict):
                yield from _paths(one, f"{above}{name}[].")
