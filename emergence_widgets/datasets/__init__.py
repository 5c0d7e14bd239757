"""Bundled real results, each with its source, its licence and what it shows.

Each function returns an `emergence_widgets.EvalResults`.
"""

from __future__ import annotations

from .gpt3 import gpt3
from .pronunciation import pronunciation
from .wei import wei_abilities

__all__ = ["gpt3", "pronunciation", "wei_abilities"]
