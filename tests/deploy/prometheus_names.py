"""Which metrics the alerts and the dashboard name, with the labels that they use of each."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yaml"
DASHBOARD = DEPLOY / "grafana" / "tradewind.json"

_METRIC = re.compile(r"\b(tradewind_\w+|process_\w+)(?:\{([^}]*)\})?")
_MATCHED = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
_GROUPED = re.compile(r"\bby\s*\(([^)]*)\)")
_SHOWN = re.compile(r"\{\{(\w+)\}\}")


def rules() -> list[dict[str, Any]]:
    """The alerts."""
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """The panels of the dashboard that show something."""
    return [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]


def used() -> Mapping[str, set[str]]:
    """Each metric that is named, with its labels: those it is matched by, and those that the expression groups by or shows."""
    found: dict[str, set[str]] = {}
    for expression, legend in _expressions():
        grouped = {label.strip() for labels in _GROUPED.findall(expression) for label in labels.split(",")}
        for name, matchers in _METRIC.findall(expression):
            # `le` is the label of a histogram's buckets alone.
            of_all = (grouped | set(_SHOWN.findall(legend))) - (
                {"le"} if not name.endswith("_bucket") else set()
            )
            found.setdefault(name, set()).update(_MATCHED.findall(matchers), of_all)
    return found


def _expressions() -> Iterator[tuple[str, str]]:
    for rule in rules():
        yield rule["expr"], ""
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"], target["legendFormat"]
