"""The language-model libraries; imported with the first use of a model, not with the program."""
