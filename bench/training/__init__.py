"""Trains the built-in student's scorer: ``python -m bench.training --data DIR``."""
