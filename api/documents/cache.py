"""What was worked out for an operation holds for every call of the same shape: the one thing that is remembered of it."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from graphql import DocumentNode, OperationDefinitionNode

# A document longer than this is read each time: a few of them would otherwise fill the memory meant for hundreds.
LONGEST_DOCUMENT = 16_384
# And so many letters have all documents together, 512 each at the most that are remembered: one of a thousand tokens takes
# half a megabyte, whatever it is for, and a key could have a thousand of these remembered.
LONGEST_DOCUMENTS = 512 * 1024
# A plan has some ten thousand letters; fragments inside fragments make half a million from a small document.
LONGEST_PLANS = 65_536
# No page is as long: of a number beyond it, only that it is too large matters.
_LARGE = 1_000
# Of the names in all objects and the letters of a name. An operation has less of either.
_MOST = 64
# How many objects may lie inside each other: variables are one, a filter in them is another, and filters hold filters.
_DEEPEST = 7
# In a filter, lists of filters. Of other lists of objects each is another, and not worth remembering.
_FILTERS = {"and", "or"}


@dataclass
class Prepared:
    """A good operation: what it costs, and the plans that answer its fields, each made when it is first needed, up to so many
    *letters* of SQL in all.
    """

    text: str
    document: DocumentNode
    operation: OperationDefinitionNode
    cost: int
    plans: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any])
    letters: int = 0
    _lengths: dict[Hashable, int] = field(default_factory=dict[Hashable, int])

    def put(self, key: Hashable, plan: Any, letters: int) -> None:
        """Remember a plan that has so many letters; where there is no room for it, the oldest are forgotten."""
        if letters > LONGEST_PLANS:
            return
        # Two that ask at once both make it.
        self.letters -= self._lengths.pop(key, 0)
        while self.letters + letters > LONGEST_PLANS:
            oldest = next(iter(self._lengths))
            self.letters -= self._lengths.pop(oldest)
            del self.plans[oldest]
        self.letters += letters
        self._lengths[key] = letters
        self.plans[key] = plan


class PreparedOperations:
    """The *most* operations that were used last, each in one shape, of so many *letters* together; the older are forgotten."""

    def __init__(self, most: int, *, letters: int = LONGEST_DOCUMENTS) -> None:
        self._most = most
        self._letters_left = letters
        self._operations: OrderedDict[Hashable, Prepared] = OrderedDict()

    def get(self, key: Hashable) -> Prepared | None:
        """The operation of this key, which has been used now."""
        found = self._operations.get(key)
        if found is not None:
            self._operations.move_to_end(key)
        return found

    def put(self, key: Hashable, prepared: Prepared) -> None:
        """Remember an operation."""
        if key in self._operations:
            self._letters_left += _length(self._operations.pop(key))
        self._operations[key] = prepared
        self._letters_left -= _length(prepared)
        while len(self._operations) > self._most or self._letters_left < 0:
            _, oldest = self._operations.popitem(last=False)
            self._letters_left += _length(oldest)


def _length(prepared: Prepared) -> int:
    """Letters of its document."""
    return len(prepared.text)


def key_of(text: str, name: str | None, variables: Mapping[str, Any], seen_from: Hashable) -> Hashable | None:
    """By what an operation is remembered: its text and name, the shape of its variables (all but what texts say, and of lists
    all but how long they are), and from where it is *seen*. None for one that would fill the memory meant for many.
    """
    if len(text) > LONGEST_DOCUMENT:
        return None
    try:
        return text, name, _Shape().of(dict(variables), objects=_DEEPEST), seen_from
    except _TooLong:
        return None


class _TooLong(Exception):
    """A value whose shape is not worth keeping."""


class _Shape:
    """Counts the names as it goes."""

    def __init__(self) -> None:
        self._names = 0

    def of(self, value: object, *, objects: int, name: str = "") -> Hashable:
        """*objects* is how many objects may lie inside each other."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # As good an Int as any.
        if value is None or isinstance(value, bool):
            return bool, value  # As a key, True is 1.
        if isinstance(value, int):
            # Sizes of pages are variables themselves.
            return max(-1, min(value, _LARGE)) if objects == _DEEPEST - 1 else int.__name__
        if isinstance(value, list):
            return list, *self._of_list(cast("list[object]", value), objects=objects, name=name)
        if isinstance(value, dict):
            return self._of_object(cast("dict[str, object]", value), objects=objects)
        return type(value).__name__

    def _of_list(self, values: Sequence[object], *, objects: int, name: str) -> tuple[Hashable, ...]:
        if not any(isinstance(each, list | dict) for each in values):
            return (len(values),)
        if name not in _FILTERS:
            raise _TooLong
        return tuple(self.of(each, objects=objects) for each in values)

    def _of_object(self, members: Mapping[str, object], *, objects: int) -> Hashable:
        self._names += len(members)
        if not objects or self._names > _MOST or any(len(name) > _MOST for name in members):
            raise _TooLong
        return tuple((name, self.of(each, objects=objects - 1, name=name)) for name, each in members.items())
