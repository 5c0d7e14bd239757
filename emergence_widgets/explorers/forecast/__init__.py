"""`ForecastExplorer`: the largest models hidden, and forecast."""
