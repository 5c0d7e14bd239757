"""See whether an emergent ability of a language model is in the model or in the metric.

Everything public is named here and imported when it is first used, so that
``import emergence_widgets`` loads no widget library.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "BrokenPowerLaw": "core.laws",
    "EmergenceAtlas": "widgets.atlas",
    "EvalResults": "results.eval_results",
    "ExactMatchLaw": "core.laws",
    "ForecastExplorer": "widgets.forecast",
    "Fit": "core.fitting",
    "GrokkingExplorer": "widgets.grokking",
    "HighJumpExplorer": "widgets.high_jump",
    "LogisticLaw": "core.laws",
    "LossLaw": "core.laws",
    "MirageExplorer": "widgets.mirage",
    "MultiStepExplorer": "widgets.multi_step",
    "PowerLaw": "core.laws",
    "ReconstructionExplorer": "widgets.reconstruction",
    "ResolutionExplorer": "widgets.resolution",
    "ResultsExplorer": "widgets.results",
    "SCORES": "core.scores",
    "audit_metrics": "results.audit",
    "backtest": "results.forecasting",
    "breakthroughness": "core.measures",
    "breakthroughness_bootstrap": "core.replicates",
    "breakthroughness_null": "core.measures",
    "brier_score": "core.scores",
    "compare_laws": "core.comparing",
    "datasets": "datasets",
    "edit_similarity": "core.scores",
    "exact_match": "core.scores",
    "forecast": "results.forecasting",
    "items_needed": "core.sampling",
    "linearity": "core.measures",
    "link_explorers": "widgets.linking",
    "multiple_choice_grade": "core.scores",
    "onset": "core.measures",
    "page": "export.html",
    "pass_at_k": "core.draws",
    "pass_until": "core.draws",
    "read_results": "results.readers",
    "read_wide": "results.readers",
    "rescore": "results.rescore",
    "save_page": "export.html",
    "save_slides": "export.slides",
    "token_edit_distance": "core.scores",
    "transition_width": "core.measures",
    "Verdict": "core.verdict",
    "verdict": "core.verdict",
    "verdicts": "results.verdicts",
    "wilson_interval": "core.sampling",
}

__all__ = sorted([*_HOMES, "__version__"])  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f".{_HOMES[name]}", __name__)
    value = home if _HOMES[name] == name else getattr(home, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
