"""The example of a front end at an origin of its own, as a host of static files would serve its build."""

import functools
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_BUILD = Path(__file__).parents[2] / "examples" / "back-office" / "dist"


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the library
        """Nothing: it would stand between what the demo prints."""


@contextmanager
def serving_back_office(port: int, build: Path = _BUILD) -> Generator[str | None]:
    """Its origin while it is served; None where it wasn't built."""
    if not (build / "index.html").exists():
        yield None
        return
    with ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Files, directory=str(build))) as server:
        thread = threading.Thread(target=server.serve_forever, name="back office")
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
