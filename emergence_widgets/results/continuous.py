"""Which metrics are continuous in the outputs, and how each is read as a loss."""

from __future__ import annotations

from ..core.metrics.loss import Kind

_PERPLEXITIES = ("ppl", "perplexity", "word_perplexity", "byte_perplexity")
_KINDS: dict[str, Kind] = {
    "loss": "nats",
    "test_loss": "nats",
    "nll": "nats",
    "bits_per_byte": "nats",
    "log_likelihood": "nats",
    **dict.fromkeys(_PERPLEXITIES, "perplexity"),
    "option_probability": "share",
    "brier_score": "brier",
    "edit_similarity": "share",
    "chrf": "share",
    "prefix_match": "share",
    "f1": "share",
    "squared_error": "error",
    "numeric_error": "error",
}
CONTINUOUS = tuple(_KINDS)
"""Continuous scores, the most telling one first. Token edit distance is not among them: it is
bounded by the length of the answer, and edit similarity of the same outputs knows that bound."""


def kind_of(metric: str) -> Kind:
    """How a metric is read as a loss; a share where nothing else is known."""
    return _KINDS.get(metric, "share")
