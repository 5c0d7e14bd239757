"""Forecasts of large models from small ones."""
