"""What each of Temu's codes is taken for: the table of its common error codes, and what interfaces say themselves."""

import pytest

from domain.errors import CredentialsRefused, Refused, Unavailable
from domain.temu.errors import (
    AmountsNotReady,
    AppRefused,
    ClockRefused,
    DataAgreementUnsigned,
    InternalFault,
    PermissionMissing,
    RateLimited,
    TemuRefused,
    TemuUnavailable,
    TokenRefused,
    error_for,
    is_passing,
)

LIST = "bg.order.list.v2.get"


# Every code but success of Temu's list of common error codes, and what it is to us. [A: the list]
COMMON: dict[int, type[Exception]] = {
    2000000: TemuRefused,
    3000000: TemuRefused,
    3000001: AppRefused,
    3000002: TemuRefused,
    3000003: TemuRefused,
    3000004: TemuRefused,
    3000010: TemuRefused,
    3000011: ClockRefused,
    3000012: ClockRefused,
    3000013: TemuRefused,
    3000014: TemuRefused,
    3000019: AppRefused,
    3000020: AppRefused,
    3000021: PermissionMissing,
    3000022: AppRefused,
    3000025: AppRefused,
    3000026: AppRefused,
    3000027: PermissionMissing,
    3000028: AppRefused,
    3000030: TokenRefused,
    3000031: TokenRefused,
    3000032: PermissionMissing,
    3000033: TokenRefused,
    3000034: TokenRefused,
    3000040: AppRefused,
    4000000: TemuUnavailable,
    4000004: RateLimited,
    5000000: TokenRefused,
    5000001: TemuRefused,
    5000002: TemuRefused,
    5000003: AppRefused,
    6000001: TemuUnavailable,
    7000000: InternalFault,
}


@pytest.mark.parametrize("code", COMMON)
def test_each_common_code_has_its_class(code: int) -> None:
    """J4, C14: each code of Temu's list is what the list says of it, and nothing else."""
    assert type(error_for(LIST, code, "words")) is COMMON[code]


@pytest.mark.parametrize(
    "kind,codes",
    [
        (TemuUnavailable, [150010002, 150010005, 120014006, 110020007]),
        (AmountsNotReady, [140020008]),
        (PermissionMissing, [140020001, 7000022]),
        (DataAgreementUnsigned, [180020008]),
        (TokenRefused, [7000003, 7000006, 7000007, 7000018, 7000020]),
        (AppRefused, [3000023, 3000024, 7000002, 7000015]),
        (TemuRefused, [3000018, 3000029, 120012004, 120011072, 140020002, 140020014, 150010003, 1, -7]),
    ],
)
def test_each_code_has_its_class(kind: type[Exception], codes: list[int]) -> None:
    """J4: what passes is Unavailable, what needs a person or another call is Refused, and each is told apart."""
    for code in codes:
        assert type(error_for(LIST, code, "words")) is kind, code


def test_the_classes_are_what_the_runner_judges_by() -> None:
    """J4: only passing classes are Unavailable, and only refused credentials pause a company."""
    for passing in (RateLimited, ClockRefused, AmountsNotReady, InternalFault):
        assert issubclass(passing, TemuUnavailable)
    assert issubclass(TemuUnavailable, Unavailable)
    for lasting in (TokenRefused, AppRefused, PermissionMissing, TemuRefused):
        assert issubclass(lasting, Refused)
        assert not issubclass(lasting, Unavailable)
    assert (TokenRefused.token_is_refused, AppRefused.token_is_refused) == (True, False)
    assert issubclass(TokenRefused, CredentialsRefused)
    assert issubclass(AppRefused, CredentialsRefused)
    assert not issubclass(PermissionMissing, CredentialsRefused)
    assert not isinstance(error_for(LIST, 3000027, None), CredentialsRefused)


@pytest.mark.parametrize(
    "code,advice",
    [
        (3000031, "Copy it again from the seller centre, and check the region."),
        (3000034, "Authorise the app again and set the new token."),
        (3000001, "Check TRADEWIND_TEMU_APP_SECRET."),
        (3000026, "Check TRADEWIND_TEMU_APP_KEY."),
        (5000003, "Add it there."),
        (3000028, "ask Temu's partner support"),
        (3000021, "This server's app may not call bg.order.list.v2.get. Its owner asks for that in"),
        (
            3000027,
            "authorise the app again in the seller centre and set the new token. (Temu's code 3000027.)",
        ),
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


def test_a_business_refusal_is_told_in_its_own_words() -> None:
    """J4: 2000000 is permanent, and what Temu says with it is what a person reads."""
    error = error_for(LIST, 2000000, "The goods are under review.")

    assert isinstance(error, TemuRefused)
    assert error.message == f"Temu refused {LIST} (2000000): The goods are under review."
    assert not is_passing("2000000")


def test_a_fault_that_has_not_passed_is_a_refusal() -> None:
    """J4: 7000000 ends as a refusal with Temu's words, and in a row of an answer it is one at once."""
    fault = error_for(LIST, 7000000, "BUSINESS_SERVICE_ERROR")

    assert isinstance(fault, InternalFault)
    refusal = fault.as_refusal()
    assert refusal.message == f"Temu refused {LIST} time and again (7000000): BUSINESS_SERVICE_ERROR"
    assert refusal.temu_code == 7000000
    assert not is_passing(7000000)
