"""The registry of scores: what each is called, which way it points and what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .options import (
    brier_score,
    log_likelihood,
    multiple_choice_grade,
    option_margin,
    option_probability,
    token_loss,
)
from .text import (
    Tokens,
    chrf,
    edit_similarity,
    exact_match,
    numeric_error,
    prefix_match,
    token_edit_distance,
)

__all__ = [
    "SCORES",
    "Score",
    "brier_score",
    "chrf",
    "edit_similarity",
    "exact_match",
    "log_likelihood",
    "multiple_choice_grade",
    "numeric_error",
    "option_margin",
    "option_probability",
    "prefix_match",
    "token_edit_distance",
    "token_loss",
]

Columns = Mapping[str, Sequence[Any]]
TEXTS = ("target", "output")
OPTIONS = ("choice_logprobs", "right")
TOKEN_LOGPROBS = ("token_logprobs",)
SQUARED_ERROR = ("squared_error",)


@dataclass(frozen=True)
class Score:
    """One score of an answer.

    Attributes
    ----------
    name
        Its key in `SCORES`.
    label
        The question it answers, as a figure's title.
    metric
        Its proper name.
    needs
        Columns of a samples table that it reads (``right`` is the index of the right option).
    lower_is_better
        Its direction.
    minimum, maximum
        Its bounds; infinite where there is none.
    continuous
        Whether a slightly better output scores slightly better.
    linear
        Whether its expectation is linear in the per-token success.
    chance
        Score of an even guess among n options; None where guessing has no meaning.
    """

    name: str
    label: str
    metric: str
    needs: tuple[str, ...]
    compute: Callable[[Columns, Tokens], NDArray[np.float64]]
    lower_is_better: bool = False
    minimum: float = 0.0
    maximum: float = 1.0
    continuous: bool = True
    linear: bool = False
    chance: Callable[[float], float] | None = None

    def __call__(self, columns: Columns, *, tokens: Tokens = "whitespace") -> NDArray[np.float64]:
        """Score every row.

        Parameters
        ----------
        columns
            The columns named in `needs`.
        tokens
            How texts are split, see `emergence_widgets.core.metrics.text.tokenizer`.

        Returns
        -------
        numpy.ndarray
            One number a row; NaN where it is not defined.
        """
        return self.compute(columns, tokens)


def _of_texts(function: Callable[..., NDArray[np.float64]], split: bool) -> Any:
    def compute(columns: Columns, tokens: Tokens) -> NDArray[np.float64]:
        options = {"tokens": tokens} if split else {}
        return function(columns["target"], columns["output"], **options)

    return compute


def _of_options(function: Callable[..., NDArray[np.float64]]) -> Any:
    def compute(columns: Columns, _tokens: Tokens) -> NDArray[np.float64]:
        return function(columns["choice_logprobs"], columns["right"])

    return compute


def _of_logprobs(function: Callable[..., NDArray[np.float64]]) -> Any:
    def compute(columns: Columns, _tokens: Tokens) -> NDArray[np.float64]:
        return function(columns["token_logprobs"])

    return compute


def _of_errors(columns: Columns, _tokens: Tokens) -> NDArray[np.float64]:
    return np.asarray(columns["squared_error"], dtype=float)


_ALL = (
    Score(
        "exact_match", "Whole answers right", "Exact match", TEXTS,
        _of_texts(exact_match, split=False), continuous=False,
    ),
    Score(
        "token_edit_distance", "Tokens to fix", "Token edit distance", TEXTS,
        _of_texts(token_edit_distance, split=True), lower_is_better=True, maximum=np.inf,
        linear=True,
    ),
    Score(
        "edit_similarity", "How near the answers are", "Edit similarity", TEXTS,
        _of_texts(edit_similarity, split=True), linear=True,
    ),
    Score(
        "prefix_match", "Right until the first error", "Prefix match", TEXTS,
        _of_texts(prefix_match, split=True),
    ),
    Score(
        "numeric_error", "How far off the numbers are", "Relative numeric error", TEXTS,
        _of_texts(numeric_error, split=False), lower_is_better=True, maximum=np.inf,
    ),
    Score("chrf", "Characters in common", "chrF", TEXTS, _of_texts(chrf, split=False)),
    Score(
        "loss", "What training improves", "Per-token loss (nats)", TOKEN_LOGPROBS,
        _of_logprobs(token_loss), lower_is_better=True, maximum=np.inf,
    ),
    Score(
        "log_likelihood", "How likely the right answer is", "Log-likelihood (nats)",
        TOKEN_LOGPROBS, _of_logprobs(log_likelihood), minimum=-np.inf, maximum=0.0,
    ),
    Score(
        "multiple_choice_grade", "Right option chosen", "Multiple-choice grade", OPTIONS,
        _of_options(multiple_choice_grade), continuous=False, chance=lambda n: 1 / n,
    ),
    Score(
        "option_probability", "Mass on the right option", "Probability of the right option",
        OPTIONS, _of_options(option_probability), linear=True, chance=lambda n: 1 / n,
    ),
    Score(
        "option_margin", "Lead of the right option", "Log-probability margin (nats)", OPTIONS,
        _of_options(option_margin), minimum=-np.inf, maximum=np.inf, chance=lambda _n: 0.0,
    ),
    Score(
        "brier_score", "How wrong the odds are", "Brier score", OPTIONS,
        _of_options(brier_score), lower_is_better=True, maximum=2.0, chance=lambda n: 1 - 1 / n,
    ),
    # Schaeffer, Miranda and Koyejo 2023, arXiv:2304.15004, section 5.
    Score(
        "squared_error", "How far off the pixels are", "Squared error (sum over pixels)",
        SQUARED_ERROR, _of_errors, lower_is_better=True, maximum=np.inf,
    ),
)  # fmt: skip

SCORES: Mapping[str, Score] = MappingProxyType({score.name: score for score in _ALL})
"""Every registered score by name."""
