"""The command `tradewind`: serve, worker, migrate, keys, sandbox.

What a command runs is loaded when it is asked for: a worker needs no GraphQL, a server no migrations.
"""

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

_ROOT = Path(__file__).parent.parent
# The module that is loaded then reads its arguments itself, a call for help among them.
_HANDED_ON: dict[str, Any] = {
    "add_help_option": False,
    "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True},
}

app = typer.Typer(
    help="Tradewind: a back office on Temu.", no_args_is_help=True, pretty_exceptions_enable=False
)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve GraphQL at /graphql."""
    _load("api.app").serve(host=host, port=port)


@app.command()
def worker() -> None:
    """Run queued jobs and the schedules."""
    _load("jobs.worker").main()


@app.command(**_HANDED_ON)
def migrate(context: typer.Context) -> None:
    """Bring the database to the tables of this release."""
    _load("api.commands.migrate").app(context.args, prog_name="tradewind migrate")


@app.command(**_HANDED_ON)
def keys(context: typer.Context) -> None:
    """API keys: create, list, revoke."""
    _load("api.commands.keys").app(context.args, prog_name="tradewind keys")


@app.command(**_HANDED_ON)
def outbound(context: typer.Context) -> None:
    """Pause, resume or show what changes something at Temu."""
    _load("api.commands.outbound").app(context.args, prog_name="tradewind outbound")


@app.command(**_HANDED_ON)
def backup(context: typer.Context) -> None:
    """Copy a SQLite database that is in use to a file."""
    _load("api.commands.backup").app(context.args, prog_name="tradewind backup")


@app.command("restore-check", **_HANDED_ON)
def restore_check(context: typer.Context) -> None:
    """Say what Temu has that a restored database doesn't know."""
    _load("api.commands.restore_check").app(context.args, prog_name="tradewind restore-check")


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8700,
    orders: Annotated[int, typer.Option(help="Orders of its mall.")] = 300,
) -> None:
    """Run a Temu of our own, for trying things out; needs a checkout with tests."""
    _become("tests.sandbox", "--port", str(port), "--orders", str(orders))


def _load(module: str) -> Any:
    """A module of this checkout with all that it imports, which lives as long as the process: looking through it for
    garbage takes a sixth of the time to start, and some of each later search, if nobody says so.
    """
    gc.disable()
    loaded = importlib.import_module(module)
    gc.freeze()
    gc.enable()
    return loaded


def _become(module: str, *arguments: str) -> NoReturn:
    """Run another module of this checkout in place of this process, whatever folder we are in: one that is started from
    a folder with a `tests` of its own must not run that.
    """
    environment = os.environ | {"PYTHONPATH": str(_ROOT)}
    os.execve(sys.executable, [sys.executable, "-P", "-m", module, *arguments], environment)  # noqa: S606 - ourselves


if __name__ == "__main__":
    app(prog_name="tradewind")
