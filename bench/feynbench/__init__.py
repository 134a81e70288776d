"""FeynBench: explanations with planted gaps in English and Chinese, and the score of what a student finds in them."""
