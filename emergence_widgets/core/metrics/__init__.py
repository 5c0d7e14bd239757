"""Scores of single answers: what each is, and how it is computed."""
