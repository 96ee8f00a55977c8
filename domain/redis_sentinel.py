"""The URL of a Redis that Sentinel watches: redis+sentinel://[user:password@]host[:26379][,host2]/service[/db]."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

SCHEMES = ("redis+sentinel://", "rediss+sentinel://")
_PORT = 26379
_FORM = re.compile(r"(rediss?)\+sentinel://([^@/?#]*@)?([^@/?#]+)/([^/?#]+)(/\d+)?(\?[^#]*)?")
_WRONG = "must be such as redis+sentinel://user:password@host:26379,host2:26379/service/0"


@dataclass(frozen=True)
class SentinelUrl:
    """Who is asked for the primary of which service, and how one logs in there."""

    sentinels: tuple[tuple[str, int], ...]
    service: str
    server: str
    """A URL of the primary's for redis-py, in which only the host means nothing."""


def parse(url: str) -> SentinelUrl:
    """Raises ValueError, whose text holds nothing of the URL."""
    found = _FORM.fullmatch(url)
    if found is None:
        raise ValueError(_WRONG)
    scheme, login, hosts, service, database, options = found.groups(default="")
    try:
        places = [urlsplit(f"//{host}") for host in hosts.split(",")]
        sentinels = tuple((place.hostname or "", place.port or _PORT) for place in places)
    except ValueError:
        raise ValueError(_WRONG) from None
    if not all(host for host, _ in sentinels):
        raise ValueError(_WRONG)
    return SentinelUrl(sentinels, unquote(service), f"{scheme}://{login}primary{database}{options}")
