"""The list of guards: it still fits the code."""

from pathlib import Path

import pytest

from tests.guards.catalogue import GUARDS
from tests.guards.guard import Guard

_ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_it_can_be_taken_away(guard: Guard) -> None:
    """J2: what each guard's removal replaces stands in the code exactly once, and the tests that notice are there."""
    for edit in guard.edits:
        assert (_ROOT / edit.path).read_text(encoding="utf-8").count(edit.old) == 1, edit
    for test in guard.tests:
        path, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}" in (_ROOT / path).read_text(encoding="utf-8"), test
