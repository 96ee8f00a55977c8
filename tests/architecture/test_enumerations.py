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
# The promises, each with its id.
BEHAVIOURS = re.findall(
    r"^- \*\*([A-Z]\d+)\*\* ", (ROOT / "docs" / "behaviours.md").read_text(encoding="utf-8"), re.MULTILINE
)
# An id of one of their groups, such as O14.
BEHAVIOUR = re.compile(rf"\b[{''.join({name[0] for name in BEHAVIOURS})}][1-9]\d?\b")


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
    """Every line of docs/behaviours.md is named by the docstring of a test, and every id that a test names has its line."""
    shown: set[str] = set()
    for path in TESTS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
                shown |= set(BEHAVIOUR.findall(ast.get_docstring(node) or ""))

    assert len(BEHAVIOURS) == len(set(BEHAVIOURS))
    assert sorted(set(BEHAVIOURS) - shown) == []
    assert sorted(shown - set(BEHAVIOURS)) == []


def test_code_names_no_other_behaviour() -> None:
    """Every id that code names has a line in docs/behaviours.md."""
    named = {name for path in SHIPPED for name in BEHAVIOUR.findall(path.read_text(encoding="utf-8"))}

    assert sorted(named - set(BEHAVIOURS)) == []
