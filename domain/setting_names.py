"""Variables of the environment that are named like settings and are none."""

import os
import re
from collections.abc import Sequence
from difflib import get_close_matches

# So much of a name that is no setting, and of one that is, has to be alike for the one to be meant for the other.
_ALIKE = 0.8
# Kubernetes sets these in each pod for a service that is called tradewind, or tradewind-something.
_OF_KUBERNETES = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$")


def unknown(prefix: str, known: Sequence[str]) -> dict[str, str | None]:
    """Those that begin with *prefix* and aren't *known*, each with the one that it is misspelt from, if it looks so."""
    found: dict[str, str | None] = {}
    for variable in os.environ:
        name = variable.upper().removeprefix(prefix)
        is_ours = variable.upper().startswith(prefix) and not _OF_KUBERNETES.search(f"_{name}")
        if is_ours and name not in known:
            nearest = get_close_matches(name, known, n=1, cutoff=_ALIKE)
            found[variable] = f"{prefix}{nearest[0]}" if nearest else None
    return found
