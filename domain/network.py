"""Connections to hosts of others, Temu's and receivers': to public addresses only, and to the very ones that were checked (no
address of this network is called because a name says so).
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from socket import SOCK_STREAM
from typing import Any

import httpcore
import httpx

# Idle connections are closed sooner than any server does it: one that closes meanwhile leaves a call's fate in doubt.
_LIMITS = httpx.Limits(max_connections=100, keepalive_expiry=5.0)
_CONNECT_TIMEOUT = 3.0
# Of a host's addresses so many are tried.
_MOST_ADDRESSES = 4
# Behind these prefixes stands an address of IPv4, and Python takes them for public whatever that is: those of NAT64, of addresses
# that are "compatible" and of ones that are translated.
_BEFORE_IPV4 = [IPv6Network(each) for each in ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")]
_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")


def transport(*, private_too: bool = False, tls: ssl.SSLContext | None = None) -> httpx.AsyncHTTPTransport:
    """For a client of httpx. *private_too*: also to addresses that are not public, as in development. *tls*: whom to trust, if
    not whom everybody does.
    """
    made = httpx.AsyncHTTPTransport(verify=tls or _trusted(), trust_env=False, limits=_LIMITS)
    if not private_too:
        # httpx hands no backend through.
        made._pool._network_backend = PublicNetwork()  # noqa: SLF001
    return made


def client(
    headers: Mapping[str, str],
    *,
    seconds: float,
    private_too: bool = False,
    tls: ssl.SSLContext | None = None,
) -> httpx.AsyncClient:
    """Nobody but the host that is named gets a secret: no proxy of the environment, no redirect. And no cookie that came for one
    caller goes out for another. *seconds* for a request; the others as of transport().
    """
    return httpx.AsyncClient(
        transport=transport(private_too=private_too, tls=tls),
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers=headers,
        timeout=httpx.Timeout(seconds, connect=_CONNECT_TIMEOUT),
    )


class PublicNetwork(httpcore.AsyncNetworkBackend):
    """Resolves a name itself and connects to the addresses that it has looked at; TLS still goes by the name."""

    def __init__(self) -> None:
        # Untyped where anyio may be missing.
        network: Any = httpcore.AnyIOBackend()
        self._network: httpcore.AsyncNetworkBackend = network

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's form
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises httpcore.ConnectError where one of the host's addresses is not public."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("The host is not known.") from error
        if not addresses or not all(map(is_public, addresses)):
            raise httpcore.ConnectError("The host has an address that is not public.")
        each = None if timeout is None else timeout / len(addresses)
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, each, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        assert failure is not None  # noqa: S101 - there is an address
        raise failure

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("No socket of this machine is a host of others.")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def resolve(host: str, port: int) -> Sequence[str]:
    """The first addresses of a host, the preferred one first."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))[:_MOST_ADDRESSES]


def is_public(address: str) -> bool:
    """Whether an address is one of the Internet's; of one that leads on to another, whether both are."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if not found.is_global or found.is_multicast:
        return False
    if isinstance(found, IPv4Address):
        return True
    embedded = _embedded(found)
    is_local = found.is_site_local or found in _NAT64_LOCAL
    return not is_local and (embedded is None or is_public(str(embedded)))


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The address of IPv4 that one of IPv6 stands for: mapped, 6to4, Teredo's client, or behind a prefix."""
    if any(address in each for each in _BEFORE_IPV4):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (None if teredo is None else teredo[1])


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we trust to be who they say: read once a process, since that takes longer than many a test."""
    context = httpx.create_ssl_context(trust_env=False)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
