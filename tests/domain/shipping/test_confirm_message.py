"""Which package a warning is about."""

from domain.shipping.confirm_message import warnings_by_package

NUMBERS = {1: {"TRACK1", "BOX1"}, 2: {"TRACK2"}}


def test_a_warning_that_names_a_number() -> None:
    """T12: a warning goes to the package whose number, or that of a further box, it names."""
    assert warnings_by_package(["track 1 looks wrong", "BOX1?", "box1 and TRACK2"], NUMBERS) == {
        1: ["track 1 looks wrong", "BOX1?", "box1 and TRACK2"],
        2: ["box1 and TRACK2"],
    }


def test_a_warning_that_names_none() -> None:
    """T12: a warning that names no number goes to every package, and each once."""
    assert warnings_by_package(["Looks wrong.", "Looks wrong."], NUMBERS) == {
        1: ["Looks wrong."],
        2: ["Looks wrong."],
    }
