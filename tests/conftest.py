"""Shared by all tests: one PostgreSQL cluster for the whole run; property tests draw the same every
time and have no deadline, since machines are noisy.
"""

from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.totem_and_central"]

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
