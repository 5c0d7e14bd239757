"""`Metric`: what is known of a metric, and how it scores answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, nan
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .loss import Kind as LossKind
from .text import Tokens

Kind = Literal["discontinuous", "continuous", "loss", "unknown"]
Columns = Mapping[str, Sequence[Any]]
Chance = Callable[[float], float]


@dataclass(frozen=True)
class Metric:
    """What is known of a metric.

    Attributes
    ----------
    name
        Its name in tables, its key in `SCORES`.
    label
        The question it answers, as a figure's title.
    metric
        Its proper name.
    kind
        ``'discontinuous'``: a slightly better output may score no better; ``'continuous'``: it
        scores slightly better; ``'loss'``: so does it, and the metric is a loss or a perplexity;
        ``'unknown'``.
    lower_is_better
        Its direction.
    minimum, maximum
        Its bounds; infinite where there is none.
    chance
        Score of an even guess among n options (NaN where it depends on n and n is NaN); None
        where guessing has no meaning.
    loss_kind
        How it is read as a loss: a ``'share'`` between chance and best, ``'nats'``, ``'bits'``,
        a ``'perplexity'``, a ``'reward'`` (nats that are best at 0 from below), another
        ``'error'`` that is 0 at best, a ``'brier'`` score; None if it is not to be.
    counts_items
        Whether it is a share of items that are each right or wrong.
    linear
        Whether its expectation is linear in the per-token success.
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
    compute: Callable[[Columns, Tokens], ArrayLike] | None = None

    @property
    def continuous(self) -> bool:
        """Whether a slightly better output scores slightly better."""
        return self.kind in ("continuous", "loss")

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

    def compute(columns: Columns, tokens: Tokens) -> ArrayLike:
        options = {"tokens": tokens} if split else {}
        return function(*[columns[name] for name in needs], **options)

    return compute
