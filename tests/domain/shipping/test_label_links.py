"""Links to sheets of labels: which are none."""

from datetime import timedelta

import pytest

from domain.errors import NotFound
from domain.exports import links
from domain.secrets import SecretBox
from domain.shipping.bought_labels.printing import LASTS, open_link
from tests.factories import NOW

_BOX = SecretBox({"k1": bytes(range(32))})
_PLACE = "shipping_labels|link"
_CONTENT = f"1,2|{int((NOW + LASTS).timestamp())}|7,8"


def test_a_link_is_good_for_ten_minutes() -> None:
    """A5, A6: until then it opens what it was made for, and from then on nothing."""
    token = _BOX.seal(_CONTENT, place=_PLACE)
    assert open_link(_BOX, token, now=NOW + LASTS - timedelta(seconds=1)) == ([1, 2], [7, 8])
    with pytest.raises(NotFound):
        open_link(_BOX, token, now=NOW + LASTS)


def test_what_nobody_was_given() -> None:
    """A5, A6: made by hand, by another key, for something else, or changed on the way, it opens nothing."""
    token = _BOX.seal(_CONTENT, place=_PLACE)
    of_an_export = links.link_to(_BOX, job_id=1, company_id=1, expires_at=NOW + LASTS, now=NOW).url
    for forged in (
        _CONTENT,
        "",
        token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:],
        SecretBox({"k1": bytes(range(1, 33))}).seal(_CONTENT, place=_PLACE),
        _BOX.seal(_CONTENT, place="exports|link"),
        of_an_export.partition("token=")[2],
    ):
        with pytest.raises(NotFound):
            open_link(_BOX, forged, now=NOW)
