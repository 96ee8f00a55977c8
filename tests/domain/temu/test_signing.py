"""Signatures, against literals that `md5sum` computed from strings joined by hand after Temu's guide."""

from typing import Any

import pytest

from domain.temu.signing import sign


@pytest.mark.parametrize(
    "fields,signature",
    [
        (
            # s3cret access_token token app_key app data_type JSON pageNumber 2 pageSize 100 timestamp ... s3cret
            {
                "type": "bg.order.list.v2.get",
                "app_key": "app",
                "access_token": "token",
                "timestamp": "1700000000",
                "data_type": "JSON",
                "version": "V1",
                "pageNumber": 2,
                "pageSize": 100,
            },
            "10C735FA39FF5FD3D63682F2D8F273FE",
        ),
        (
            # s3cretZulu1alphaŁódź 北京list["PO-1","PO-2"]nested{"b":1,"a":[true,null]}s3cret
            {
                "nested": {"b": 1, "a": [True, None]},
                "list": ["PO-1", "PO-2"],
                "alpha": "Łódź 北京",
                "Zulu": "1",
            },
            "A5FB6AB8800585025D0F16BBD1998944",
        ),
        # s3cretquotesay \"hi\" C:\\temps3cret
        ({"quote": 'say "hi" C:\\temp'}, "FECDEB8E8606930DBE5AC17CED546208"),
        # s3cretendsa\s3cret
        ({"ends": 'a"'}, "B844CB5A25FF4F4727968C3FD3151CE5"),
        # s3cretflagtruenumber1.5s3cret
        ({"number": 1.5, "flag": True}, "206D7085DD64F485711118677D5B8E28"),
    ],
    ids=[
        "a call",
        "nested, non-ASCII, capitals first",
        "quotes and backslash",
        "ends with a quote",
        "no texts",
    ],
)
def test_signatures_are_temus(fields: dict[str, Any], signature: str) -> None:
    """O1: a body is signed as Temu's guide and its example compute it, whatever its values are."""
    assert sign(fields, "s3cret") == signature
    assert sign(dict(reversed(fields.items())), "s3cret") == signature


def test_a_signature_does_not_sign_itself() -> None:
    """O1: a field named sign is left out, and another secret gives another signature."""
    fields = {"number": 1.5, "flag": True}

    assert sign({**fields, "sign": "anything"}, "s3cret") == "206D7085DD64F485711118677D5B8E28"
    assert sign(fields, "other") != sign(fields, "s3cret")
