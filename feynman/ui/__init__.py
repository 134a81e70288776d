"""The pages and what they are made of; the only part that knows Streamlit."""

__all__: list[str] = []
