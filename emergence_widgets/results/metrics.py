"""Direction and bounds of metrics that other tools report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KnownMetric:
    """Direction and bounds of a metric.

    Attributes
    ----------
    lower_is_better
        Its direction.
    min, max
        Its bounds; None where there is none.
    """

    lower_is_better: bool
    min: float | None
    max: float | None


_SHARES = (
    "acc", "acc_bytes", "acc_mutual_info", "acc_norm", "accuracy", "contains",
    "edit_similarity", "em", "exact_match", "f1", "f1_macro", "f1a", "likelihood_diff_acc",
    "mc1", "mc2", "mcc_norm", "multiple_choice_grade", "option_probability", "pass@1",
    "pass_at_1", "prefix_match", "win_rate",
)  # fmt: skip
_PERPLEXITIES = ("ppl", "perplexity", "word_perplexity", "byte_perplexity")
_NATS = ("loss", "nll", "bits_per_byte", "token_edit_distance", "numeric_error", "squared_error")

KNOWN_METRICS: dict[str, KnownMetric] = {
    **{name: KnownMetric(lower_is_better=False, min=0.0, max=1.0) for name in _SHARES},
    **{name: KnownMetric(lower_is_better=True, min=1.0, max=None) for name in _PERPLEXITIES},
    **{name: KnownMetric(lower_is_better=True, min=0.0, max=None) for name in _NATS},
    "brier_score": KnownMetric(lower_is_better=True, min=0.0, max=2.0),
    "log_likelihood": KnownMetric(lower_is_better=False, min=None, max=0.0),
    "mcc": KnownMetric(lower_is_better=False, min=-1.0, max=1.0),
}
