"""Shared by all tests: one PostgreSQL cluster for the whole run."""

pytest_plugins = ["tests.support.postgres"]
