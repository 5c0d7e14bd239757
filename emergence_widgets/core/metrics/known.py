"""`Metric`, and the table of all that we know: those computed here and those of other tools."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from . import options, text
from .loss import Kind as LossKind

Kind = Literal["discontinuous", "continuous", "loss", "unknown"]
Columns = Mapping[str, Sequence[Any]]
Chance = Callable[[float], float]


@dataclass(frozen=True)
class Metric:
    """What is known of a metric.

    Attributes
    ----------
    name, label, metric, kind, lower_is_better, minimum, maximum, loss_kind, linear
        As in `register_metric`; its name is also its key in `SCORES`.
    chance
        Score of an even guess among n options (NaN where it depends on n and n is NaN); None
        where guessing has no meaning.
    counts_items
        Whether it is a share of items that are each right or wrong.
    rank
        Its place among those that are picked unasked: of discontinuous metrics the sharpest
        first, of others the most telling; infinite: only by its name.
    needs
        Columns of a samples table that it reads (``right`` is the index of the right option);
        empty if only other tools compute it.
    whole_target
        Whether the log-probability of a whole target will do for those of its tokens.
    compute
        The function behind a call: from columns and tokens to one number a row; None if only
        other tools compute it.
    """

    name: str
    label: str
    metric: str
    kind: Kind = "unknown"
    lower_is_better: bool = False
    minimum: float = -inf
    maximum: float = inf
    chance: Chance | None = None
    loss_kind: LossKind | None = None
    counts_items: bool = False
    linear: bool = False
    rank: float = inf
    needs: tuple[str, ...] = ()
    whole_target: bool = False
    compute: Callable[[Columns, text.Tokens], ArrayLike] | None = None

    @property
    def continuous(self) -> bool:
        """Whether a slightly better output scores slightly better."""
        return self.kind in ("continuous", "loss")

    def __call__(self, columns: Columns, *, tokens: text.Tokens = "whitespace") -> Floats:
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

        Raises
        ------
        TypeError
            Only other tools compute this metric.
        """
        if self.compute is None:
            raise TypeError(f"{self.name!r} is reported by other tools; it has no item function")
        return np.asarray(self.compute(columns, tokens), dtype=float)

    def chance_of(self, options: float = nan) -> float:
        """Score of guessing among a number of options; NaN where that is not known."""
        return nan if self.chance is None else float(self.chance(options))


def of_columns(function: Callable[..., Any], needs: tuple[str, ...], split: bool = False) -> Any:
    """A function of columns, one argument each, as one of a table and of tokens."""

    def compute(columns: Columns, tokens: text.Tokens) -> ArrayLike:
        options = {"tokens": tokens} if split else {}
        return function(*[columns[name] for name in needs], **options)

    return compute


TEXTS = ("target", "output")
OPTIONS = ("choice_logprobs", "right")
TOKEN_LOGPROBS = ("token_logprobs",)


def _reported(name: str, words: tuple[str, str] | None = None, **known: Any) -> Metric:
    """A metric of other tools; from 0 to 1 unless told otherwise."""
    known.setdefault("minimum", 0.0)
    known.setdefault("maximum", 1.0)
    return Metric(name, *(words or words_of(name)), **known)


def _scored(
    name: str,
    label: str,
    metric: str,
    function: Callable[..., Any],
    needs: tuple[str, ...],
    *,
    split: bool = False,
    chance: Chance | None = None,
    **known: Any,
) -> Metric:
    """A metric that is computed here from answers, where `split` with tokens; likewise bounded."""
    compute = of_columns(function, needs, split)
    return _reported(name, (label, metric), needs=needs, compute=compute, chance=chance, **known)


def words_of(name: str) -> tuple[str, str]:
    """Title and proper name of a metric of which nothing is known."""
    spaced = name.replace("_", " ")
    return spaced[:1].upper() + spaced[1:], name


_COUNT: dict[str, Any] = {"kind": "discontinuous", "counts_items": True}
_LOSS: dict[str, Any] = {"kind": "loss", "lower_is_better": True, "maximum": inf}
_NATS: dict[str, Any] = _LOSS | {"loss_kind": "nats"}
_REWARD: dict[str, Any] = {"kind": "loss", "loss_kind": "reward", "minimum": -inf, "maximum": 0.0}
_PERPLEXITY: dict[str, Any] = _LOSS | {"loss_kind": "perplexity", "minimum": 1.0}
_FALLING: dict[str, Any] = {"kind": "continuous", "lower_is_better": True, "maximum": inf}
_ERROR: dict[str, Any] = _FALLING | {"loss_kind": "error"}
_SHARE: dict[str, Any] = {"kind": "continuous", "loss_kind": "share"}
SURPRISED = "How surprised the model is"

KNOWN = (
    _scored("exact_match", "Whole answers right", "Exact match", text.exact_match, TEXTS, **_COUNT,
            rank=0),
    # Its length bounds it: as a loss, edit similarity of the same outputs stands for it.
    _scored("token_edit_distance", "Tokens to fix", "Token edit distance",
            text.token_edit_distance, TEXTS, split=True, linear=True, **_FALLING, rank=27),
    _scored("edit_similarity", "How near the answers are", "Edit similarity",
            text.edit_similarity, TEXTS, split=True, linear=True, **_SHARE, rank=20),
    _scored("prefix_match", "Right until the first error", "Prefix match", text.prefix_match,
            TEXTS, split=True, **_SHARE, rank=22),
    _scored("numeric_error", "How far off the numbers are", "Relative numeric error",
            text.numeric_error, TEXTS, **_ERROR, rank=26),
    _scored("chrf", "Characters in common", "chrF", text.chrf, TEXTS, **_SHARE, rank=21),
    _scored("loss", "What training improves", "Per-token loss (nats)", options.token_loss,
            TOKEN_LOGPROBS, **_NATS, rank=0),
    _scored("log_likelihood", "How likely the right answer is", "Log-likelihood (nats)",
            options.log_likelihood, TOKEN_LOGPROBS, whole_target=True, **_REWARD, rank=4),
    _scored("multiple_choice_grade", "Right option chosen", "Multiple-choice grade",
            options.multiple_choice_grade, OPTIONS, chance=lambda n: 1 / n, **_COUNT, rank=2),
    _scored("option_probability", "Mass on the right option", "Probability of the right option",
            options.option_probability, OPTIONS, chance=lambda n: 1 / n, linear=True, **_SHARE,
            rank=10),
    _scored("option_margin", "Lead of the right option", "Log-probability margin (nats)",
            options.option_margin, OPTIONS, chance=lambda _n: 0.0, kind="continuous",
            minimum=-inf, maximum=inf),
    _scored("brier_score", "How wrong the odds are", "Brier score", options.brier_score, OPTIONS,
            chance=lambda n: 1 - 1 / n, kind="continuous", lower_is_better=True, maximum=2.0,
            loss_kind="brier", rank=11),
    # Schaeffer, Miranda and Koyejo 2023, arXiv:2304.15004, section 5.
    _scored("squared_error", "How far off the pixels are", "Squared error (sum over pixels)",
            np.asarray, ("squared_error",), **_ERROR, rank=25),
    _reported("token_success", ("Single tokens right", "Per-token success"), linear=True, **_SHARE,
              rank=19),
    _reported("em", ("Whole answers right", "Exact match (em)"), **_COUNT, rank=1),
    _reported("acc", ("Answers right", "Accuracy (acc)"), **_COUNT, rank=3),
    _reported("accuracy", ("Answers right", "Accuracy"), **_COUNT, rank=4),
    _reported("pass@1", **_COUNT, rank=5),
    _reported("pass_at_1", **_COUNT, rank=6),
    _reported("mc1", ("Best option chosen", "Single-true accuracy (mc1)"), **_COUNT, rank=7),
    _reported("acc_norm", ("Answers right", "Accuracy, by length (acc_norm)"), **_COUNT, rank=8),
    _reported("test_accuracy", **_COUNT, rank=9),
    # Of runs, which are its items.
    _reported("solved_share", ("How many runs solve the task", "Share of runs that solved it"),
              **_COUNT, rank=10),
    _reported("f1", ("Words in common", "F1"), **_SHARE, rank=23),
    _reported("f1a", ("Options judged right", "F1 over answers (f1a)"), rank=24),
    _reported("mc2", ("Mass on true options", "Multi-true mass (mc2)"), kind="continuous"),
    _reported("mcc", ("Agreement beyond chance", "Matthews correlation (mcc)"), minimum=-1.0),
    *(
        _reported(name)
        for name in ("acc_bytes", "acc_mutual_info", "contains", "f1_macro", "likelihood_diff_acc",
                     "mcc_norm", "win_rate")
    ),
    _reported("test_loss", **_NATS, rank=1),
    _reported("nll", **_NATS, rank=2),
    _reported("bits_per_byte", (SURPRISED, "Bits per byte"), **_LOSS, loss_kind="bits", rank=3),
    _reported("ppl", (SURPRISED, "Perplexity (ppl)"), **_PERPLEXITY, rank=5),
    _reported("perplexity", (SURPRISED, "Perplexity"), **_PERPLEXITY, rank=6),
    _reported("word_perplexity", (SURPRISED, "Perplexity per word"), **_PERPLEXITY, rank=7),
    _reported("byte_perplexity", (SURPRISED, "Perplexity per byte"), **_PERPLEXITY, rank=8),
)  # fmt: skip
