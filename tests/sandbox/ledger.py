"""Every call that reached the sandbox, in the order in which they arrived."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

COMMON_FIELDS: Final = frozenset(
    {"access_token", "app_key", "data_type", "sign", "timestamp", "type", "version"}
)


@dataclass(slots=True)
class Call:
    """One call; `code` is None while it is under way and where no envelope was sent."""

    sequence: int
    at: float
    """By the sandbox's clock."""
    mall_id: int | None
    interface: str
    parameters: dict[str, Any]
    code: int | None = None
    fault: str | None = None
    concurrent: int = 1
    """How many calls were under way when this one arrived, itself included."""
    seconds: float | None = None
    """How long it took, in real time; None while it is under way."""


class Ledger:
    def __init__(self, file: Path | None = None) -> None:
        """With a file, each call is added to it as a line of JSON when it ends."""
        self.calls: list[Call] = []
        self._file = file
        self._lock = threading.Lock()
        self._began: dict[int, float] = {}

    def arrived(self, *, at: float, mall_id: int | None, interface: str, body: Mapping[str, Any]) -> Call:
        # No token or signature is kept: what a test prints when it fails is then safe to show.
        parameters = {name: value for name, value in body.items() if name not in COMMON_FIELDS}
        with self._lock:
            sequence = len(self.calls) + 1
            self._began[sequence] = time.perf_counter()
            call = Call(sequence, at, mall_id, interface, parameters, concurrent=len(self._began))
            self.calls.append(call)
            return call

    def finished(self, call: Call) -> None:
        with self._lock:
            call.seconds = round(time.perf_counter() - self._began.pop(call.sequence), 6)
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(call)) + "\n")

    def of(
        self,
        interface: str | None = None,
        *,
        mall_id: int | None = None,
        code: int | None = None,
        after: int = 0,
    ) -> list[Call]:
        """Those that fit everything that is given; `after` is a call's number."""
        with self._lock:
            return [
                call
                for call in self.calls[max(0, after) :]
                if interface in {None, call.interface}
                and mall_id in {None, call.mall_id}
                and code in {None, call.code}
            ]

    def count(self, interface: str | None = None) -> int:
        return len(self.calls) if interface is None else len(self.of(interface))
