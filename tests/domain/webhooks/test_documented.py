"""What docs/webhooks.md tells writers of receivers to do."""

import re
from pathlib import Path
from typing import Any

import pytest

from api.documents import check
from api.schema.build import build
from domain import clock
from domain.models import ChangeType, WebhookEventType
from domain.webhooks import signing

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


def test_the_way_to_verify() -> None:
    """A1: what the page says by the standard library takes what was signed by either secret, and nothing that was changed."""
    (code,) = [text for kind, text in BLOCKS if kind == "python" and "def verify" in text]
    found: dict[str, Any] = {}
    exec(code, found)
    secrets, body, now = [signing.new_secret() for _ in range(3)], '{"a": "\u00fc"}', clock.now()
    identity = signing.new_message_id()
    headers = signing.headers(identity, at=now)
    headers["webhook-signature"] = signing.signature(identity, body, at=now, with_secrets=secrets[:2])

    for secret in secrets[:2]:
        found["verify"](secret, headers, body.encode())
    old = str(int(now.timestamp()) - 301)
    wrongs = [
        (secrets[2], headers, body), (secrets[0], headers, body + " "), (secrets[0], headers | {"webhook-id": "msg_1"}, body),
        (secrets[0], headers | {"webhook-timestamp": old}, body), (secrets[0], headers | {"webhook-signature": "v1,"}, body),
    ]  # fmt: skip
    for secret, sent, came in wrongs:
        with pytest.raises(ValueError, match=r"old|signed"):
            found["verify"](secret, sent, came.encode())


def test_the_document() -> None:
    """A1: the page's own document may be kept."""
    (document,) = [text for kind, text in BLOCKS if kind == "graphql" and "$id" in text]
    assert check.problems(build()._schema, document) == []


def test_what_can_be_told_is_logged() -> None:
    """A1: each type of event but the test is one of the log of changes; only the first steps of jobs are told of to nobody."""
    told = {each.name for each in WebhookEventType} - {"PING"}
    assert {each.name for each in ChangeType} - told == {"JOB_CREATED", "JOB_UPDATED"}
    assert told <= {each.name for each in ChangeType}
