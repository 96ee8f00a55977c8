"""Every metric that the code declares."""

from prometheus_client.metrics import MetricWrapperBase

from domain import metrics
from domain.metrics import Figure


def declared_metrics() -> dict[str, tuple[str, tuple[str, ...], str]]:
    """Each metric with its kind, labels and help."""
    found: dict[str, tuple[str, tuple[str, ...], str]] = {}
    for each in vars(metrics).values():
        if isinstance(each, Figure):
            found[each.name] = ("gauge", each.labels, each.help)
        elif isinstance(each, MetricWrapperBase):
            family = next(iter(each.describe()))
            name = f"{family.name}_total" if family.type == "counter" else family.name
            found[name] = (family.type, tuple(each._labelnames), family.documentation)
    return found
