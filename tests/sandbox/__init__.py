"""A strict Temu of our own, served over real HTTP: what tests and the demo import orders from.

It shares no code with what it tests, so that a mistake can't agree with itself.
"""
