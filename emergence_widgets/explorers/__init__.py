"""Explorers: a program, its controls and its figures, one file or folder each."""
