"""Metrics: what is declared, and what is documented."""

import re
from pathlib import Path

from domain.errors import CredentialsRefused, Refused, Unavailable
from domain.metrics import BoundedNames
from domain.temu import call_metrics, errors
from tests.domain.declared_metrics import declared_metrics

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "metrics.md"
_ROW = re.compile(r"^\| `(tradewind_\w+)` \| (\w+) \| (.*?) \| (.+) \|$", re.MULTILINE)


def test_every_metric_is_documented() -> None:
    """A7: docs/metrics.md lists every metric as the code has it, and none that is gone."""
    documented = {
        name: (kind, tuple(re.findall(r"`(\w+)`", labels)), text)
        for name, kind, labels, text in _ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    }

    assert documented == declared_metrics()


def test_names_follow_prometheus() -> None:
    """A7: names begin with ours; counters end with _total and nothing else does; what is measured names its unit."""
    for name, (kind, _, text) in declared_metrics().items():
        assert re.fullmatch(r"tradewind_[a-z_]+", name)
        assert name.endswith("_total") == (kind == "counter")
        assert name.endswith("_seconds") or kind != "histogram"
        assert text.endswith(".")


def test_names_are_bounded() -> None:
    """A7: of the names that clients make up, so many are told apart; the rest counts as one."""
    names = BoundedNames(2)

    assert [names.of(name) for name in ("a", "b", "c", "a", None, "d" * 200)] == [
        "a",
        "b",
        "other",
        "a",
        "anonymous",
        "other",
    ]


def test_a_long_name_is_never_told() -> None:
    """A7: what is too long for a name isn't kept as one."""
    assert BoundedNames(2).of("x" * 101) == "other"


def test_every_error_of_temu_has_an_outcome() -> None:
    """A7: whatever a call to Temu ends with counts as an outcome of its own kind."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, Unavailable | CredentialsRefused | Refused)
    ]
    own = [kind for kind in kinds if kind.__module__ == errors.__name__]

    assert own
    for kind in own:
        assert any(issubclass(kind, known) for known in call_metrics._OUTCOMES), kind
