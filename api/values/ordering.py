"""In which order a list can be asked for."""

from typing import Any

from api.values import enums
from api.values.described import described_input, optional, required


def _direction() -> Any:
    return optional("Which end comes first.", enums.OrderDirection.ASC)


@described_input
class OrderOrder:
    """How orders are sorted."""

    field: enums.OrderOrderField = required("By what.")
    direction: enums.OrderDirection = _direction()
