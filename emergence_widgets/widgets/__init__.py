"""Explorers and what they are made of."""
