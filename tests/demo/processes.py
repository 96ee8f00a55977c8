"""
A whole installation for a while: sandbox, embedded Valkey, SQLite, server and worker, and nothing left afterwards.
"""

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.demo.back_office import serving_back_office
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.server import PATH, SandboxServer

_ROOT = Path(__file__).parent.parent.parent
_PR_SET_PDEATHSIG = 1
_START_SECONDS, _STOP_SECONDS = 30, 30


@dataclass(frozen=True)
class Installation:
    """What runs, and how to reach it."""

    url: str
    key: str
    mall: Mall
    log: Path
    back_office: str | None
    """The address of the example of a front end; None where it wasn't built."""


@contextmanager
def installation(*, port: int, orders: int, calls_per_second: int = 20) -> Generator[Installation]:
    """Start everything, in the order in which a person would; stop it in the reverse order."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tradewind-demo-")))
        sandbox = Sandbox(calls_per_second=calls_per_second)
        mall = sandbox.add_mall(region="US", orders=orders)
        temu = stack.enter_context(SandboxServer(sandbox))
        environment = _environment(folder, sandbox, temu.url)
        environment["TRADEWIND_TEMU_CALLS_PER_SECOND"] = str(calls_per_second)
        log = folder / "log"
        _command(environment, "migrate")
        key = _command(environment, "keys", "create", "--admin", "--name", "demo")
        port = free_port(port)
        back_office = stack.enter_context(serving_back_office(free_port(port + 1)))
        url = f"http://127.0.0.1:{port}"
        environment |= {"TRADEWIND_CORS_ORIGINS": back_office or "", "TRADEWIND_PUBLIC_URL": url}
        stack.enter_context(_process(environment, log, "serve", "--port", str(port)))
        _wait_until_ready(url, log)
        stack.enter_context(_process(environment, log, "worker"))
        yield Installation(url, key, mall, log, back_office)


def _environment(folder: Path, sandbox: Sandbox, temu_url: str) -> dict[str, str]:
    # Nothing of the caller's own settings: a demo must not reach a real mall.
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
    return own | {
        "TRADEWIND_ENV": "development",
        "TRADEWIND_DATA_DIR": str(folder),
        "TRADEWIND_TEMU_APP_KEY": sandbox.app_key,
        "TRADEWIND_TEMU_APP_SECRET": sandbox.app_secret,
        "TRADEWIND_TEMU_URL_US": temu_url,
        "TRADEWIND_TEMU_URL_EU": temu_url,
        "TRADEWIND_TEMU_URL_GLOBAL": temu_url,
        "TRADEWIND_TEMU_URL_PARTNER": temu_url,
        "TRADEWIND_TEMU_SELLER_URL_US": temu_url.removesuffix(PATH),
        "TRADEWIND_LOG_FORMAT": "console",
        "TRADEWIND_SHUTDOWN_DELAY_SECONDS": "0",
    }


def _command(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments],
        cwd=_ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr.strip())
    return done.stdout.strip()


@contextmanager
def _process(environment: dict[str, str], log: Path, *arguments: str) -> Generator[None]:
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", *arguments],
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            # Ctrl-C is for the demo, which then asks each process to stop, in its order.
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - it calls nothing but the kernel
        )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _die_with_parent() -> None:
    """Have the kernel end the process with the demo, however that ends. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_ready(url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/ready", timeout=2, trust_env=False, verify=False).is_success:
                return
        except httpx.TransportError:
            pass  # Not listening yet.
        time.sleep(0.05)
    raise SystemExit("The server does not start:\n" + log.read_text()[-4000:])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port(wished: int = 0) -> int:
    """
    The port that is wished, or one below those that the kernel hands out: one of these could be somebody's connection
    before the server has it.
    """
    port = wished
    while not port or not _is_free(port):
        port = random.randrange(20_000, 32_000)
    return port
