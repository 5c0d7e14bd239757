"""The checks behind a verdict, and the verdict itself."""
