"""
Where code, sandbox and tables are known to differ, and why each is to stay. Each entry must hold: once it is mended it fails
the test until it is taken out.
"""

from collections.abc import Mapping
from typing import Final

KNOWN: Final[Mapping[str, Mapping[str, str]]] = {
    "not in the sandbox": {
        "bg.logistics.shipment.sub.confirm": "nothing of the product calls it: further boxes go out with their package",
    },
}


def check(area: str, found: set[str], *, of: str = "") -> None:
    """Fails with what is new and what is gone, of an interface where one is given, in words that can be pasted."""
    known = {one for one in KNOWN.get(area, {}) if one.startswith(of)}
    news = [f"+ {one}" for one in sorted(found - known)]
    gone = [f"- {one}" for one in sorted(known - found)]
    told = "\n".join(
        [f"{area}: + differs and isn't known, - is known and doesn't differ any more:", *news, *gone]
    )
    assert not news + gone, told
