"""
Plugins and markers only.
"""

from hypothesis import settings

# How many examples a test of random ones plays; --hypothesis-profile=long plays many.
settings.register_profile("suite", max_examples=8)
settings.register_profile("long", max_examples=2000)
settings.load_profile("suite")

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.database",
    "tests.fixtures.world",
]
