"""What the built-in student's parts find, measured on public data: ``python -m bench.gaps --data DIR``."""
