"""A server takes as many connections as the system lets it have sockets for."""

import resource

import pytest
from structlog.testing import capture_logs

from api.serving import _affordable


@pytest.mark.parametrize(
    "soft,hard,expected,raised",
    [
        (1024, 524_288, 1000, 1100),
        (2048, 2048, 1000, None),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, 1000, None),
        (256, resource.RLIM_INFINITY, 1000, 1100),
        (512, 1024, 924, 1024),
        (64, 64, 10, None),
    ],
)
def test_connections_that_can_be_had(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, expected: int, raised: int | None
) -> None:
    """A6, R2: the soft limit is raised to what is needed; where the hard one is lower, it takes fewer and says so."""
    limits = [(soft, hard)]

    def getrlimit(_which: int) -> tuple[int, int]:
        return limits[-1]

    def setrlimit(_which: int, both: tuple[int, int]) -> None:
        limits.append(both)

    monkeypatch.setattr(resource, "getrlimit", getrlimit)
    monkeypatch.setattr(resource, "setrlimit", setrlimit)

    with capture_logs() as lines:
        assert _affordable(1000) == expected

    assert limits[1:] == ([] if raised is None else [(raised, hard)])
    assert [line["event"] for line in lines] == ([] if expected == 1000 else ["server.few_descriptors"])
