"""Tables of evaluations: read, check and score again."""
