"""The control that names the metric of each figure."""

from __future__ import annotations

import difflib
from typing import Any

import traitlets

from ..programs.results_reading import SLOTS
from .controls import Control, ControlError


class MetricsControl(Control, traitlets.Tuple):
    """One to four metrics, one a figure; chosen in the figures' own dropdowns."""

    def __init__(self) -> None:
        super().__init__(())
        self.describe("Metrics", "", "", "", "")

    def validate(self, obj: Any, value: Any) -> Any:
        """Check number and names; the error names the nearest metric."""
        names = (value,) if isinstance(value, str) else tuple(value)
        known = obj._choices(self.name)
        if not 1 <= len(names) <= SLOTS:
            raise ControlError(f"metrics holds {len(names)} names; expected one to {SLOTS}")
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(str(name), known, n=1)
                hint = f"Did you mean {near[0]!r}? " if near else ""
                raise ControlError(f"metrics holds {name!r}. {hint}There is: {', '.join(known)}.")
        return names
