"""What a spreadsheet shows by a number format."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tables.number_formats import show_number, show_text


@pytest.mark.parametrize(
    "number,code,shown",
    [
        (17, "General", "17"),
        (17, "", "17"),
        (17, "@", "17"),
        (17, "0", "17"),
        (17, "00000", "00017"),
        (0, "00000", "00000"),
        (-17, "00000", "-00017"),
        (17, '"A"0', "A17"),
        (17, r"\A0", "A17"),
        (17, '0"-"00', "0-17"),
        (12, "000-000", "000-012"),
        (1234567, "000-000", "1234-567"),
        (17, "?000", " 017"),
        (0, "#", ""),
        (17, ";;;", ""),
        (17, "[Red]0", "17"),
        (17, "[Color 12]0;[Blue]0", "17"),
        (-17, "0;(0)", "(17)"),
        (0, '0;-0;"none" 0', "none 0"),
        (17, "0;@", "17"),
        (17, "0_)", "17 "),
        (17, "[$-409]0", "17"),
        (17, "[$€-407]0", "€17"),
        (17, 'General" pcs"', "17 pcs"),
        (601099512345678, "0.00E+00", "6.01E+14"),
        (601099512345678, "0E+0", "6E+14"),
        # Separators of a reader's country, a column's width, conditions, digits of other scripts.
        (17, "#,##0", None),
        (17, "0.00", None),
        (1700, "0,", None),
        (17, "0%", None),
        (17, "# ?/?", None),
        (17, "_(* 0_)", None),
        (17, "[<100]0;00", None),
        (17, "[$-2000401]0", None),
        (17, "yyyy", None),
        (17, '"x"', None),
        (17, '"A"@', None),
        (17, '"open', None),
        (17, "0General", None),
        (0.17, "0%", None),
        (0.5, "General", None),
    ],
)
def test_numbers(number: float, code: str, shown: str | None) -> None:
    """M6: the characters shown of a number, or that they aren't sure."""
    assert show_number(number, code) == shown


@pytest.mark.parametrize(
    "code,shown",
    [
        ("General", "17"),
        ("00000", "17"),
        ("@", "17"),
        ('"A"@', "A17"),
        ('0;-0;0;"A"@', "A17"),
        ('0;@"x"', "17x"),
        (";;;", ""),
        ("_(@_)", " 17 "),
        ("0;0;0;#", None),
    ],
)
def test_texts(code: str, shown: str | None) -> None:
    """M6: a format shows texts otherwise too."""
    assert show_text("17", code) == shown


@given(st.integers(0, 10**15), st.text('0#?-" A;@.,%E+[]_*\\', max_size=12))
def test_whatever_a_format_says(number: int, code: str) -> None:
    """M6: digits that are shown are those of the number; a format that says anything else is not known."""
    shown = show_number(number, code)
    if shown is not None and "E" not in code and '"' not in code and "\\" not in code and "_" not in code:
        digits = "".join(filter(str.isdigit, shown))
        assert not digits or int(digits) == number


@given(st.integers(-(10**15), 10**15), st.text(max_size=20))
def test_any_format(number: int, code: str) -> None:
    """A6: any format is read or not known."""
    assert isinstance(show_number(number, code), str | None)
    assert isinstance(show_text("x", code), str | None)
