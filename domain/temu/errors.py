"""What Temu's error codes mean for us: will it pass, who has to act, and what should they do.

Codes and their classes: Temu's common error codes [A] and the reference pages of each interface; where these are
silent about whether a code passes, it is taken as permanent. tests/domain/temu/test_errors.py has the whole list.

TemuUnavailable        passes: the same call may be sent again
 |  NotSent (HostAway) · RateLimited · ClockRefused · AmountsNotReady
 +- InternalFault      passes three times at most, and is a refusal then
TokenRefused           the seller has to act; the company's schedule waits
AppRefused             this server's operator has to act; nothing can be called
PermissionMissing      one interface is lacking, to the token or to the app; what doesn't need it goes on (C14)
TemuRefused            this one call is refused for good, in Temu's words
"""

from domain import text
from domain.errors import CredentialsRefused, Refused, Unavailable
from domain.temu.wording import tellable

SUCCESS = 1_000_000
CLOCK_AHEAD, CLOCK_BEHIND = 3_000_011, 3_000_012
RATE_LIMITED = 4_000_004
PERMISSION_MISSING = 3_000_032
# The app has no permission for THIS interface, by the older and the newer name of its key [A]; another interface works.
_APP_LACKS_INTERFACE = frozenset({3_000_021, 3_000_027})
# Temu's service failed, or the interface is dead, or a parameter is missing: sellers saw it for each of these [B].
INTERNAL_FAULT = 7_000_000
AMOUNTS_STILL_COMPUTED = 140_020_008
# Seen by one source: the token is of a kind of shop that the interface doesn't serve.
WRONG_KIND_OF_SHOP = 140_020_001
# What confirming a shipment answers that Temu has as shipped already.
ALREADY_SHIPPED = 120_012_004
NUMBER_TWICE, NUMBER_USED = 120_014_003, 120_014_004
# Why an address can't be had: nobody is given those of its country, the mall may ship with bought labels only, or the
# seller has not signed Temu's data processing agreement.
COUNTRY_WITHOUT_ADDRESSES, BOUGHT_LABELS_ONLY = 180_020_001, 180_020_030
DATA_AGREEMENT_UNSIGNED = 180_020_008
# "system error" of the interfaces of returns: nothing says that the call had no effect, so what came of it is asked [C].
AFTER_SALES_SYSTEM_ERROR = 130_010_000
# What stands for a code where Temu gives none.
NO_CODE = 0
_WORDS_OF_TEMU = 200

# 6000001 is inferred [C]. 2000000 is none of them: it is a refusal by a rule of Temu's, with words of its own [A].
_PASSING = frozenset({4_000_000, RATE_LIMITED, 6_000_001})
# These say in their own text that the same call may be sent again later.
_PASSING_BY_INTERFACE = frozenset(
    {
        AMOUNTS_STILL_COMPUTED,
        150_010_002,
        150_010_005,
        120_014_006,
        110_020_001,
        110_020_007,
        140_040_003,
        AFTER_SALES_SYSTEM_ERROR,
    }
)

_UNKNOWN = "Temu doesn't know this access token. Copy it again from the seller centre, and check the region."
_OVER = "This access token has expired or was replaced. Authorise the app again and set the new token."
_TOKEN = {
    3_000_030: "No access token reached Temu. Set it again with setAccessToken.",
    3_000_031: _UNKNOWN,
    3_000_033: "This access token was made for another app. Authorise this server's app and set the new token.",
    3_000_034: _OVER,
    # So a client of semi-managed malls reads codes of the partner host, which no page of Temu's has [B]; 7000022, 7000002
    # and 7000015 below too.
    **dict.fromkeys([7_000_003, 7_000_006, 7_000_018, 7_000_020], _UNKNOWN),
    7_000_007: _OVER,
    5_000_000: "The seller has not authorised this app, or took it back. Authorise it and set the new token.",
}
TOKEN_UNKNOWN = 3_000_031
_TOKEN_LACKS_INTERFACE = frozenset({PERMISSION_MISSING, 7_000_022})
_APP = {
    3_000_001: "Temu refuses the signature. Check TRADEWIND_TEMU_APP_SECRET.",
    3_000_040: "Temu found no signature. Check TRADEWIND_TEMU_APP_SECRET.",
    5_000_003: "This server's address is not on the app's whitelist at Temu. Add it there.",
    **dict.fromkeys(
        [3_000_019, 3_000_020, 3_000_023, 3_000_024, 3_000_025, 3_000_026, 7_000_002, 7_000_015],
        "Temu refuses this server's app. Check TRADEWIND_TEMU_APP_KEY.",
    ),
    **dict.fromkeys(
        [3_000_022, 3_000_028],
        "Temu has suspended this server's app. Its owner has to ask Temu's partner support to restore it.",
    ),
}


class TemuUnavailable(Unavailable):
    """Temu could not be reached or is in passing trouble."""


class NotSent(TemuUnavailable):
    """The call did not reach Temu, so it had no effect there."""


class HostAway(NotSent):
    """The host failed so often in a row that it is left alone for a while: no call leaves."""

    def __init__(self, retry_after: float) -> None:
        super().__init__("Temu has been out of reach for some calls and is tried again in a while.")
        self.retry_after = retry_after


class RateLimited(TemuUnavailable):
    """More calls than Temu allows this app."""


class ClockRefused(TemuUnavailable):
    """Temu finds our timestamps too far from its own clock."""


class AmountsNotReady(TemuUnavailable):
    """Temu has not computed the amounts of this order yet."""


class InternalFault(TemuUnavailable):
    """Temu's service failed (INTERNAL_FAULT). It may pass, but a call that lacks a parameter and an interface that is
    dead are answered so too, so whoever has had it MOST_FAULTS times in a row takes it for a refusal.
    """

    MOST_FAULTS = 3

    def __init__(self, interface: str, words: object) -> None:
        super().__init__(f"Temu is in trouble at the moment ({INTERNAL_FAULT}): {one_line(words)}")
        self.interface = interface
        self.words = words

    def as_refusal(self) -> "TemuRefused":
        """What it is when it has not passed."""
        message = f"Temu refused {self.interface} time and again ({INTERNAL_FAULT}): {one_line(self.words)}"
        return TemuRefused(message, temu_code=INTERNAL_FAULT)


class FaultCount:
    """Counts the faults of Temu's service with one call, that is sent again until they are too many."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, fault: InternalFault) -> "TemuRefused | None":
        """What the fault is when it was the last that may be; None where the call may be sent again."""
        self._count += 1
        return fault.as_refusal() if self._count >= InternalFault.MOST_FAULTS else None


class TokenRefused(CredentialsRefused):
    """Temu does not accept the company's token; *temu_code* says why."""

    token_is_refused = True

    def __init__(self, message: str, *, temu_code: int) -> None:
        super().__init__(message)
        self.temu_code = temu_code


class AppRefused(CredentialsRefused):
    """Temu does not accept this server's app key or secret."""


class PermissionMissing(Refused):
    """The token doesn't permit this interface, or the app may not call it: the seller, or the app's owner and then the
    seller, has to see to it. Nothing else is wrong with either (C14).

    What the token lacks is missing from its own list too, so testSettings names it; what the app lacks (*is_apps*) shows
    nowhere but in use, so a run that goes on without it has to name it.
    """

    def __init__(self, interface: str, message: str | None = None, *, is_apps: bool = False) -> None:
        super().__init__(
            message
            or f"The access token doesn't permit {interface}. "
            "Authorise it in the seller centre and set the new token."
        )
        self.interface = interface
        self.is_apps = is_apps


class DataAgreementUnsigned(PermissionMissing):
    """The seller has not signed the agreement without which Temu gives out no addresses."""

    def __init__(self, interface: str) -> None:
        message = (
            "Temu gives out addresses once its data processing agreement (DPA) is signed. Sign it in the seller centre, then "
            f"import again. (Temu's code {DATA_AGREEMENT_UNSIGNED}.)"
        )
        super().__init__(interface, message)


class TemuRefused(Refused):
    """Temu refuses this one call for good; *temu_code* is its own number."""

    def __init__(self, message: str, *, temu_code: int) -> None:
        super().__init__(message)
        self.temu_code = temu_code


def error_for(interface: str, code: int, words: object) -> Exception:
    """The error for a reply of *interface* that carries *code*."""
    if code == INTERNAL_FAULT:
        return InternalFault(interface, words)
    passing = _passing(code, words)
    if passing is not None:
        return passing
    missing = _missing(interface, code)
    if missing is not None:
        return missing
    if code in _TOKEN:
        return TokenRefused(f"{_TOKEN[code]} (Temu's code {code}.)", temu_code=code)
    if code in _APP:
        return AppRefused(f"{_APP[code]} (Temu's code {code}.)")
    return TemuRefused(f"Temu refused {interface} ({code}): {one_line(words)}", temu_code=code)


def refuse_not_done(result: object, interface: str) -> None:
    """Raise TemuRefused for a good answer that says false; where it is done, Temu's pages answer true [A]."""
    if result is False:
        raise TemuRefused(f"Temu did not do what {interface} asked for.", temu_code=NO_CODE)


def _missing(interface: str, code: int) -> PermissionMissing | None:
    if code in _TOKEN_LACKS_INTERFACE:
        return PermissionMissing(interface)
    if code == DATA_AGREEMENT_UNSIGNED:
        return DataAgreementUnsigned(interface)
    if code in _APP_LACKS_INTERFACE:
        message = (
            f"This server's app may not call {interface}. Its owner asks for that in Temu's partner platform; then "
            f"authorise the app again in the seller centre and set the new token. (Temu's code {code}.)"
        )
        return PermissionMissing(interface, message, is_apps=True)
    if code == WRONG_KIND_OF_SHOP:
        message = (
            f"The access token is of a kind of shop that {interface} doesn't serve. Set the mall's token for "
            f"orders with setAccessToken. (Temu's code {code}.)"
        )
        return PermissionMissing(interface, message)
    return None


def is_passing(code: object) -> bool:
    """Whether a code of one row of an answer, as a number or as text, says that the same may be sent again later."""
    digits = str(code)
    return digits.isascii() and digits.isdecimal() and _passing(int(digits), None) is not None


def _passing(code: int, words: object) -> TemuUnavailable | None:
    if code == RATE_LIMITED:
        return RateLimited("Temu limits the calls of this app. They go on more slowly.")
    if code in {CLOCK_AHEAD, CLOCK_BEHIND}:
        return ClockRefused(
            "This server's clock and Temu's differ by more than five minutes. Check its time service."
        )
    if code == AMOUNTS_STILL_COMPUTED:
        return AmountsNotReady("Temu is still computing the amounts of this order.")
    if code in _PASSING or code in _PASSING_BY_INTERFACE:
        return TemuUnavailable(f"Temu is in trouble at the moment ({code}): {one_line(words)}")
    return None


def one_line(words: object) -> str:
    """Temu's own text, on one line and short, whatever it is, less what may be a buyer's or a secret."""
    return shortened(tellable(text.shown(words)[: 5 * _WORDS_OF_TEMU]) or "no reason given")


def shortened(line: str) -> str:
    """As much of a line of Temu's as is passed on."""
    return line if len(line) <= _WORDS_OF_TEMU else line[: _WORDS_OF_TEMU - 1] + "…"
