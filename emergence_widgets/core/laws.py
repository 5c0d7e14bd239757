"""Scaling laws: parameters in, a curve out; points in, a law out.

A parameter out of its range, or a scale below 0, is a ValueError that names it.
"""

from .law_of_loss import LossLaw, PowerLaw
from .law_of_score import ExactMatchLaw, LogisticLaw
from .law_with_breaks import BrokenPowerLaw

__all__ = ["BrokenPowerLaw", "ExactMatchLaw", "LogisticLaw", "LossLaw", "PowerLaw"]
