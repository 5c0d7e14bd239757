# Public names with their types; made by `tools/control_types.py`, not by hand.

from . import datasets
from .core.laws.broken import BrokenPowerLaw
from .core.laws.compare import compare_laws
from .core.laws.fit import Fit
from .core.laws.power import LossLaw, PowerLaw
from .core.laws.sigmoids import ExactMatchLaw, LogisticLaw
from .core.metrics.options import brier_score, multiple_choice_grade
from .core.metrics.registry import SCORES, register_metric
from .core.metrics.text import edit_similarity, exact_match, token_edit_distance
from .core.statistics.bootstrap import breakthroughness_bootstrap
from .core.statistics.explained_by_loss import explained_by_loss
from .core.statistics.intervals import items_needed, wilson_interval
from .core.statistics.late_rise import late_rise
from .core.statistics.measures import (
    breakthroughness,
    breakthroughness_null,
    linearity,
    onset,
    transition_width,
)
from .core.theory.attempts import pass_at_k, pass_until
from .core.verdict.verdict import Verdict, verdict
from .explorers.atlas.explorer import EmergenceAtlas
from .explorers.forecast.explorer import ForecastExplorer
from .explorers.grokking import GrokkingExplorer
from .explorers.high_jump import HighJumpExplorer
from .explorers.mirage import MirageExplorer
from .explorers.multi_step import MultiStepExplorer
from .explorers.reconstruction import ReconstructionExplorer
from .explorers.resolution import ResolutionExplorer
from .explorers.results.explorer import ResultsExplorer
from .export.page.html import page, save_page
from .reports.slides import save_slides
from .results.audit import audit_metrics
from .results.eval_results import EvalResults
from .results.forecasts import backtest, compare_forecasts, forecast
from .results.readers.dispatch import read_results
from .results.readers.tables import read_wide
from .results.rescore import rescore
from .results.verdicts import verdicts
from .widgets.linking import link_explorers

__version__: str
_HOMES: dict[str, str]

__all__ = [
    "BrokenPowerLaw",
    "EmergenceAtlas",
    "EvalResults",
    "ExactMatchLaw",
    "Fit",
    "ForecastExplorer",
    "GrokkingExplorer",
    "HighJumpExplorer",
    "LogisticLaw",
    "LossLaw",
    "MirageExplorer",
    "MultiStepExplorer",
    "PowerLaw",
    "ReconstructionExplorer",
    "ResolutionExplorer",
    "ResultsExplorer",
    "SCORES",
    "Verdict",
    "__version__",
    "audit_metrics",
    "backtest",
    "breakthroughness",
    "breakthroughness_bootstrap",
    "breakthroughness_null",
    "brier_score",
    "compare_forecasts",
    "compare_laws",
    "datasets",
    "edit_similarity",
    "exact_match",
    "explained_by_loss",
    "forecast",
    "items_needed",
    "late_rise",
    "linearity",
    "link_explorers",
    "multiple_choice_grade",
    "onset",
    "page",
    "pass_at_k",
    "pass_until",
    "read_results",
    "read_wide",
    "register_metric",
    "rescore",
    "save_page",
    "save_slides",
    "token_edit_distance",
    "transition_width",
    "verdict",
    "verdicts",
    "wilson_interval",
]
