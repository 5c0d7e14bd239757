"""Scaling laws: parameters in, a curve out; points in, a law out.

A parameter out of its range, or a scale below 0, is a ValueError that names it.
"""

from .broken import BrokenPowerLaw
from .loss import LossLaw, PowerLaw
from .score import ExactMatchLaw, LogisticLaw

__all__ = ["BrokenPowerLaw", "ExactMatchLaw", "LogisticLaw", "LossLaw", "PowerLaw"]
