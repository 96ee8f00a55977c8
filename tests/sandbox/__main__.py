"""The sandbox as a program: malls to import from, and addresses under /control to change them.

It ends on SIGINT or SIGTERM.
"""

import argparse
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from tests.sandbox.mall import Sandbox
from tests.sandbox.model import REGIONS
from tests.sandbox.server import SandboxServer


def main() -> int:
    arguments = _arguments()
    sandbox = Sandbox(calls_per_second=arguments.calls_per_second, ledger_file=arguments.ledger)
    for region in arguments.region or ["US"]:
        sandbox.add_mall(region, orders=arguments.orders, seed=arguments.seed)
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    server = SandboxServer(sandbox, host=arguments.host, port=arguments.port)
    try:
        server.start()
    except OSError as error:
        # Mostly a port that is taken.
        sys.stderr.write(f"the sandbox can't listen on {arguments.host}:{arguments.port}: {error}\n")
        return 1
    try:
        _introduce(sandbox, server)
        ended.wait()
    finally:
        server.stop()
    return 0


def _introduce(sandbox: Sandbox, server: SandboxServer) -> None:
    _say(f"router {server.url}")
    _say(f"app_key {sandbox.app_key}")
    _say(f"app_secret {sandbox.app_secret}")
    for mall in sandbox.malls:
        _say(f"mall {mall.mall_id} region {mall.region} token {mall.token}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox", description="A strict Temu of our own.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8700, help="0 is any that is free")
    parser.add_argument("--orders", type=int, default=300, help="parent orders of each mall")
    parser.add_argument("--seed", type=int, default=7, help="the same one gives the same malls")
    parser.add_argument(
        "--region", action="append", choices=tuple(REGIONS), help="of a mall; again for a further mall"
    )
    parser.add_argument(
        "--calls-per-second", type=float, default=None, help="20 is Temu's; no limit by default"
    )
    parser.add_argument(
        "--ledger", type=Path, default=None, help="a file that gets a line of JSON for each call"
    )
    return parser.parse_args()


def _say(line: str) -> None:
    # Whoever started it reads this through a pipe, and waits for it.
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
