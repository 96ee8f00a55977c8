"""What Temu says of tracking numbers that it accepts, stored with their packages (T12). Pure."""

from collections.abc import Collection, Mapping, Sequence


def assigned(warnings: Sequence[str], numbers: Mapping[int, Collection[str]]) -> dict[int, list[str]]:
    """Warnings by package, whose tracking keys *numbers* gives: one that names a number goes to its package, others to
    all, as Temu's list says nothing else of what they are about [A].
    """
    found: dict[int, list[str]] = {package: [] for package in numbers}
    for warning in dict.fromkeys(warnings):
        words = "".join(warning.split()).upper()
        named = [package for package, keys in numbers.items() if any(key in words for key in keys)]
        for package in named or numbers:
            found[package].append(warning)
    return found
