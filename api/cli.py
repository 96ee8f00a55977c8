"""The command `tradewind`, and its commands.

What a command runs is loaded when it is asked for: a worker needs no GraphQL, a server no migrations.
"""

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from domain.release import VERSION

_ROOT = Path(__file__).parent.parent
# The module that is loaded then reads its arguments itself, a call for help among them.
_HANDED_ON: dict[str, Any] = {
    "add_help_option": False,
    "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True},
}

app = typer.Typer(
    help="Tradewind: a back office on Temu.", add_completion=False, pretty_exceptions_enable=False
)


def _show_version(*, is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"tradewind {VERSION}")
        raise typer.Exit


@app.callback()
def tradewind(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the release.")
    ] = False,
) -> None:
    """Tradewind: a back office on Temu."""


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve GraphQL at /graphql."""
    _load("api.serving").serve(host=host, port=port)


@app.command()
def worker() -> None:
    """Run queued jobs and the schedules."""
    _load("jobs.worker").main(_load_documents)


@app.command(**_HANDED_ON)
def migrate(context: typer.Context) -> None:
    """Bring the database to the tables of this release."""
    _hand_on("migrate", context)


@app.command(**_HANDED_ON)
def keys(context: typer.Context) -> None:
    """API keys: create, list, revoke."""
    _hand_on("keys", context)


@app.command(**_HANDED_ON)
def encryption(context: typer.Context) -> None:
    """Keys that seal access tokens: rotate."""
    _hand_on("encryption", context)


@app.command(**_HANDED_ON)
def status(context: typer.Context) -> None:
    """Show flows, queue, workers, tokens and what needs a person; exit code 1 where something is critical."""
    _hand_on("status", context)


@app.command(**_HANDED_ON)
def doctor(context: typer.Context) -> None:
    """Check settings, database, Redis, clock, keys and the way to Temu; exit code 1 where something is wrong."""
    _hand_on("doctor", context)


@app.command(**_HANDED_ON)
def outbound(context: typer.Context) -> None:
    """Pause, resume or show what changes something at Temu."""
    _hand_on("outbound", context)


@app.command(**_HANDED_ON)
def backup(context: typer.Context) -> None:
    """Copy a SQLite database that is in use to a file."""
    _hand_on("backup", context)


@app.command("restore-check", **_HANDED_ON)
def restore_check(context: typer.Context) -> None:
    """Say what Temu has that a restored database doesn't know."""
    _hand_on("restore_check", context)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8700,
    orders: Annotated[int, typer.Option(help="Orders of its mall.")] = 300,
) -> None:
    """Run a Temu of our own, for trying things out; needs a checkout with tests."""
    _become("tests.sandbox", "--port", str(port), "--orders", str(orders))


def _load_documents(resources: Any) -> Any:
    """What runs the documents of webhooks: all of GraphQL, loaded by a worker that has to run one."""
    return importlib.import_module("api.webhook_documents").WebhookDocuments(resources)


def _hand_on(command: str, context: typer.Context) -> None:
    run = _load(f"api.commands.{command}").app
    status = run(context.args, prog_name=f"tradewind {command.replace('_', '-')}", standalone_mode=False)
    raise typer.Exit(code=status if isinstance(status, int) else 0)


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


def main() -> None:
    """What is wrong with the command itself is one line too."""
    if len(sys.argv) == 1:
        sys.argv.append("--help")
    try:
        status = app(prog_name="tradewind", standalone_mode=False)
    except typer.Abort:
        sys.exit(130)
    except Exception as error:
        # typer has its own copy of click, whose exceptions it doesn't give out; all but Abort have this.
        words = getattr(error, "format_message", None)
        if words is None:
            raise
        message: str = words()
        # A group without a command has shown its help, or has it for a message.
        advice = f"{'' if message.endswith('.') else '.'} See `tradewind --help`.\n"
        sys.stderr.write(message + advice if message and "\n" not in message else message)
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
