"""What operators load into Prometheus and Grafana. That each metric it names exists, tests/journeys/test_metrics.py shows."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deploy.prometheus_names import DEPLOY, panels, rules

PROMTOOL = shutil.which("promtool")
OPERATIONS = DEPLOY.parent / "docs" / "operations.md"
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed")


def _promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    assert PROMTOOL is not None
    return subprocess.run(
        [PROMTOOL, *arguments], cwd=DEPLOY / "prometheus", check=False, capture_output=True, text=True
    )


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_alert_says_what_to_do() -> None:
    """A7: each alert has its severity, a sentence, and a part of the operations page."""
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule["alert"]
        page, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (page, bool(anchor), bool(rule["annotations"]["summary"])) == (
            "docs/operations.md",
            True,
            True,
        )


@pytest.mark.skipif(not OPERATIONS.exists(), reason="the operations page is not written yet")
def test_every_runbook_is_there() -> None:
    """A7: the part of the operations page that an alert names exists."""
    named = {rule["annotations"]["runbook"].partition("#")[2] for rule in rules()}

    assert named - _anchors(OPERATIONS) == set()


def test_every_alert_fires_in_a_test() -> None:
    """A7: the rules' own tests have each alert fire."""
    tests = yaml.safe_load((DEPLOY / "prometheus" / "alerts.test.yaml").read_text())["tests"]
    fired = {
        name
        for test in tests
        for expected in test["promql_expr_test"]
        for sample in expected["exp_samples"]
        for name in re.findall(r'alertname="(\w+)"', sample["labels"])
    }

    assert fired == {rule["alert"] for rule in rules()}


@needs_promtool
@pytest.mark.parametrize(
    "arguments",
    ["check rules alerts.yaml", "check config prometheus.yaml", "test rules alerts.test.yaml"],
)
def test_promtool_agrees(arguments: str) -> None:
    """A7: Prometheus takes the rules and the example, and each alert fires when it should and not before."""
    done = _promtool(*arguments.split())

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_can_be_imported() -> None:
    """A7: panels have their own numbers and places, and ask the Prometheus that is chosen on import."""
    shown = panels()

    assert len({panel["id"] for panel in shown}) == len(shown)
    for panel in shown:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for other in shown:
            theirs = other["gridPos"]
            is_apart = (
                place["x"] + place["w"] <= theirs["x"]
                or theirs["x"] + theirs["w"] <= place["x"]
                or place["y"] + place["h"] <= theirs["y"]
                or theirs["y"] + theirs["h"] <= place["y"]
            )
            assert other is panel or is_apart, (panel["title"], other["title"])
