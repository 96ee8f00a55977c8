"""The sockets that a server listens on, opened before anything else: an address that can't be had ends the start."""

import errno
import socket

from domain.settings import ConfigurationError

_WORDS = {
    errno.EADDRINUSE: "is in use: end what listens there, or choose another --port",
    errno.EACCES: "may not be used by this user: choose a --port above 1023",
    errno.EPERM: "may not be used by this user: choose a --port above 1023",
    errno.EADDRNOTAVAIL: "is no address of this machine: correct --host",
}


def listening(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of *host*. Raises ConfigurationError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise ConfigurationError(f"--host {host}: is no address and no name that is known here") from None
    sockets: list[socket.socket] = []
    for family, _, _, _, address in dict.fromkeys(found):
        opened = socket.socket(family, socket.SOCK_STREAM)
        sockets.append(opened)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            opened.bind(address)
            # At once: of two that are bound and don't listen yet, the later would find out while it serves.
            opened.listen()
        except OSError as error:
            for each in sockets:
                each.close()
            words = _WORDS.get(error.errno or 0, f"can't be listened on ({error.strerror})")
            raise ConfigurationError(f"{host}:{port} {words}") from None
    return sockets
