"""When zeros are too many, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory.zeroing import held_back, is_most


@pytest.mark.parametrize(
    "count, mapped, expected",
    [
        (20, 20, False),
        (21, 21, True),
        (21, 40, True),
        (21, 41, True),
        (21, 42, False),
        (50, 100, False),
        (51, 100, True),
        (0, 0, False),
    ],
)
def test_most_of_a_mall(count: int, mapped: int, *, expected: bool) -> None:
    """I10: more than twenty, and more than half."""
    assert is_most(count, mapped=mapped) is expected


def test_a_few_go_while_others_are_held() -> None:
    """I6, I10: what goes to zero by itself is not held with what was held before; another flood is."""
    before = set(range(60))
    assert held_back(before | {60}, before=before, sent=0, mapped=100) == before
    assert held_back(before | set(range(60, 150)), before=before, sent=0, mapped=150) == set(range(150))


def test_a_stop_dissolves() -> None:
    """I10: once stock is back for so many that the rest is no longer most of the mall, nothing is held."""
    assert held_back(set(range(50)), before=set(range(90)), sent=0, mapped=100) == set()


def test_what_left_in_the_same_run_counts() -> None:
    """I10: a run that has sent zeros already has fewer left."""
    assert held_back(set(range(30)), before=set(), sent=20, mapped=100) == set()
    assert held_back(set(range(30)), before=set(), sent=21, mapped=100) == set(range(30))


@given(st.sets(st.integers(0, 99)), st.sets(st.integers(0, 99)), st.integers(0, 60), st.integers(1, 100))
def test_only_zeros_are_held(zeroing: set[int], before: set[int], sent: int, mapped: int) -> None:
    """I10: nothing but zeros is held; what leaves beside those that are held is not most of the mall by itself."""
    held = held_back(zeroing, before=before, sent=sent, mapped=mapped)
    assert held <= zeroing
    if not before:
        assert held in (set(), zeroing)
    assert not is_most(len(zeroing - held - before), mapped=mapped)
