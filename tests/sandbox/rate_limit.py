"""How many calls an app may make, over all its malls."""

import threading
import time
from collections import deque
from collections.abc import Callable


class RateLimit:
    """At most so many calls in any second, wherever the second begins."""

    def __init__(
        self, calls_per_second: float | None, *, timer: Callable[[], float] = time.perf_counter
    ) -> None:
        self.calls_per_second = calls_per_second
        self._timer = timer
        self._passed: deque[float] = deque()
        self._lock = threading.Lock()

    def lets_pass(self) -> bool:
        """A refused call doesn't count."""
        if self.calls_per_second is None:
            return True
        # Less than one call a second is one call in a longer time. And it is real time that is measured, whatever
        # the sandbox's clock says: a clock that stands still would refuse for ever.
        calls = max(1, int(self.calls_per_second))
        period = calls / self.calls_per_second
        with self._lock:
            now = self._timer()
            while self._passed and self._passed[0] <= now - period:
                self._passed.popleft()
            if len(self._passed) >= calls:
                return False
            self._passed.append(now)
            return True
