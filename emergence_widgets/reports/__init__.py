"""Whole documents: reports, slides and pages of notebooks."""
