"""Everything that can go wrong, as a tree; api and jobs decide what to do by these classes alone.

DomainError
 ├─ Refused            the caller asked for what can't be done; nothing changed
 │    NotFound · Invalid · Required · Taken · Conflict · NotConfigured · Forbidden · LimitExceeded
 │    CredentialsRefused is a NotConfigured that also pauses a company's schedule
 ├─ Expired            an API key whose time is over
 ├─ CursorExpired      a cursor since which not all changes are known any more
 ├─ Unavailable        would work later: a database, Redis or Temu in passing trouble
 ├─ Paused             nothing leaves for the marketplace until an operator says so; no fault, so nothing is counted
 └─ Broken             our own mistake; carries an id to look up in the log, never a text from inside
"""

from enum import Enum
from uuid import uuid4


class RefusalCode(Enum):
    """What was wrong with the input, for code to branch on."""

    NOT_FOUND = "NOT_FOUND"  #: no such thing, or none that this key may see
    INVALID = "INVALID"  #: a value that can never be right here
    REQUIRED = "REQUIRED"  #: a value is missing
    TAKEN = "TAKEN"  #: somebody else has it, and only one can
    CONFLICT = "CONFLICT"  #: right in itself, but not with what is stored now
    NOT_CONFIGURED = "NOT_CONFIGURED"  #: something has to be set up first
    DISABLED = "DISABLED"  #: switched off by a setting
    FORBIDDEN = "FORBIDDEN"  #: the key may see it but not do this
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"  #: more than is allowed at once


class DomainError(Exception):
    """The root: its message is written for the person who has to act on it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(DomainError):
    """The caller asked for what can't be done; nothing changed.

    *field* is the path into the mutation's input, in the schema's own names; None where no single field is to blame.
    """

    code = RefusalCode.INVALID
    # Whether the same may succeed later without anybody changing anything, though trying at once is no use.
    may_pass = False
    # Where in what was selected, in a query: names of the reply, below the field that was answered.
    path: tuple[str, ...] = ()

    def __init__(self, message: str, *, field: tuple[str, ...] | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotFound(Refused):
    """No such thing, or nothing that this caller may know of: the two look alike on purpose."""

    code = RefusalCode.NOT_FOUND


class Invalid(Refused):
    """A value that can never be right here."""

    code = RefusalCode.INVALID


class Required(Refused):
    """A value is missing."""

    code = RefusalCode.REQUIRED


class Taken(Refused):
    """Somebody else has it already, and only one can."""

    code = RefusalCode.TAKEN


class Conflict(Refused):
    """Right in itself, but not with what is stored now."""

    code = RefusalCode.CONFLICT


class NotConfigured(Refused):
    """Something has to be set up first."""

    code = RefusalCode.NOT_CONFIGURED


class CredentialsRefused(NotConfigured):
    """The marketplace refuses the company's token or this server's app: no call can succeed until a person acts."""

    token_is_refused = False


class Forbidden(Refused):
    """The caller may see it but not do this with it."""

    code = RefusalCode.FORBIDDEN


class LimitExceeded(Refused):
    """More than is allowed at once."""

    code = RefusalCode.LIMIT_EXCEEDED


class Expired(DomainError):
    """An API key whose time is over."""


class CursorExpired(DomainError):
    """A cursor since which not all changes are known any more."""

    def __init__(self) -> None:
        super().__init__(
            "Not everything that changed since this cursor is known any more. Subscribe without `after`, and read what you show "
            "anew once the first event has come."
        )


class StatementTooDeep(DomainError):
    """A statement is more nested than the database can read."""

    def __init__(self) -> None:
        super().__init__(
            "The operation is too deep for this server's database: ask for less inside of other things."
        )


class Unavailable(DomainError):
    """Would work later; the same request may simply be sent again. *retry_after*: seconds before which it would be in vain,
    where that is known; a job waits for that, and it counts as no try.
    """

    retry_after: float | None = None


class Paused(DomainError):
    """What changes something at the marketplace doesn't leave until an operator resumes; nothing has left."""


class Broken(DomainError):
    """Our own mistake: the text says only where to look it up."""

    def __init__(self) -> None:
        self.id = uuid4().hex[:12]
        super().__init__(f"Something went wrong inside Tradewind. Quote error {self.id} to its operator.")
