"""Forecasts of large models from small ones."""

from .methods import METHODS, Band, Forecast, forecast, judge
from .series import ForecastSeries

__all__ = ["METHODS", "Band", "Forecast", "ForecastSeries", "forecast", "judge"]
