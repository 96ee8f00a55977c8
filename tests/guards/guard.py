"""What a guard of the list is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """In the file at *path*, *old* stands exactly once."""

    path: str
    old: str
    new: str


@dataclass(frozen=True)
class Guard:
    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    """What pytest is given; one failure is enough."""


def guard(name: str, path: str, old: str, new: str, *tests: str) -> Guard:
    return Guard(name, (Edit(path, old, new),), tests)
