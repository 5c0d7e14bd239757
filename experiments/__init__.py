"""Trainings of the bundled model families, beside the package and out of its wheel."""
