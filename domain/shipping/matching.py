"""Finding what a person named in a list of Temu's: carriers by id, code or name, addresses by name (T3, T5). Pure."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NOT_LETTERS = re.compile(r"[\W_]+")
_NEAREST = 5
_ALIKE = 0.4


@dataclass(frozen=True)
class Carrier:
    """Who carries parcels: Temu's number, the name it shows, and the brand that it files it under."""

    id: str
    name: str
    brand: str


@dataclass(frozen=True)
class ShippingAddress:
    """A place that a mall ships from; Temu knows it by *id*, people by *name*."""

    id: str
    name: str
    is_default: bool


class NoMatch(Exception):
    """Nothing in the list is meant, or more than one thing may be; *nearest* are the names that come close."""

    def __init__(self, nearest: Sequence[str]) -> None:
        super().__init__(nearest)
        self.nearest = nearest


def carrier(wanted: str, carriers: Iterable[Carrier]) -> Carrier:
    """The carrier that *wanted* names: by id, else by name, else by brand where only one has it; whatever the case.

    Raises NoMatch.
    """
    carriers, key = list(carriers), _key(wanted)
    by_id = [c for c in carriers if c.id == wanted.strip()]
    by_name = [c for c in carriers if key and _key(c.name) == key]
    by_brand = [c for c in carriers if key and _key(c.brand) == key]
    for candidates in (by_id, by_name, by_brand):
        found = {c.id: c for c in candidates}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            raise NoMatch(sorted(f"{c.name} ({c.id})" for c in found.values())[:_NEAREST])
    raise NoMatch(_nearest(wanted, {name for c in carriers for name in (c.name, c.brand) if name}))


def is_of(carrier: Carrier, name: str) -> bool:
    """Whether a name is a carrier's own or its brand's, or the first words of either: "FedEx" is of "FedEx Ground" and
    of "SmartPost" with the brand FedEx, and "UPS" is not of "USPS".
    """
    wanted = _key(name)
    return bool(wanted) and any(wanted in _beginnings(own) for own in (carrier.name, carrier.brand))


def address(code: str | None, addresses: Sequence[ShippingAddress]) -> ShippingAddress:
    """The address with the name or id *code*; without a code the mall's default one, or its only one.

    Raises NoMatch, with all names there are.
    """
    if code is None:
        default = [a for a in addresses if a.is_default] or (addresses if len(addresses) == 1 else [])
        if default:
            return default[0]
        raise NoMatch([a.name for a in addresses])
    # Of several with one name the default one is meant, if any.
    named = sorted((a for a in addresses if folded(a.name) == folded(code)), key=lambda a: not a.is_default)
    found = named or [a for a in addresses if a.id == code.strip()]
    if not found:
        raise NoMatch([a.name for a in addresses])
    return found[0]


def _nearest(wanted: str, names: Iterable[str]) -> list[str]:
    by_key = {_key(name): name for name in sorted(names)}
    within = [name for key, name in by_key.items() if key and (_key(wanted) in key or key in _key(wanted))]
    alike = [by_key[key] for key in difflib.get_close_matches(_key(wanted), by_key, _NEAREST, _ALIKE)]
    return list(dict.fromkeys(within + alike))[:_NEAREST] or list(by_key.values())[:_NEAREST]


def _key(text: str) -> str:
    """Letters and digits alone: "U.P.S.", "ups" and "UPS " are one."""
    return _NOT_LETTERS.sub("", text).casefold()


def _beginnings(text: str) -> set[str]:
    words = [_key(word) for word in _NOT_LETTERS.split(text)]
    return {"".join(words[:count]) for count in range(1, len(words) + 1)}


def folded(text: str) -> str:
    return " ".join(text.split()).casefold()
