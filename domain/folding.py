"""Text as it is searched: without what a person leaves out who types a name on another keyboard. Both what is stored and
what is asked for go through here, so that both databases find the same.
"""

import re
import unicodedata

# Accents of Latin, Greek and Cyrillic letters. Marks of other scripts (a vowel in Thai, what makes か to が) are letters in
# all but name and stay.
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# Characters that show nothing, such as the marks of direction and the zero-width spaces that come along with copied text.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
# Letters that Unicode takes for letters of their own and not for accented ones, and signs that keyboards lack.
_ALIKE = str.maketrans(
    {
        "æ": "ae",
        "ð": "d",
        "đ": "d",
        "ħ": "h",
        "ı": "i",
        "ĸ": "k",
        "ł": "l",
        "ŋ": "n",
        "ø": "o",
        "œ": "oe",
        "þ": "th",
        "ŧ": "t",
        "‘": "'",
        "’": "'",
        "ʼ": "'",
        "‐": "-",
        "–": "-",
        "−": "-",
    }
)


def fold(text: str) -> str:
    """*text* without regard to case, accents and width: SØREN and Søren are both soren, ß is ss, Ｓ is s. Folding again
    changes nothing. CJK stays what it is.
    """
    if text.isascii():
        return text.lower()
    text = _INVISIBLE.sub("", text)
    # Once more, since what case folding makes of a letter may have to be taken apart again.
    for _ in range(2):
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_ALIKE)
    return unicodedata.normalize("NFC", text)
