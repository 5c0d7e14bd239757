"""Direction and bounds of metrics that other tools report."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.metrics.registry import SCORES


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

OTHER_SHARES = {"acc", "acc_norm", "accuracy", "em", "pass@1", "pass_at_1"}
"""Metrics of other tools that are shares of items right."""
OTHER_GRADUAL = {*_PERPLEXITIES, *_NATS, "f1", "mc2", "test_loss"}
"""Metrics of other tools that a slightly better output always moves."""

METRIC_WORDS: dict[str, tuple[str, str]] = {
    "acc": ("Answers right", "Accuracy (acc)"),
    "acc_norm": ("Answers right", "Accuracy, by length (acc_norm)"),
    "accuracy": ("Answers right", "Accuracy"),
    "bits_per_byte": ("How surprised the model is", "Bits per byte"),
    "byte_perplexity": ("How surprised the model is", "Perplexity per byte"),
    "em": ("Whole answers right", "Exact match (em)"),
    "f1": ("Words in common", "F1"),
    "f1a": ("Options judged right", "F1 over answers (f1a)"),
    "mc1": ("Best option chosen", "Single-true accuracy (mc1)"),
    "mc2": ("Mass on true options", "Multi-true mass (mc2)"),
    "mcc": ("Agreement beyond chance", "Matthews correlation (mcc)"),
    "perplexity": ("How surprised the model is", "Perplexity"),
    "ppl": ("How surprised the model is", "Perplexity (ppl)"),
    "word_perplexity": ("How surprised the model is", "Perplexity per word"),
}
"""The question that a metric of other tools answers, and its proper name."""


def metric_words(name: str) -> tuple[str, str]:
    """Title and proper name of a metric that is not one of `SCORES`.

    Examples
    --------
    >>> metric_words("acc"), metric_words("test_accuracy")
    (('Answers right', 'Accuracy (acc)'), ('Test accuracy', 'test_accuracy'))
    """
    if name in METRIC_WORDS:
        return METRIC_WORDS[name]
    spaced = name.replace("_", " ")
    return spaced[:1].upper() + spaced[1:], name


def metric_kind(name: str) -> str:
    """Whether a metric counts answers that are right or wrong, or moves with every output.

    Parameters
    ----------
    name
        Name of a metric, as `SCORES`, `rescore` or other tools call it.

    Returns
    -------
    str
        ``'sharp'``: a share of items that are each right or wrong; ``'gradual'``: a score that
        a slightly better output always moves; ``'unknown'``: we cannot tell.

    Examples
    --------
    >>> metric_kind("exact_match"), metric_kind("ppl"), metric_kind("my_score")
    ('sharp', 'gradual', 'unknown')
    >>> metric_kind("edit_similarity>=0.8"), metric_kind("test_accuracy")
    ('sharp', 'sharp')
    """
    base = name.split(", ")[0]
    measured = base.split("<=")[0].split(">=")[0]
    if base in SCORES:
        return "gradual" if SCORES[base].continuous else "sharp"
    # A threshold makes right and wrong out of any score.
    if measured in SCORES or base in OTHER_SHARES or base.endswith("_accuracy"):
        return "sharp"
    return "gradual" if base in OTHER_GRADUAL else "unknown"


def counts_items(name: str) -> bool:
    """Whether a metric is one share of items that are each right or wrong, as no K of K is.

    Examples
    --------
    >>> counts_items("exact_match"), counts_items("squared_error<=0.5"), counts_items("loss")
    (True, True, False)
    """
    return metric_kind(name) == "sharp" and ", " not in name
