"""What types can't say, counted out: each job, setting and file has what it needs."""

import ast
import importlib.metadata
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import api
import domain
import jobs
from domain.models import JobType
from domain.queued_jobs.arguments import ARGUMENTS_OF
from domain.settings import Settings

ROOT = Path(__file__).parent.parent.parent
SHIPPED = [path for name in ("api", "domain", "jobs") for path in (ROOT / name).rglob("*.py")]
TESTS = list((ROOT / "tests").rglob("*.py"))
LONGEST = 400
# The lines of behaviour that are built, each with the tests that show it.
BUILT = [
    "O1",
    "O2",
    "O3",
    "O4",
    "O5",
    "O6",
    "O8",
    "O9",
    "O10",
    "O11",
    "O12",
    "O14",
    "O16",
    "O17",
    "O18",
    "O19",
    "O20",
    "O21",
    "C1",
    "C2",
    "C3",
    "C4",
    "C5",
    "C6",
    "C7",
    "C8",
    "C9",
    "C10",
    "C12",
    "C13",
    "C14",
    "M1",
    "M2",
    "M3",
    "M4",
    "M5",
    "M6",
    "I1",
    "I2",
    "I3",
    "I4",
    "I5",
    "I6",
    "I7",
    "I8",
    "I9",
    "I10",
    "J1",
    "J2",
    "J3",
    "J4",
    "J5",
    "J6",
    "J7",
    "J8",
    "J9",
    "A1",
    "A2",
    "A3",
    "A4",
    "A5",
    "A6",
    "A8",
    "A9",
    "R1",
    "R2",
    "R3",
    "R4",
    "R5",
    "R6",
    "C11",
    "T1",
    "T2",
    "T3",
    "T4",
    "T5",
    "T6",
    "T7",
    "T8",
    "T9",
    "T10",
    "T11",
    "T12",
    "T13",
    "O7",
    "O13",
    "O15",
]


@pytest.mark.parametrize("job_type", JobType)
def test_every_job_type_is_whole(job_type: JobType) -> None:
    """Every type of job has typed arguments, which handlers.py must know by its types, and a line in the documentation."""
    assert job_type in ARGUMENTS_OF
    assert f"| `{job_type.value}` |" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    """R6: docs/settings.md lists every setting, and none that is gone."""
    documented = set(
        re.findall(r"^\| `(TRADEWIND_\w+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)
    )

    assert documented == {f"TRADEWIND_{name.upper()}" for name in Settings.model_fields}


def test_nobody_else_has_our_names() -> None:
    """No installed package could be imported in place of ours, and ours are the ones in this folder."""
    installed = importlib.metadata.packages_distributions()

    assert {"api", "domain", "jobs", "migrations", "tests"} & set(installed) == set()
    for package in (api, domain, jobs):
        assert package.__file__ is not None
        assert Path(package.__file__).is_relative_to(ROOT)


def test_multipart_is_not_installed() -> None:
    """A6: files come in as raw bodies, so nothing here parses multipart."""
    assert "multipart" not in importlib.metadata.packages_distributions()


def test_what_is_installed_is_no_older_than_what_is_asked_for() -> None:
    """Every requirement of pyproject.toml, whose floors are above known faults, is met by what is installed."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
    for name, version in locked.items():
        requirement = Requirement(f"{name}=={version}")
        try:
            present = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            continue  # For another platform.
        assert requirement.specifier.contains(present), requirement


def test_files_stay_short() -> None:
    """No file of ours is longer than 400 lines."""
    assert [
        f"{path.relative_to(ROOT)}: {count}"
        for path in SHIPPED
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    ] == []


def test_every_file_says_what_it_is() -> None:
    """Every module that holds anything begins with a docstring."""
    assert [
        str(path.relative_to(ROOT))
        for path in SHIPPED
        if (text := path.read_text(encoding="utf-8")).strip() and ast.get_docstring(ast.parse(text)) is None
    ] == []


def test_every_behaviour_is_shown() -> None:
    """Every line of behaviour that is built is named by the docstring of a test."""
    told: set[str] = set()
    for path in TESTS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
                told |= set(re.findall(r"\b[A-Z]\d{1,2}\b", ast.get_docstring(node) or ""))

    assert [line for line in BUILT if line not in told] == []
