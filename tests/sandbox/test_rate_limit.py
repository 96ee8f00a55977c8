"""How many calls an app may make in a second."""

import asyncio

from tests.sandbox.caller import LIST, Caller
from tests.sandbox.rate_limit import RateLimit


async def test_calls_beyond_the_limit_are_refused(caller: Caller) -> None:
    """Of a burst over several malls only as many pass as the app may make (R3)."""
    other = caller.sandbox.add_mall()
    caller.sandbox.rate_limit.calls_per_second = 4
    tokens = [caller.mall.token, other.token] * 4
    codes = await asyncio.gather(*(caller.code(LIST, access_token=token) for token in tokens))
    assert sorted(codes) == [1000000] * 4 + [4000004] * 4


def _passed(calls_per_second: float, times: list[float]) -> list[bool]:
    now = iter(times)
    limit = RateLimit(calls_per_second, timer=lambda: next(now))
    return [limit.lets_pass() for _ in times]


def test_any_second_counts() -> None:
    """The second slides: calls at the end of one and at the start of the next count together (R3)."""
    passed = _passed(2, [0.75, 0.875, 1.25, 1.5, 1.75, 1.8, 1.875])
    assert passed == [True, True, False, False, True, False, True]


def test_less_than_one_call_a_second() -> None:
    """Half a call a second is one in two seconds; without a limit all pass (R3)."""
    assert _passed(0.5, [0.0, 1.5, 2.5]) == [True, False, True]
    assert all(RateLimit(None).lets_pass() for _ in range(100))
