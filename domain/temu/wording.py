"""What of Temu's own words is passed on: what explains a refusal, and nothing that may be a buyer's or a secret.

An answer may quote whatever Temu knows of an order, of which the call said nothing. So words are told apart by what they look
like: those in small letters, parameters' names, codes, short numbers and amounts explain; names, streets, phone numbers, codes of
places, mail addresses and tokens are capitalised, hold digits, or are written in letters that no refusal needs. Capitalised
words pass that are known to stand in refusals, and so does what the call itself named, such as a tracking number.
"""

import re
from collections.abc import Collection

HIDDEN = "…"
_WORD = re.compile("[^\\W_]+(?:[-_'\u2019.@+][^\\W_]+)*_?")
_PARTS = re.compile("[-_'\u2019.]")
# Groups of digits, as of phones and dates, are one figure; those of a word with letters go with it.
_GROUPS = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9A-Za-z][-_'\u2019.@+])\+?\(?\d[\d\s().+/-]{4,}\d(?![0-9A-Za-z]|[-_'\u2019.@+][0-9A-Za-z])"
)
_LONGEST_FIGURE = 3
# 12.50 and 1-3: amounts of money, and from so many to so many.
_AMOUNT = re.compile(r"\d{1,6}\.\d{2}|\d{1,2}-\d{1,2}")
# Small letters, as thisIsOne of a parameter.
_PLAIN = re.compile(r"[a-z]+(?:[A-Z][a-z]*)*")
_CODE = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
_RUN = re.compile(f"{HIDDEN}(?:[\\s,;:.'\u2019/&+()-]*{HIDDEN})+")
_CAPITALISED = """
    a access account action add address addresses after agreement all already amount an and another any api app application
    approved are area at attribute authorisation authorised authorization authorized balance be been before both business but
    buyer by ca call can cancel cancelled cannot carrier category channel check choose city cnpj cod code combination combined
    company complete compliance condition confirm confirmed contact cooperative correct could country courier currency current
    customer data date days delivered delivery denied detail details different dimensions disabled do does dpa duplicate each
    either email empty enter erp error eur every exceeded exist exists expired failed failure fedex field fields file first
    for forbidden format from fulfilled fulfillment gbp generated goods has have height however id ids if illegal image in
    incomplete incorrect info information insufficient interface internal invalid inventory invoice is it item items its json
    label length limit limited list local logistics looks mall may merchant message method minutes missing more must name
    network no not note number of off official ok on one only open operation or order orders other our out package packages
    page parameter parameters parcel parent partially past payment pending period permission permitted phone platform please
    point possible ppd price pricing product products provider quantity query quota reason received recipient record refund
    refused region reject rejected repeat request requests required restricted result retry return review risk sale select
    self seller semi server service ship shipment shipped shipping shop should sign signature single site size skc sku skus
    some sorry spec specification state status still stock store street sub success supports system tax template temu that the
    there these they this time timeout timestamp to token too tracking try two type unable unauthorised unauthorized
    unexpected unit unknown unsupported until update updated upload ups url us usd use usps value variant verification version
    video wait waiting waits warehouse was waybill we weight were when which while width will with within without wrong you
    your zip
"""
_KNOWN = frozenset(_CAPITALISED.split())


def tellable(words: str, *, sent: Collection[str] = ()) -> str:
    """*words* with a mark for each part that is not to be told. *sent*: what the call named, which may be told."""
    known = {each.upper() for each in sent}

    def told(word: re.Match[str]) -> str:
        return word[0] if word[0].upper() in known or _explains(word[0]) else HIDDEN

    def told_group(figures: re.Match[str]) -> str:
        return figures[0] if figures[0].upper() in known or _AMOUNT.fullmatch(figures[0]) else HIDDEN

    return _RUN.sub(HIDDEN, _WORD.sub(told, _GROUPS.sub(told_group, words)))


def _explains(word: str) -> bool:
    if not word.isascii() or "@" in word:
        return False
    if word.isdigit():
        return len(word) <= _LONGEST_FIGURE
    if _CODE.fullmatch(word) or _AMOUNT.fullmatch(word):
        return True
    parts = _PARTS.split(word)
    return all(_PLAIN.fullmatch(part) or part.lower() in _KNOWN for part in parts)
