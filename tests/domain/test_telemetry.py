"""What libraries log, as it reaches an operator."""

import asyncio
import logging

import pytest
import structlog

from domain import telemetry


def test_a_cancelled_connection_is_no_fault(capsys: pytest.CaptureFixture[str]) -> None:
    """A7, R5: that a stop cancels what the pool's connections do is told by no traceback; a fault of theirs is."""
    root = logging.getLogger()
    before, level, ours = root.handlers[:], root.level, structlog.get_config()
    pool = logging.getLogger("sqlalchemy.pool.impl.AsyncAdaptedQueuePool")
    telemetry.configure(log_format="json")
    try:
        for error in (asyncio.CancelledError(), OSError("gone")):
            pool.error("Exception during reset or similar", exc_info=error)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.configure(**ours)

    told = capsys.readouterr().err
    assert "CancelledError" not in told
    assert "OSError" in told
