"""
What can be wrong with a list of Temu's as a whole.
"""

from domain.errors import Refused


class ListingIncomplete(Refused):
    """
    Temu's list has a gap or repeats itself, so nobody can say that everything in it was seen (O17).
    """

    may_pass = True
