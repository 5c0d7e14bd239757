"""The control that names the metric of each figure."""

from __future__ import annotations

from typing import Any

from ...programs.results_inputs import SLOTS
from ...widgets.controls import ControlError, NamesControl


class MetricsControl(NamesControl):
    """One to four metrics, one a figure; chosen in the figures' own dropdowns."""

    def __init__(self) -> None:
        super().__init__()
        self.describe(label="Metrics")

    def validate(self, obj: Any, value: Any) -> Any:
        """Check number and names; the error names the nearest metric."""
        names = super().validate(obj, value)
        if not 1 <= len(names) <= SLOTS:
            raise ControlError(f"metrics holds {len(names)} names; expected one to {SLOTS}")
        return names
