"""By what Temu lets somebody call: the app, and a mall's token."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class App:
    """This server's app at Temu's partner platform."""

    key: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class MallAccess:
    """How to call for one mall: the router that takes its token, the token, and the app where it is not the one of all.

    *is_bulk*: many calls at once, that nobody waits for one by one. They have a line of their own for their slots.
    """

    url: str
    token: str = field(repr=False)
    app: App | None = None
    is_bulk: bool = False
