"""A small part of `python3 dev soak`: a few faults on a whole installation of real processes, under load."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("kind,fault", [("sqlite", "server-killed"), ("postgresql", "worker-killed")])
def test_nothing_is_lost(kind: str, fault: str) -> None:
    """J1, J2, J8, T6, I6: a server or a worker dies under load, with effect, and what the client, Temu and the database then
    know is the same: nothing lost, done twice, stale or left open. It ends with 1 too where the fault took no effect.
    """
    options = ["--database", kind, "--fault", fault, "--minutes", "0.01"]
    command = [sys.executable, "-m", "tests.soak", *options]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
