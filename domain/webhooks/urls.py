"""Which URLs a receiver may have: what is checked of the words. Where they lead is checked when a connection is opened."""

from ipaddress import ip_address

import httpx

from domain import text
from domain.errors import Invalid
from domain.network import is_public

_LONGEST = 2_000
_LAST_PORT = 65_535
_FIELD = ("url",)


def checked(url: str, *, private_too: bool) -> str:
    """The URL of a receiver: https at port 443, or, with *private_too*, whatever httpx can call. Raises Required and Invalid."""
    url = text.line(url, field=_FIELD, at_most=_LONGEST)
    try:
        # As the client reads it: two readers could differ.
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        raise Invalid("url can't be read as a URL.", field=_FIELD) from None
    if not url.isascii() or " " in url or not parsed.host or (parsed.port or 0) > _LAST_PORT:
        raise Invalid("url must be a whole URL, such as https://example.com/hooks.", field=_FIELD)
    if parsed.userinfo:
        raise Invalid("url must not hold a name or a password: verify the signature instead.", field=_FIELD)
    if parsed.fragment:
        raise Invalid("url must not have a fragment (#...), which is never sent.", field=_FIELD)
    if parsed.scheme not in ({"https", "http"} if private_too else {"https"}):
        raise Invalid("url must begin with https://.", field=_FIELD)
    if not private_too:
        if parsed.port not in {None, 443}:
            raise Invalid("url must be at port 443, https's own.", field=_FIELD)
        if _is_address(parsed.host) and not is_public(parsed.host):
            raise Invalid("url must lead to a public address.", field=_FIELD)
    return url


def host(url: str) -> str:
    """Whose URL it is, which may be told where the rest of it may not."""
    return httpx.URL(url).host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
