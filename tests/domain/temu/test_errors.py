"""
What each of Temu's codes is taken for: the table of its common error codes, and what interfaces say themselves.
"""

import pytest

from domain.errors import CredentialsRefused, Refused, Unavailable
from domain.temu.errors import (
    AmountsNotReady,
    AppRefused,
    ClockRefused,
    DataAgreementUnsigned,
    PermissionMissing,
    RateLimited,
    TemuRefused,
    TemuUnavailable,
    TokenRefused,
    error_for,
)

LIST = "bg.order.list.v2.get"


@pytest.mark.parametrize(
    "kind,codes",
    [
        (TemuUnavailable, [2000000, 4000000, 6000001, 7000000, 150010002, 150010005, 120014006]),
        (RateLimited, [4000004]),
        (ClockRefused, [3000011, 3000012]),
        (AmountsNotReady, [140020008]),
        (PermissionMissing, [3000032, 140020001]),
        (DataAgreementUnsigned, [180020008]),
        (TokenRefused, [3000030, 3000031, 3000033, 3000034, 5000000]),
        (AppRefused, [3000001, 3000040, 5000003, *range(3000019, 3000029)]),
        (TemuRefused, [3000000, 3000002, 3000010, 3000013, 3000018, 3000029, 120012004, 140020014, 1, -7]),
    ],
)
def test_each_code_has_its_class(kind: type[Exception], codes: list[int]) -> None:
    """J4: what passes is Unavailable, what needs a person or another call is Refused, and each is told apart."""
    for code in codes:
        assert type(error_for(LIST, code, "words")) is kind, code


def test_the_classes_are_what_the_runner_judges_by() -> None:
    """J4: only passing classes are Unavailable, and only refused credentials pause a company."""
    for passing in (RateLimited, ClockRefused, AmountsNotReady):
        assert issubclass(passing, TemuUnavailable)
    assert issubclass(TemuUnavailable, Unavailable)
    for lasting in (TokenRefused, AppRefused, PermissionMissing, TemuRefused):
        assert issubclass(lasting, Refused)
        assert not issubclass(lasting, Unavailable)
    assert (TokenRefused.token_is_refused, AppRefused.token_is_refused) == (True, False)
    assert issubclass(TokenRefused, CredentialsRefused)
    assert issubclass(AppRefused, CredentialsRefused)
    assert not issubclass(PermissionMissing, CredentialsRefused)


@pytest.mark.parametrize(
    "code,advice",
    [
        (3000031, "Copy it again from the seller centre, and check the region."),
        (3000034, "Authorise the app again and set the new token."),
        (3000001, "Check TRADEWIND_TEMU_APP_SECRET."),
        (3000026, "Check TRADEWIND_TEMU_APP_KEY."),
        (5000003, "Add it there."),
        (3000032, "Authorise it in the seller centre and set the new token."),
        (140020001, "Set the mall's token for orders with setAccessToken."),
        (3000012, "Check its time service."),
        (180020008, "Sign it in the seller centre, then import again."),
    ],
)
def test_who_has_to_act_is_told_what_to_do(code: int, advice: str) -> None:
    """J4: a fault that lasts comes with advice."""
    assert advice in str(error_for(LIST, code, "words of theirs"))


@pytest.mark.parametrize(
    "words,told",
    [
        ("  no such\n order ", "no such order"),
        (None, "no reason given"),
        ({"a": 1}, "{'a': 1}"),
        ("x" * 500, "x" * 199 + "…"),
    ],
)
def test_temus_words_are_one_short_line(words: object, told: str) -> None:
    """J4: what Temu says itself is passed on, on one line of 200 characters at most."""
    error = error_for(LIST, 140020002, words)

    assert isinstance(error, TemuRefused)
    assert error.message == f"Temu refused {LIST} (140020002): {told}"
    assert error.temu_code == 140020002
