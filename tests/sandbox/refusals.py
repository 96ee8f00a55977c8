"""What the sandbox refuses with: Temu's codes, in our words."""

from typing import Final

SUCCESS: Final = 1000000

BAD_PARAMETERS: Final = 3000000
WRONG_SIGNATURE: Final = 3000001
NO_TYPE: Final = 3000002
UNKNOWN_TYPE: Final = 3000003
NO_TIMESTAMP: Final = 3000010
TIMESTAMP_AHEAD: Final = 3000011
TIMESTAMP_PAST: Final = 3000012
NO_DATA_TYPE: Final = 3000013
WRONG_DATA_TYPE: Final = 3000014
NO_APP_KEY: Final = 3000025
UNKNOWN_APP_KEY: Final = 3000026
NO_TOKEN: Final = 3000030
UNKNOWN_TOKEN: Final = 3000031
NOT_PERMITTED: Final = 3000032
TOKEN_OF_ANOTHER_APP: Final = 3000033
TOKEN_OVER: Final = 3000034
NO_SIGNATURE: Final = 3000040
TOO_MANY_CALLS: Final = 4000004

ORDER_UNKNOWN: Final = 140020002
AMOUNTS_NOT_READY: Final = 140020008
CONFIRM_TIMES_SWAPPED: Final = 140020012
PARAMETER_MISSING: Final = 140020013
NOT_IN_SECONDS: Final = 140020014
ADDRESS_REFUSED: Final = 180020003

MESSAGES: Final = {
    BAD_PARAMETERS: "the parameters are wrong",
    WRONG_SIGNATURE: "the signature is wrong",
    NO_TYPE: "the body names no interface",
    UNKNOWN_TYPE: "no such interface",
    NO_TIMESTAMP: "the body has no timestamp",
    TIMESTAMP_AHEAD: "the timestamp is none, or too far ahead",
    TIMESTAMP_PAST: "the timestamp is too old",
    NO_DATA_TYPE: "the body has no data_type",
    WRONG_DATA_TYPE: "data_type can only be JSON",
    NO_APP_KEY: "the body has no app_key",
    UNKNOWN_APP_KEY: "no such app",
    NO_TOKEN: "the body has no access_token",
    UNKNOWN_TOKEN: "no such token",
    NOT_PERMITTED: "the seller hasn't authorised this interface for the token",
    TOKEN_OF_ANOTHER_APP: "the token was issued to another app",
    TOKEN_OVER: "the token has expired or was replaced",
    NO_SIGNATURE: "the body has no signature",
    TOO_MANY_CALLS: "more calls than the app may make",
    ORDER_UNKNOWN: "no such order",
    AMOUNTS_NOT_READY: "the amounts are still being computed; try again later",
    CONFIRM_TIMES_SWAPPED: "parentConfirmTimeEnd must be later than parentConfirmTimeStart",
    PARAMETER_MISSING: "a parameter is missing",
    NOT_IN_SECONDS: "a time must be in seconds",
    ADDRESS_REFUSED: "no address for this order",
}


class RefusedError(Exception):
    """A call that is answered with a code other than success."""

    def __init__(self, code: int, message: str | None = None) -> None:
        self.code = code
        self.message = message or MESSAGES.get(code, "refused")
        super().__init__(f"{code} {self.message}")
