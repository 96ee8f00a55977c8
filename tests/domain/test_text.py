"""What text a caller may give."""

import pytest

from domain import text
from domain.errors import Invalid, Refused, Required

FIELD = ("products", "3", "sku")


@pytest.mark.parametrize(
    "given,kept",
    [(" A ", "A"), ("a b", "a b"), ("x" * 10, "x" * 10), ("Größe 💡", "Größe 💡"), ("\u00a0é\u3000", "é"),
     ("👩\u200d💻", "👩\u200d💻")],
)  # fmt: skip
def test_a_line(given: str, kept: str) -> None:
    """A8: a line is kept without the spaces around it, whatever the language."""
    assert text.line(given, field=FIELD, at_most=10) == kept


@pytest.mark.parametrize(
    "given,kind",
    [
        *[(blank, Required) for blank in ("", " ", "\n\t", "\u00a0", "\u200b", "\u2028", "\u200e\u2060 \ufeff")],
        *[(bad, Invalid) for bad in ("x" * 11, "a\0b", "a\nb", "a\tb", "a\x7fb", "a\x85b", "a\u2028b", "a\u2029b", "\ud800")],
    ],
)  # fmt: skip
def test_what_is_no_line(given: str, kind: type[Refused]) -> None:
    """A8: text that shows nothing is REQUIRED, text that is too long or holds control characters is INVALID."""
    with pytest.raises(kind) as refusal:
        text.line(given, field=FIELD, at_most=10)

    assert refusal.value.field == FIELD
    assert refusal.value.message.startswith("sku must ")
    assert given.strip() == "" or given not in refusal.value.message


def test_paragraphs() -> None:
    """A8: a note may have lines and tabs, and no other control character."""
    assert text.paragraphs(" a\r\n\tb\u2028c ", field=("body",), at_most=20) == "a\r\n\tb\u2028c"
    with pytest.raises(Invalid):
        text.paragraphs("a\x1bb", field=("body",), at_most=20)


@pytest.mark.parametrize(
    "given", ["6.01E+14", "601.0", "-1", "+1", "0", "0601", "\uff16\uff10\uff11", "1 2", "1_0", "x", "1" * 33]
)
def test_what_is_no_id_of_temus(given: str) -> None:
    """M1: an id of Temu's is digits as Temu shows them: nothing that a spreadsheet made of it."""
    with pytest.raises(Invalid):
        text.digits(given, field=("websiteProductId",))


def test_an_id_of_temus() -> None:
    """M1: a long number is kept digit by digit."""
    assert text.digits(" 60109951234567890123 ", field=("x",)) == "60109951234567890123"


def test_what_can_be_stored() -> None:
    """A2: text with NUL or half a surrogate pair can equal nothing that is stored."""
    assert [text.is_storable(each) for each in ("", "a\n💡", "\0", "a\udfff")] == [True, True, False, False]
