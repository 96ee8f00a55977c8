"""What the texts of settings mean. Each check takes one as it was given and raises ValueError, with what is wrong and never the value."""

import re
from collections.abc import Callable, Collection
from ipaddress import ip_network
from typing import cast
from urllib.parse import SplitResult, urlsplit

from redis.connection import parse_url
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from domain import redis_sentinel

TEMU_ROUTER_PATH = "/openapi/router"
# Those of Temu's routers that there are, and those that Temu may add.
_TEMU_HOST = re.compile(r"([a-z0-9-]+\.)+temu\.com")
_HOST = re.compile(r"([a-z0-9-]+\.)+[a-z]{2,}")
_UNREADABLE_URL = "can't be read as a URL: a port is a number, and / @ : in a password are %2F %40 %3A"


def database_url(value: str) -> str:
    """The URL with the driver that is used for it."""
    for plain, asynchronous in (
        ("postgresql://", "postgresql+asyncpg://"),
        ("postgres://", "postgresql+asyncpg://"),
        ("sqlite://", "sqlite+aiosqlite://"),
    ):
        if value.startswith(plain):
            value = asynchronous + value.removeprefix(plain)
    if not value.startswith(("postgresql+asyncpg://", "sqlite+aiosqlite://")):
        raise ValueError("must begin with postgresql:// or sqlite://")
    try:
        make_url(value)
    except (ArgumentError, ValueError):
        # The text of the first may hold the value.
        raise ValueError(_UNREADABLE_URL) from None
    return value


def check_redis_url(url: str) -> None:
    """Whether redis-py, or what finds a Sentinel's master, can read it."""
    if url.startswith(redis_sentinel.SCHEMES):
        redis_sentinel.parse(url)
        return
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError(
            "must begin with redis://, rediss://, redis+sentinel://, rediss+sentinel:// or unix://"
        )
    try:
        cast("Callable[[str], object]", parse_url)(url)
    except ValueError:
        raise ValueError(_UNREADABLE_URL) from None


def networks(value: str) -> str | None:
    """Addresses and networks in one form, separated by commas."""
    try:
        found = [str(ip_network(each)) for each in _parts(value)]
    except ValueError:
        message = "must be addresses or networks, separated by commas, such as 10.0.0.7,172.16.0.0/12"
        raise ValueError(message) from None
    return ",".join(found) or None


def origins(value: str) -> str | None:
    """Origins of web pages as browsers name them, separated by commas."""
    found = _parts(value)
    for each in found:
        if not _is_origin(each):
            raise ValueError(
                "must be origins, separated by commas, such as https://office.example.com,http://127.0.0.1:5173: "
                "scheme, host and port in small letters, and nothing after them"
            )
    return ",".join(found) or None


def router_url(value: str) -> str:
    """The URL of a router of Temu's, with the path that Temu's have where there is none."""
    parts = _whole_url(value, f"must be a URL such as https://host{TEMU_ROUTER_PATH}")
    return value if parts.path.strip("/") else value.rstrip("/") + TEMU_ROUTER_PATH


def base_url(value: str) -> str:
    """A URL that paths are added to."""
    _whole_url(value, "must be a URL such as https://host, with a path or without one")
    return value.rstrip("/")


def _whole_url(value: str, wrong: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError(wrong) from None  # The text of the first may hold the value.
    if (
        not is_whole
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
        or not (value.isascii() and value.isprintable())
        or " " in value
    ):
        raise ValueError(wrong)
    return parts


def is_temus(url: str) -> bool:
    """Whether it is an https URL of a host of Temu's. Nobody else is to get a token: exactly the host that is named is called."""
    parts = urlsplit(url)
    is_host = _TEMU_HOST.fullmatch(parts.hostname or "") is not None
    return parts.scheme == "https" and is_host and parts.port in {None, 443}


def hosts(value: str) -> str:
    """Names of hosts, separated by commas; each means those below it too."""
    found = _parts(value.lower())
    if not found or not all(_HOST.fullmatch(each) for each in found):
        raise ValueError("must be names of hosts, separated by commas, such as temu.com,kwcdn.com")
    return ",".join(found)


def is_of_hosts(url: str, hosts: Collection[str]) -> bool:
    """Whether it is an https URL of one of these hosts or of one below it: a token goes nowhere else."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    is_theirs = any(host == each or host.endswith(f".{each}") for each in hosts)
    return parts.scheme == "https" and is_theirs and port in {None, 443} and "@" not in parts.netloc


def _is_origin(value: str) -> bool:
    try:
        parts = urlsplit(value)
        is_whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_whole and "@" not in value and value == f"{parts.scheme}://{parts.netloc}".lower()


def _parts(value: str) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()]
