"""The analysis core: pure functions on numpy arrays."""
