"""
What was used last, up to so many: the older is forgotten.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

# A document longer than this is read each time: a few of them would otherwise fill the memory meant for hundreds.
REMEMBERED_LENGTH = 16_384

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")


class Latest(Generic[KeyT, ValueT]):
    """
    A dictionary of the *most* values used last.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[KeyT, ValueT] = OrderedDict()

    def get(self, key: KeyT) -> ValueT | None:
        """
        The value kept under *key*, which has been used now.
        """
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def keep(self, key: KeyT, value: ValueT) -> ValueT:
        """
        Keep *value*, and forget the one unused for longest where that is one too many.
        """
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value
