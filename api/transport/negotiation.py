"""Which of the forms in which GraphQL is answered a client would like, from its Accept header."""

from dataclasses import dataclass
from functools import lru_cache

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"
HTML = "text/html"


@dataclass(frozen=True, slots=True)
class AcceptedTypes:
    """The forms that a client takes."""

    json: str | None
    """The type for a single answer; None where it takes none."""
    events: bool
    """Whether it takes a stream of events."""
    prefers_html: bool
    """Whether it would rather have a page, as browsers do."""


@lru_cache(maxsize=64)
def accepted(header: str) -> AcceptedTypes:
    """The newer type is chosen where it is named; who takes anything gets plain JSON, which every client knows.

    A header that can't be read is as good as none.
    """
    ranges = dict(_range(each) for each in header.split(",") if each.strip()) or {"*/*": 1.0}
    graphql, json = _quality(ranges, GRAPHQL), _quality(ranges, JSON)
    newer = graphql > json or (graphql > 0 and graphql == json and GRAPHQL in ranges)
    return AcceptedTypes(
        json=GRAPHQL if newer else JSON if json > 0 else None,
        events=_quality(ranges, EVENTS) > 0,
        prefers_html=_quality(ranges, HTML) > max(graphql, json, _quality(ranges, EVENTS)),
    )


def _range(given: str) -> tuple[str, float]:
    media_type, *parameters = given.split(";")
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = min(1.0, max(0.0, float(value)))
            except ValueError:
                quality = 1.0
    return media_type.strip().lower(), quality


def _quality(ranges: dict[str, float], media_type: str) -> float:
    """The most particular range that fits decides, so that one type can be taken out of a wider one."""
    for each in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        if each in ranges:
            return ranges[each]
    return 0.0
