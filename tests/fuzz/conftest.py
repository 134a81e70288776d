"""`pytest tests/fuzz --hypothesis-profile=long --timeout=0` tries each property fifty times as often."""

from hypothesis import settings

from tests.fuzz.effort import LONG

settings.register_profile("long", LONG)
