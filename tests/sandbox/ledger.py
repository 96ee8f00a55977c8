"""Every call that reached the sandbox, in the order in which they arrived."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

COMMON_FIELDS: Final = frozenset(
    {"access_token", "app_key", "data_type", "sign", "timestamp", "type", "version"}
)


@dataclass(slots=True)
class Call:
    """One call; `code` is None while it is under way and where no envelope was sent."""

    sequence: int
    at: float
    mall_id: int | None
    interface: str
    parameters: dict[str, Any]
    code: int | None = None
    fault: str | None = None
    concurrent: int = 1
    """How many calls were under way when this one arrived, itself included."""


class Ledger:
    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._lock = threading.Lock()
        self._under_way = 0

    def arrived(self, *, at: float, mall_id: int | None, interface: str, body: Mapping[str, Any]) -> Call:
        # No token or signature is kept: what a test prints when it fails is then safe to show.
        parameters = {name: value for name, value in body.items() if name not in COMMON_FIELDS}
        with self._lock:
            self._under_way += 1
            call = Call(len(self.calls) + 1, at, mall_id, interface, parameters, concurrent=self._under_way)
            self.calls.append(call)
            return call

    def finished(self) -> None:
        with self._lock:
            self._under_way -= 1

    def of(self, interface: str) -> list[Call]:
        with self._lock:
            return [call for call in self.calls if call.interface == interface]

    def count(self, interface: str | None = None) -> int:
        return len(self.calls) if interface is None else len(self.of(interface))
