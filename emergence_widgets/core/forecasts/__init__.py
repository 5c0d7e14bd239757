"""The methods behind `emergence_widgets.core.forecast`."""
