"""Every command that README, CONTRIBUTING and docs tell people to type is there, takes what is typed, and runs."""

import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from api import cli
from domain.settings import Settings
from tests.fixtures.workers import run_beside

ROOT = Path(__file__).parent.parent.parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
# Of tools that don't run here: what their files say is checked by tests/deploy.
OF_OTHERS = {
    "git", "docker", "kubectl", "systemctl", "cp", "pg_dump", "createdb", "psql", "curl", "export", "pre-commit", "cd", "chmod",
}  # fmt: skip
# What reads may say that something is wrong, as it is here.
MAY_BE_ONE = {"status", "doctor"}
# These run until they are stopped, and others show them at work; the sandbox is not part of what is shipped.
STAY = {"serve", "worker", "sandbox"}


def _in_consoles() -> Iterator[tuple[str, str]]:
    """Each line that is typed, with its page; several that are joined are several."""
    for page in PAGES:
        for block in re.findall(r"```(?:console|sh)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in re.findall(r"^\s*\$ (.+)$", block, re.MULTILINE):
                for part in line.partition("  #")[0].rstrip("\\ ").split(" && "):
                    yield page.name, part


def _inline() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for command in re.findall(r"`(tradewind [^`]+)`", page.read_text(encoding="utf-8")):
            yield page.name, command


def _words(command: str) -> list[str]:
    """Without the brackets around what may be left out."""
    return shlex.split(re.sub(r"[\[\]\\]", " ", command).replace("|", " "))[1:]


def _known(words: list[str]) -> tuple[set[str], set[str]]:
    """The options of a command, and its commands where it is a group."""
    command = typer.main.get_command(cli.app)
    rest = list(words)
    while rest:
        group = getattr(command, "commands", {})
        if rest[0] not in group:
            break
        name = rest.pop(0)
        command = group[name]
        if command.callback is not None and command.context_settings.get("ignore_unknown_options"):
            module = importlib.import_module(f"api.commands.{name.replace('-', '_')}")
            command = typer.main.get_command(module.app)
    options = {option for parameter in command.params for option in parameter.opts}
    return options | {"--help"}, set(getattr(command, "commands", {}))


@pytest.mark.parametrize(
    "page,command", [*_inline(), *((p, c) for p, c in _in_consoles() if c.startswith("tradewind"))]
)
def test_it_is_there(page: str, command: str) -> None:
    """R6: a command that a page names exists, with the options that it names."""
    words = _words(command)
    assert words, command
    top = typer.main.get_command(cli.app)
    assert words[0] in {*top.commands, "--version"}, f"{page}: there is no tradewind {words[0]}"  # type: ignore[attr-defined]
    options, _ = _known(words)
    named = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert named <= options, f"{page}: {command}"


@pytest.mark.parametrize(
    "page,command", sorted({(p, c) for p, c in _in_consoles() if not c.startswith("tradewind")})
)
def test_others(page: str, command: str) -> None:
    """R6: what is typed is ours, or of a tool that a page names for what it is; the files that it names are there."""
    words = shlex.split(command.replace("<", "").replace(">", ""))
    if words[0] == "python3":
        assert words[1] == "dev", f"{page}: {command}"
        assert words[2] in (ROOT / "dev").read_text(encoding="utf-8"), f"{page}: {command}"
        return
    assert words[0] in OF_OTHERS, f"{page}: {command}"
    made = {"deploy/kubernetes/secret.yaml"}
    for word in words:
        if word.startswith("deploy/") and word not in made:
            assert (ROOT / word).exists(), f"{page}: {command}"


def test_each_runs(settings: Settings, redis_url: str, sqlite_url: str, tmp_path: Path) -> None:
    """R6: those of the consoles run, one after the other, on an installation of their own."""
    here = settings.model_copy(update={"database_url": sqlite_url})
    ran = []
    for page, command in [("README.md", "tradewind migrate"), *_in_consoles()]:
        words = _words(command.replace("/backups", str(tmp_path))) if command.startswith("tradewind") else []
        if not words or words[0] in STAY:
            continue
        done = run_beside(here, redis_url, *words)
        allowed = {0, 1} if words[0] in MAY_BE_ONE else {0}
        assert done.returncode in allowed, f"{page}: {command}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr, f"{page}: {command}\n{done.stderr}"
        ran.append(words[0])
    assert {"migrate", "status", "doctor", "backup", "outbound"} <= set(ran)
