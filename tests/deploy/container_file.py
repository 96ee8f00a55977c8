"""The container file's stages and steps, as plain data."""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Stage:
    """One FROM with what follows it."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def values(self, instruction: str) -> list[str]:
        return [value for each, value in self.steps if each == instruction]


def arguments() -> dict[str, str]:
    """The arguments before the first FROM, with their defaults."""
    found = {}
    for instruction, value in _steps():
        if instruction == "FROM":
            break
        name, _, default = value.partition("=")
        found[name] = default
    return found


def stages() -> list[Stage]:
    found: list[Stage] = []
    for instruction, value in _steps():
        if instruction == "FROM":
            base, _, name = value.partition(" AS ")
            found.append(Stage(base, name))
        elif found:
            found[-1].steps.append((instruction, value))
    return found


def words(value: str) -> list[str]:
    """A command in the form that starts no shell."""
    command: list[str] = json.loads(value)
    return command


def _steps() -> list[tuple[str, str]]:
    content: Any = io.BytesIO((ROOT / "Dockerfile").read_bytes())
    parser = DockerfileParser(fileobj=content)
    return [
        (step["instruction"], step["value"]) for step in parser.structure if step["instruction"] != "COMMENT"
    ]
