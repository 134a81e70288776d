"""Model students in a running application."""
