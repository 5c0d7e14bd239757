"""Explorers of every kind, and where their curves stand on the axes of their figures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from emergence_widgets import (
    EmergenceAtlas,
    ForecastExplorer,
    GrokkingExplorer,
    HighJumpExplorer,
    MirageExplorer,
    MultiStepExplorer,
    ReconstructionExplorer,
    ResolutionExplorer,
    ResultsExplorer,
    datasets,
)

EVERY: dict[str, Callable[[], Any]] = {
    "mirage": MirageExplorer,
    "high_jump": HighJumpExplorer,
    "resolution": ResolutionExplorer,
    "multi_step": MultiStepExplorer,
    "grokking": GrokkingExplorer,
    "reconstruction": ReconstructionExplorer,
    "forecast": lambda: ForecastExplorer(datasets.addition()),
    "results": lambda: ResultsExplorer(datasets.addition(), verdicts=False),
    "atlas": lambda: EmergenceAtlas(datasets.gpt3()),
}


@dataclass(frozen=True)
class Case:
    """Curves of an explorer that are drawn as they are, the scale in decades.

    Attributes
    ----------
    lines, points
        ``(figure, curve)``.
    logarithmic
        Figures whose vertical axis is in decades, too.
    states
        Function from a generator to values of controls.
    """

    make: Callable[[], Any]
    lines: tuple[tuple[str, str], ...]
    points: tuple[tuple[str, str], ...]
    states: Callable[[np.random.Generator], dict[str, Any]]
    logarithmic: tuple[str, ...] = field(default=())

    def places(self, explorer: Any, figure: str, curve: str) -> np.ndarray:
        """What ``curves()`` says, on the axes of the figure."""
        told = explorer.curves().set_index(["figure", "curve"]).sort_index().loc[(figure, curve)]
        y = np.log10(told["y"]) if figure in self.logarithmic else told["y"]
        return np.stack([np.log10(told["x"]), y], axis=1)


CASES = {
    "mirage": Case(
        MirageExplorer,
        (("loss", "loss"), ("exact_match", "exact_match"), ("brier_score", "brier_score")),
        (
            ("loss", "loss_measured"),
            ("exact_match", "exact_match_measured"),
            ("multiple_choice_grade", "multiple_choice_grade_measured"),
        ),
        lambda draw: {
            "length": int(draw.integers(1, 51)),
            "options": int(draw.integers(2, 21)),
            "n_items": int(draw.integers(10, 1000)),
            "exponent": float(draw.uniform(-0.2, -0.1)),
        },
        ("loss",),
    ),
    "high_jump": Case(
        HighJumpExplorer,
        (("height", "mean_height"), ("cleared", "chance"), ("cleared", "one_attempt")),
        (),
        lambda draw: {
            "bar": float(draw.uniform(0.5, 2.5)),
            "spread": float(draw.uniform(0, 0.2)),
            "attempts": int(draw.integers(1, 11)),
        },
    ),
    "reconstruction": Case(
        ReconstructionExplorer,
        (("reconstructed", "reconstructed"), ("squared_error", "squared_error")),
        (("reconstructed", "reconstructed_measured"), ("squared_error", "squared_error_measured")),
        lambda draw: {"threshold": float(draw.uniform(0.1, 5.0))},
    ),
}
