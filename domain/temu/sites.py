"""Temu's sites, by the part of Temu that serves them: a semi-managed mall's warehouses are asked for by site.

100 stands in real orders of the United States [A]; the others are those with which one published client asks for them [B].
There are more, such as Brazil's, and will be: a mall that sells at those alone has no warehouse here, and is told so.
"""

_UNITED_STATES = (100,)
_EUROPE = (
    102, 105, 106, 107, 108, 109, 111, 112, 113, 115, 116, 117, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147,
    148, 149, 150, 151, 152,
)  # fmt: skip
_OTHERS = (101, 103, 104, 110, 118, 120, 187)


def sites_of(region: str) -> tuple[int, ...]:
    """The sites of a part of Temu: US, EU or GLOBAL."""
    return {"US": _UNITED_STATES, "EU": _EUROPE}.get(region, _OTHERS)
