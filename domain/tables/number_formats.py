"""How a spreadsheet shows a number or a text by a number format, as far as the file alone says it: separators of
thousands and decimals depend on a reader's country, fill characters on a column's width. Pure.

ECMA-376 part 1, 18.8.31: sections for positive, negative, zero and text, divided by semicolons.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

GENERAL = "General"

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<width>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>(?i:general))|(?P<other>.)",
    re.DOTALL,
)
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d{1,2}", re.IGNORECASE)
# A currency's sign, and the language without what asks for other digits or another calendar (those have more digits).
_CURRENCY = re.compile(r"\$([^-]*)(?:-[0-9A-Fa-f]{1,4})?")
_SCIENTIFIC = re.compile(r"[0#]+(?:\.([0#]*))?[Ee][+-]0+")
_BARE_LITERALS = " $+-():€£¥"
_LITERAL, _DIGIT, _ANY, _TEXT, _UNKNOWN = "literal", "digit", "general", "text", "unknown"

Section = tuple[tuple[str, str], ...]


def show_number(number: float, code: str) -> str | None:
    """The characters shown of a number, or None where they aren't sure. By the format General it is all digits of a
    whole number: a spreadsheet shortens what is wide, but keeps fifteen.
    """
    scientific = _SCIENTIFIC.fullmatch(code.partition(";")[0])
    if scientific is not None:
        return f"{number:.{len(scientific[1] or '')}E}"
    return _show_whole(int(number), _sections(code or GENERAL)) if number % 1 == 0 else None


def _show_whole(number: int, sections: Sequence[Section]) -> str | None:
    if len(sections) > 1 and _has(sections[-1], _TEXT):
        sections = sections[:-1]
    section, minus = _section(number, sections)
    if not section:
        return ""
    if section == ((_TEXT, "@"),):
        section = ((_ANY, "@"),)
    places = [kind for kind, _ in section if kind != _LITERAL]
    digits = str(abs(number))
    if places == [_ANY]:
        return minus + "".join(digits if kind == _ANY else shown for kind, shown in section)
    if set(places) == {_DIGIT}:
        return minus + _filled(section, digits.lstrip("0"))
    return None


def show_text(value: str, code: str) -> str | None:
    """The characters shown of a text, or None where they aren't sure."""
    sections = _sections(code or GENERAL)
    section = sections[-1]
    if len(sections) < 4 and not _has(section, _TEXT):
        return value
    if any(kind not in {_LITERAL, _TEXT} for kind, _ in section):
        return None
    return "".join(value if kind == _TEXT else shown for kind, shown in section)


def _section(number: int, sections: Sequence[Section]) -> tuple[Section, str]:
    """The one that shows a number, and the minus in front."""
    if number < 0:
        return (sections[1], "") if len(sections) > 1 else (sections[0], "-")
    return (sections[2], "") if number == 0 and len(sections) > 2 else (sections[0], "")


def _filled(section: Section, digits: str) -> str:
    """Digits in their places, from the right; those left over stand in front of the first."""
    first = next(place for place, (kind, _) in enumerate(section) if kind == _DIGIT)
    shown: list[str] = []
    for place, (kind, what) in reversed(list(enumerate(section))):
        if kind == _LITERAL:
            shown.append(what)
        elif place == first and digits:
            shown.append(digits)
        elif digits:
            shown.append(digits[-1])
            digits = digits[:-1]
        else:
            shown.append({"0": "0", "?": " "}.get(what, ""))
    return "".join(reversed(shown))


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[Section, ...]:
    sections: list[list[tuple[str, str]]] = [[]]
    for token in _TOKEN.finditer(code):
        kind, what = token.lastgroup, token[token.lastgroup or 0]
        if kind == "other" and what == ";":
            sections.append([])
        elif kind == "bracket":
            sections[-1] += _bracket(what)
        else:
            sections[-1].append(_piece(kind, what))
    return tuple(map(tuple, sections))


def _bracket(what: str) -> list[tuple[str, str]]:
    if _COLOUR.fullmatch(what):
        return []
    currency = _CURRENCY.fullmatch(what)
    return [(_UNKNOWN, what) if currency is None else (_LITERAL, currency[1])]


def _piece(kind: str | None, what: str) -> tuple[str, str]:
    if kind in {"quoted", "escaped"}:
        return _LITERAL, what
    if kind == "width":
        return _LITERAL, " "
    if kind == "general":
        return _ANY, what
    if what in "0#?":
        return _DIGIT, what
    if what == "@":
        return _TEXT, what
    return (_LITERAL, what) if what in _BARE_LITERALS else (_UNKNOWN, what)


def _has(section: Section, kind: str) -> bool:
    return any(one == kind for one, _ in section)
