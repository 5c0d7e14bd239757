"""See whether an emergent ability of a language model is in the model or in the metric.

Everything public is named here and imported when it is first used, so that
``import emergence_widgets`` loads no widget library.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "BrokenPowerLaw": "core.laws.broken",
    "EmergenceAtlas": "explorers.atlas.explorer",
    "EvalResults": "results.eval_results",
    "ExactMatchLaw": "core.laws.sigmoids",
    "ForecastExplorer": "explorers.forecast.explorer",
    "Fit": "core.laws.fit",
    "GrokkingExplorer": "explorers.grokking",
    "HighJumpExplorer": "explorers.high_jump",
    "LogisticLaw": "core.laws.sigmoids",
    "LossLaw": "core.laws.power",
    "MirageExplorer": "explorers.mirage",
    "MultiStepExplorer": "explorers.multi_step",
    "PowerLaw": "core.laws.power",
    "ReconstructionExplorer": "explorers.reconstruction",
    "ResolutionExplorer": "explorers.resolution",
    "ResultsExplorer": "explorers.results.explorer",
    "SCORES": "core.metrics.registry",
    "audit_metrics": "results.audit",
    "backtest": "results.forecasts",
    "breakthroughness": "core.statistics.measures",
    "breakthroughness_bootstrap": "core.statistics.bootstrap",
    "breakthroughness_null": "core.statistics.measures",
    "brier_score": "core.metrics.options",
    "compare_forecasts": "results.forecasts",
    "compare_laws": "core.laws.compare",
    "datasets": "datasets",
    "edit_similarity": "core.metrics.text",
    "exact_match": "core.metrics.text",
    "explained_by_loss": "core.statistics.explained_by_loss",
    "forecast": "results.forecasts",
    "items_needed": "core.statistics.intervals",
    "late_rise": "core.statistics.late_rise",
    "linearity": "core.statistics.measures",
    "link_explorers": "widgets.linking",
    "multiple_choice_grade": "core.metrics.options",
    "onset": "core.statistics.measures",
    "page": "export.page.html",
    "pass_at_k": "core.theory.attempts",
    "pass_until": "core.theory.attempts",
    "read_results": "results.readers.dispatch",
    "read_wide": "results.readers.tables",
    "register_metric": "core.metrics.registry",
    "rescore": "results.rescore",
    "save_page": "export.page.html",
    "save_slides": "reports.slides",
    "token_edit_distance": "core.metrics.text",
    "transition_width": "core.statistics.measures",
    "Verdict": "core.verdict.verdict",
    "verdict": "core.verdict.verdict",
    "verdicts": "results.verdicts",
    "wilson_interval": "core.statistics.intervals",
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
