"""A worker whose clock is wrong by as many seconds as a file says, which may change while it runs."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from domain import clock

_FILE = Path(os.environ["SOAK_CLOCK_SHIFT"])
_right = clock.now


def _wrong() -> datetime:
    return _right() + timedelta(seconds=float(_FILE.read_text() or 0))


if __name__ == "__main__":
    # Before anything has read it: models name it as the default of a column.
    clock.now = _wrong
    from jobs.worker import main

    main()
