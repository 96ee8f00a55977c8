"""Reading a call's own parameters, and refusing what Temu would."""

from collections.abc import Mapping
from typing import Any, Final

from tests.sandbox.refusals import BAD_PARAMETERS, NOT_IN_SECONDS, RefusedError

TEN_DIGITS: Final = range(10**9, 10**10)


class Parameters:
    """Unknown ones are ignored without a word, as Temu does."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = body

    def whole(self, name: str, *, within: range | None = None) -> int | None:
        value = self._body.get(name)
        if value is None:
            return None
        # A bool is an int in Python; in JSON it isn't.
        if not isinstance(value, int) or isinstance(value, bool):
            raise _wrong(name, "must be a whole number")
        if within is not None and value not in within:
            raise _wrong(name, f"must be from {within.start} to {within.stop - 1}")
        return value

    def required_whole(self, name: str, *, within: range | None = None) -> int:
        value = self.whole(name, within=within)
        if value is None:
            raise _wrong(name, "is missing")
        return value

    def seconds(self, name: str) -> int | None:
        value = self._body.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value not in TEN_DIGITS:
            raise RefusedError(NOT_IN_SECONDS, f"{name} must be a time in seconds")
        return value

    def text(self, name: str) -> str | None:
        value = self._body.get(name)
        if value is not None and not isinstance(value, str):
            raise _wrong(name, "must be text")
        return value

    def required_text(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise _wrong(name, "is missing")
        return value

    def flag(self, name: str) -> bool | None:
        value = self._body.get(name)
        if value is not None and not isinstance(value, bool):
            raise _wrong(name, "must be true or false")
        return value

    def wholes(self, name: str) -> list[int] | None:
        value = self._body.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(type(one) is int for one in value):
            raise _wrong(name, "must be a list of whole numbers")
        return value

    def texts(self, name: str, *, at_most: int | None = None) -> list[str] | None:
        value = self._body.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise _wrong(name, "must be a list of texts")
        if at_most is not None and len(value) > at_most:
            raise _wrong(name, f"takes at most {at_most}")
        return value

    def part(self, name: str) -> "Parameters | None":
        """An object with parameters of its own."""
        value = self._body.get(name)
        if value is not None and not isinstance(value, dict):
            raise _wrong(name, "must be an object")
        return None if value is None else Parameters(value)

    def parts(self, name: str) -> list["Parameters"]:
        """A list of objects, each with parameters of its own; none where it is left out."""
        value = self._body.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise _wrong(name, "must be a list of objects")
        return [Parameters(one) for one in value]

    def required_parts(self, name: str) -> list["Parameters"]:
        parts = self.parts(name)
        if not parts:
            raise _wrong(name, "is missing")
        return parts


def _wrong(name: str, what: str) -> RefusedError:
    return RefusedError(BAD_PARAMETERS, f"{name} {what}")
