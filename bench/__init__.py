"""Programs that measure, and the launcher they share with the browser tests."""
