"""The connections to Temu's hosts, which nothing of one mall stays on."""

import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from domain import network

# Seconds for a whole call, from its slot to the last part of its reply.
LONGEST_CALL = 25.0
_CONNECT_TIMEOUT = 3.0
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "Content-Type": "application/json",
    "User-Agent": "Tradewind",
}


def client(*, private_too: bool, tls: ssl.SSLContext | None) -> httpx.AsyncClient:
    """Nothing but the host that is named gets a token: no proxy of the environment, no redirect. And no cookie that came for one
    mall goes out for another.
    """
    return httpx.AsyncClient(
        transport=network.transport(private_too=private_too, tls=tls),
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        headers=_HEADERS,
        timeout=httpx.Timeout(LONGEST_CALL, connect=_CONNECT_TIMEOUT),
    )
