"""Programs: pure functions from controls and constants to the curves of one explorer.

Each has a twin of the same name in ``js/src/programs``; tests hold the two equal.
"""

from __future__ import annotations

from .atlas import atlas
from .forecast import forecast
from .grokking import grokking
from .high_jump import high_jump
from .mirage import mirage
from .multi_step import multi_step
from .program import Outputs, Program
from .reconstruction import reconstruction
from .resolution import resolution
from .results import results

PROGRAMS: dict[str, Program] = {
    "atlas": atlas,
    "forecast": forecast,
    "grokking": grokking,
    "high_jump": high_jump,
    "mirage": mirage,
    "multi_step": multi_step,
    "reconstruction": reconstruction,
    "resolution": resolution,
    "results": results,
}

__all__ = ["PROGRAMS", "Outputs", "Program"]
