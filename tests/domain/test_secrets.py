"""Sealing: what opens where, and what doesn't."""

import concurrent.futures
import stat
from pathlib import Path

import pytest

from domain.secrets import SecretBox, UnsealError, development_keys
from domain.settings import ConfigurationError

ONE, TWO = bytes(range(32)), bytes(range(1, 33))
PLACE = "access_tokens|sealed|7|ALL"


def test_what_was_sealed_opens_in_its_place() -> None:
    """C2: a secret opens again, sealed twice it is two texts, and it is not to be seen in either."""
    box = SecretBox({"k1": ONE})
    first, second = (box.seal("tökén-1234", place=PLACE) for _ in range(2))

    assert box.open(first, place=PLACE) == box.open(second, place=PLACE) == "tökén-1234"
    assert first != second
    assert first.startswith("v1.k1.")
    assert "1234" not in repr(box)


@pytest.mark.parametrize("place", ["access_tokens|sealed|8|ALL", "access_tokens|sealed|7|ORDERS", ""])
def test_it_opens_nowhere_else(place: str) -> None:
    """C2: a token sealed for one row can't be opened in another company's, or for another purpose."""
    box = SecretBox({"k1": ONE})

    with pytest.raises(UnsealError):
        box.open(box.seal("secret", place=PLACE), place=place)


def test_nothing_may_be_changed() -> None:
    """C2: whichever character of a sealed secret is changed, left out or added, it doesn't open."""
    box = SecretBox({"k1": ONE})
    sealed = box.seal("secret", place=PLACE)
    changed = {sealed[:i] + other + sealed[i + 1 :] for i in range(len(sealed)) for other in "A1-!\n.é"}
    changed |= {sealed[:i] + sealed[i + 1 :] for i in range(len(sealed))} | {
        sealed + "=",
        sealed + "\n",
        "",
        "v1.k1.",
    }

    for text in changed - {sealed}:
        with pytest.raises(UnsealError) as error:
            box.open(text, place=PLACE)
        assert "TRADEWIND_ENCRYPTION_KEYS" in str(error.value)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 12, 20, -1])
def test_a_damaged_file_says_so(length: int) -> None:
    """C2: what is left of a sealed file, however little, is one that can't be opened."""
    box = SecretBox({"k1": ONE})
    sealed, content = box.seal_file(b"a label", place="files|content")
    with pytest.raises(UnsealError):
        box.open_file(sealed, content[:length], place="files|content")


def test_files() -> None:
    """A6, O2: a sealed file shows nothing of itself, opens in its place alone and with the key that it was given, and only whole."""
    box, place = SecretBox({"k1": ONE}), "shipping_label_files|content|7"
    (key, hidden), (other, _) = (box.seal_file(b"%PDF Ada Lovelace", place=place) for _ in range(2))

    assert box.open_file(key, hidden, place=place) == b"%PDF Ada Lovelace"
    assert b"Lovelace" not in hidden
    elsewhere = "shipping_label_files|content|8"
    moved = box.seal(box.open(key, place=place), place=elsewhere)
    for sealed, content, at in (
        (key, hidden, elsewhere),
        (moved, hidden, elsewhere),
        (other, hidden, place),
        (key, hidden[:-1], place),
        (key, hidden[:20] + bytes([hidden[20] ^ 1]) + hidden[21:], place),
    ):
        with pytest.raises(UnsealError):
            box.open_file(sealed, content, place=at)


def test_rotation() -> None:
    """C2: a new key in front seals, the old one behind it still opens; once that is gone, what it sealed is closed."""
    old = SecretBox({"k1": ONE}).seal("secret", place=PLACE)
    both = SecretBox({"k2": TWO, "k1": ONE})

    new = both.seal("secret", place=PLACE)

    assert both.open(old, place=PLACE) == both.open(new, place=PLACE) == "secret"
    assert new.startswith("v1.k2.")
    with pytest.raises(UnsealError):
        SecretBox({"k2": TWO}).open(old, place=PLACE)
    with pytest.raises(UnsealError):
        SecretBox({"k1": TWO}).open(old, place=PLACE)


def test_a_key_of_this_machine(tmp_path: Path) -> None:
    """R1: development makes one key, the same for all who start at once and later, which its owner alone can read."""
    folder = tmp_path / "new" / "var"
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(development_keys, [folder] * 64))

    assert len({key["dev"] for key in keys}) == 1
    assert len(keys[0]["dev"]) == 32
    assert [path.name for path in folder.iterdir()] == ["development.key"]
    assert stat.S_IMODE((folder / "development.key").stat().st_mode) == 0o600


def test_half_a_key(tmp_path: Path) -> None:
    """R1: a key file that holds no key says which, and is not used."""
    (tmp_path / "development.key").write_bytes(b"short")

    with pytest.raises(ConfigurationError, match=r"development\.key is no key"):
        development_keys(tmp_path)
