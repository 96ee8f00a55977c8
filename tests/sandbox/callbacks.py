"""What a test has happen around a certain call, such as an order that is cancelled between two pages."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

Callback = Callable[[], object]


class Around(NamedTuple):
    before: list[Callback]
    after: list[Callback]


class Callbacks:
    def __init__(self) -> None:
        self._arrivals: Counter[str] = Counter()
        self._planned: dict[tuple[str, int], Around] = {}
        self._lock = threading.Lock()

    def around(self, interface: str, nth: int) -> Around:
        """Of the nth call, which must not have been made yet; what is added to the lists is run."""
        with self._lock:
            if nth <= self._arrivals[interface]:
                raise ValueError(f"call {nth} of {interface} has been made already")
            return self._planned.setdefault((interface, nth), Around([], []))

    def of_arriving(self, interface: str) -> Around:
        with self._lock:
            self._arrivals[interface] += 1
            return self._planned.pop((interface, self._arrivals[interface]), Around([], []))
