"""
What operations and their variables are remembered by.
"""

from typing import Any

from graphql import parse

from api.forms import PerForm


def test_forms() -> None:
    """A8: only what makes another statement makes another form, and what is as long as what was sent has none."""
    operation: Any
    (operation,) = parse("query($v: String) { companies { totalCount } }").definitions
    forms: PerForm[object] = PerForm(10)

    def made(first: Any, second: Any) -> int:
        """How often something is made for two values of a variable."""
        one, other = (
            forms.known(operation, {"v": each}) or forms.keep(operation, {"v": each}, value=object())
            for each in (first, second)
        )
        return 1 if one is other else 2

    same = [
        ("a", "b"),
        (2000, 3000),
        (["a"] * 200, ["b"] * 200),
        ({"s": "a"}, {"s": "b"}),
        ({"s": ["a"]}, {"s": ["b"]}),
    ]
    differing = [(1, 2), (True, False), (None, "a"), ({"s": "a"}, {"t": "a"}), ({"s": True}, {"s": False}),
             ({"s": ["a"]}, {"s": ["a", "b"]}), ({}, {"s": None})]  # fmt: skip
    unkept = [{"s": {"t": "a"}}, [["a"]], {"s" * 65: 1}, {f"s{i}": 1 for i in range(65)}]
    assert [made(*pair) for pair in same] == [1] * len(same)
    assert [made(*pair) for pair in differing] == [2] * len(differing)
    assert [made(value, value) for value in unkept] == [2] * len(unkept)
