"""Which URLs a receiver may have."""

from domain.errors import Refused
from domain.webhooks import urls

PUBLIC = [
    "https://example.com",
    "https://example.com:443/a/b?c=d",
    "https://93.184.215.14/",
    "https://[2606:4700::1111]/x",
]
PRIVATE = [
    "http://example.com/",
    "https://example.com:8443/",
    "http://127.0.0.1:9/x",
    "https://localhost/",
    "http://[::1]/",
]
NEITHER = [
    "", "x", "example.com", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "https://", "https:///x",
    "https://user@example.com/", "https://user:pass@example.com/", "https://@example.com:x/", "https://example.com/#top",
    "https://exa mple.com/", "https://example.com:99999/", "https://ex\u00e4mple.com/", "https://exam\nple.com/", "https://[::1/",
    "https://example.com/" + "x" * 2_000,
]  # fmt: skip
INSIDE = [
    "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/latest", "https://[::ffff:10.0.0.1]/",
    "https://0.0.0.0/", "https://[64:ff9b::a00:1]/", "https://[fd00::1]/",
]  # fmt: skip


def _taken(url: str, *, private_too: bool) -> bool:
    try:
        urls.checked(url, private_too=private_too)
    except Refused as refusal:
        return refusal.field != ("url",) or "user:pass" in refusal.message
    return True


def test_public_ones_alone() -> None:
    """A6: https at its own port, no credentials, and no address of this network: elsewhere than in development."""
    assert [url for url in PUBLIC if not _taken(url, private_too=False)] == []
    assert [url for url in PRIVATE + NEITHER + INSIDE if _taken(url, private_too=False)] == [
        "https://localhost/"
    ], "where a name leads is looked at when a connection is opened"


def test_in_development() -> None:
    """A6: there a receiver may be this machine, at any port, and without TLS."""
    assert [url for url in PUBLIC + PRIVATE + INSIDE if not _taken(url, private_too=True)] == []
    assert [url for url in NEITHER if _taken(url, private_too=True)] == []
