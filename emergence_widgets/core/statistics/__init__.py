"""Intervals, measures of a rise, their null and their bootstrap."""
