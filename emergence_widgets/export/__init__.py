"""Explorers outside the notebook: one offline page, pictures for papers."""
