"""Readers of files: `dispatch` chooses one, `join` makes one EvalResults of their parts."""
