"""
The sandbox as a program: a mall to import from, and addresses under /control to change it.

It ends on SIGINT or SIGTERM.
"""

import argparse
import signal
import threading
from types import FrameType

from tests.sandbox.mall import Sandbox
from tests.sandbox.server import SandboxServer


def main() -> None:
    arguments = _arguments()
    sandbox = Sandbox(calls_per_second=arguments.calls_per_second)
    sandbox.add_mall(orders=arguments.orders, seed=arguments.seed)
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    with SandboxServer(sandbox, host=arguments.host, port=arguments.port, has_control=True) as server:
        _say(f"router {server.url}")
        _say(f"app_key {sandbox.app_key}")
        _say(f"app_secret {sandbox.app_secret}")
        for mall in sandbox.malls:
            _say(f"mall {mall.mall_id} region {mall.region} token {mall.token}")
        ended.wait()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox", description="A strict Temu of our own.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--calls-per-second", type=float, default=None)
    return parser.parse_args()


def _say(line: str) -> None:
    # Whoever started it reads this through a pipe, and waits for it.
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
