"""What search takes for the same."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.folding import fold

# Folds away as an accent, while case folding alone would make a letter of it.
_IOTA_BELOW = "\u0345"


@pytest.mark.parametrize(
    "texts",
    [
        ("SØREN", "søren", "Søren", "soren", "SOREN"),
        ("núñez", "NUNEZ", "Nuñez", "NÚÑEZ", unicodedata.normalize("NFD", "Núñez")),
        ("Straße", "STRASSE", "STRAẞE", "strasse"),
        ("Łukasz", "łukasz", "LUKASZ"),
        ("Đorđe", "djordje".replace("dj", "d"), "ĐORĐE"),
        ("İstanbul", "ISTANBUL", "ıstanbul", "istanbul"),
        ("Cœur", "CŒUR", "coeur"),
        ("Æther", "aether"),
        ("Ｓｈｉｎｊｕｋｕ１", "shinjuku1"),
        ("Ольга", "ОЛЬГА", "ольга"),
        ("Йод", "йод", unicodedata.normalize("NFD", "ЙОД")),
        ("Οδυσσεύς", "ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
        ("ᾳ", "ΑΙ".replace("Ι", ""), "α"),
        ("O’Neil", "o'neil", "O‘NEIL"),
        ("Jean–Luc", "jean-luc", "Jean‐Luc"),
        ("Þór", "thor"),
        ("ｶﾞｽ", "ガス"),
        ("\u200eAda\u200b", "ada"),
        ("ﬁne", "FINE"),
    ],
    ids=lambda texts: texts[0],
)
def test_the_same(texts: tuple[str, ...]) -> None:
    """O2: case, accents, width and the form of composition make no difference."""
    assert len({fold(text) for text in texts}) == 1


@pytest.mark.parametrize(
    "one,other",
    [
        ("東京", "京都"),
        ("か", "が"),
        ("は", "ぱ"),
        ("하", "한"),
        ("กิน", "กน"),
        ("हिन्दी", "हन्द"),
        ("o", "u"),
        ("PO-211-1", "PO-211-2"),
    ],
)
def test_not_the_same(one: str, other: str) -> None:
    """O2: what are different letters in their own script stay different, and none is a part of the other."""
    assert fold(one) != fold(other)
    assert fold(one) not in fold(other)


@pytest.mark.parametrize("text", ["東京都渋谷区", "ｶﾞ", "李小龙", "한국", "100%_/"])
def test_cjk_stays(text: str) -> None:
    """O2: what has neither case nor accents stays as it is, but for its width."""
    assert fold(text) == unicodedata.normalize("NFKC", text)


def test_again_changes_nothing() -> None:
    """O2: of every character there is, folded is folded, and its case and composition make no difference."""
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        if unicodedata.category(character) in {
            "Cs",
            "Cn",
            "Co",
        }:  # Halves of pairs, and what nobody has assigned.
            continue
        folded = fold(character)
        assert fold(folded) == folded, hex(number)
        assert fold(unicodedata.normalize("NFD", character)) == folded, hex(number)
        if _IOTA_BELOW not in unicodedata.normalize("NFKD", character):
            assert fold(character.casefold()) == folded, hex(number)


@given(st.text())
def test_of_whole_texts(text: str) -> None:
    """O2: folded text is stable, whatever stands beside what, and however it was composed."""
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
