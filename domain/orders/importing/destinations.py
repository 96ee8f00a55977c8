"""Addresses that go to another country than their order's region says: to one that Temu has no region for, or one that
shares a neighbour's postal codes. Pure.

Temu tells a country by the order's region [A]. That it serves these places under their neighbour's region is inferred [C],
and so is how it names them; their postal codes are the postal services' own. What ISO 3166-2 lists as a part of the
region's country (Puerto Rico, the Canary Islands, Northern Ireland, Åland) stays in it: its own name stands in `region`.
"""

import re

from domain.folding import fold


class _Place:
    """*names* as Temu's regionName1 has them, or its regionName2 where they may stand for a state too."""

    def __init__(
        self, country: str, *names: str, postal_codes: str | None = None, may_be_state: bool = False
    ) -> None:
        self.country = country
        self.names = frozenset(map(fold, names))
        self.postal_codes = None if postal_codes is None else re.compile(postal_codes)
        self.may_be_state = may_be_state


_GUERNSEY = ("Guernsey", "Bailiwick of Guernsey", "Alderney", "Sark")
# By the country of the order's region.
_ELSEWHERE = {
    "GB": [
        _Place("JE", "Jersey", "Bailiwick of Jersey", postal_codes=r"JE\d", may_be_state=True),
        _Place("GG", *_GUERNSEY, postal_codes=r"GY\d", may_be_state=True),
        _Place("IM", "Isle of Man", postal_codes=r"IM\d", may_be_state=True),
        _Place("GI", "Gibraltar", postal_codes=r"GX11", may_be_state=True),
    ],
    # Temu labels such orders US_to_CA [A].
    "US": [
        _Place("CA", "Canada"),
        _Place("PR", "Puerto Rico"),
        _Place("GU", "Guam"),
        _Place("VI", "Virgin Islands (U.S.)", "U.S. Virgin Islands"),
        _Place("AS", "American Samoa"),
        _Place("MP", "Northern Mariana Islands"),
    ],
    "FR": [_Place("MC", "Monaco", postal_codes=r"980\d\d$")],
    "IT": [
        _Place("SM", "San Marino", postal_codes=r"4789\d$"),
        _Place("VA", "Vatican City", "Vatican City State (Holy See)", postal_codes=r"00120$"),
    ],
    "CH": [_Place("LI", "Liechtenstein", postal_codes=r"94(8[5-9]|9[0-8])$")],
    "DK": [
        _Place("FO", "Faroe Islands", postal_codes=r"FO-?\d{3}$"),
        _Place("GL", "Greenland", postal_codes=r"39\d\d$"),
    ],
    "ES": [_Place("AD", "Andorra", postal_codes=r"AD\d{3}$")],
}


def country_beside(
    country: str | None, *, country_name: str | None, state: str | None, postal_code: str | None
) -> str | None:
    """The country that an address says it is in, where that isn't the *country* of its order's region; else None."""
    names = (fold(country_name or ""), fold(state or ""))
    code = "".join((postal_code or "").split()).upper()
    for place in _ELSEWHERE.get(country or "", ()):
        is_named = names[0] in place.names or (place.may_be_state and names[1] in place.names)
        if is_named or (place.postal_codes is not None and place.postal_codes.match(code)):
            return place.country
    return None
