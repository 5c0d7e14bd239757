"""Direction and bounds of metrics that other tools report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownMetric:
    """Direction and bounds; None where there is no bound."""

    lower_is_better: bool
    min: float | None
    max: float | None


_SHARES = (
    "acc", "acc_norm", "accuracy", "exact_match", "em", "f1", "f1a", "f1_macro", "mc1", "mc2",
    "mcc_norm", "pass@1", "pass_at_1", "edit_similarity", "prefix_match", "contains", "win_rate",
    "multiple_choice_grade", "option_probability", "likelihood_diff_acc",
)  # fmt: skip
_LOSSES = ("ppl", "perplexity", "word_perplexity", "byte_perplexity")
_NATS = ("loss", "nll", "bits_per_byte", "token_edit_distance", "numeric_error", "squared_error")

KNOWN_METRICS: dict[str, KnownMetric] = {
    **{name: KnownMetric(lower_is_better=False, min=0.0, max=1.0) for name in _SHARES},
    **{name: KnownMetric(lower_is_better=True, min=1.0, max=None) for name in _LOSSES},
    **{name: KnownMetric(lower_is_better=True, min=0.0, max=None) for name in _NATS},
    "brier_score": KnownMetric(lower_is_better=True, min=0.0, max=2.0),
    "log_likelihood": KnownMetric(lower_is_better=False, min=None, max=0.0),
    "mcc": KnownMetric(lower_is_better=False, min=-1.0, max=1.0),
}
