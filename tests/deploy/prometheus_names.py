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
_OPERATOR = re.compile(r"\s(?:/|or|-)\s")
_SHOWN = re.compile(r"\{\{(\w+)\}\}")


def rules() -> list[dict[str, Any]]:
    """The alerts."""
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    """The panels of the dashboard that show something."""
    return [panel for panel in json.loads(DASHBOARD.read_text())["panels"] if panel["type"] != "row"]


def used() -> Mapping[str, set[str]]:
    """Each metric that is named, with its labels: those it is matched by, and those that its operand groups by or shows."""
    found: dict[str, set[str]] = {}
    for expression, legend in _expressions():
        shown = set(_SHOWN.findall(legend))
        for operand in _OPERATOR.split(expression):
            grouped = {label.strip() for labels in _GROUPED.findall(operand) for label in labels.split(",")}
            for name, matchers in _METRIC.findall(operand):
                found.setdefault(name, set()).update(_MATCHED.findall(matchers), grouped, shown)
            shown = set()  # A legend has the labels of the first.
    return found


def _expressions() -> Iterator[tuple[str, str]]:
    for rule in rules():
        yield rule["expr"], ""
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"], target["legendFormat"]
