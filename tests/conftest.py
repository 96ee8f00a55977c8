"""
Plugins and markers only.
"""

from hypothesis import HealthCheck, settings

# How many examples a test of random ones plays; --hypothesis-profile=long plays many. That making them is slow says
# something of the machine, which may be busy, and nothing of us.
settings.register_profile("suite", max_examples=8, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.database",
    "tests.fixtures.world",
]
