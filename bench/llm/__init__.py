"""How a language model does as the student, beside the built-in one."""
