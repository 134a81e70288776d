"""Programs that break the running application on purpose and count what it costs."""
