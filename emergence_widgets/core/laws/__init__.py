"""Scaling laws, and how they are fitted."""
