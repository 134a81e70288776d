"""The students: siblings that do not know each other, behind one protocol."""
