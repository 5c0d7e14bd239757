"""Score the same answers again, under any metric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..core.metrics.loss import Floats
from ..core.metrics.registry import SCORES, Metric, find_metric
from ..core.metrics.text import Tokens
from ..core.statistics.intervals import all_right_probability, mean_interval, wilson_interval
from .curves import Ints, means
from .eval_results import EvalResults
from .item_scores import item_scores, options_of
from .schema import SCALES, SchemaError, check_among, check_name, check_samples, to_pandas

# Loss is measured: it differs between seeds of one model.
APART = ("family", "params", "flops", "tokens", "step", "subtask", "filter", "n_shot")
CARRIED = ("family", "params_kind", "seed", *SCALES, "subtask", "filter", "n_shot")
ITEM = ("task", "subtask", "item")


def rescore(
    samples: Any,
    scores: str | Sequence[str] = ("exact_match",),
    by: str | Sequence[str] | None = None,
    *,
    tokens: Tokens = "whitespace",
    thresholds: Mapping[str, Iterable[float]] | None = None,
    all_of: Iterable[int] = (),
    confidence: float = 0.95,
    engine: str = "local",
) -> pd.DataFrame:
    """Score the same answers again, under any metric.

    Parameters
    ----------
    samples
        Samples table (pandas, polars, pyarrow, …) or an `EvalResults` that has one.
    scores
        Names in `SCORES`, to which `register_metric` adds your own.
    by
        Columns whose combinations each get one number. By default ``model`` and ``task``,
        and whichever of family, scales, subtask, filter and shots differ within them, so that
        checkpoints stay apart. Seeds stay apart when ``seed`` is among them.
    tokens
        How texts are split: ``'whitespace'``, ``'characters'`` or a function.
    thresholds
        ``{score: [c, …]}``: also the share of answers at least (for lower-is-better
        scores: at most) c, under the metric ``score>=c`` (``score<=c``).
    all_of
        Numbers K: also the chance that K answers drawn without replacement are all right,
        for every 0/1 score and threshold, under the metric ``score, K of K``.
    confidence
        Coverage of ``lower`` and ``upper``, in (0, 1).
    engine
        ``'local'``.

    Returns
    -------
    pandas.DataFrame
        A scores table: the columns of `by`, scale columns that are constant in each group,
        ``metric, value, stderr, lower, upper, n_items, lower_is_better, min, max, chance``.
        Answers whose score is not defined do not count; a group without any has NaN and no
        items. Several answers to one item in a group (seeds, repeated attempts) count as one,
        their mean. Where every item scores 0 or 1 the interval is Wilson's, else Student's t,
        kept within the bounds; for K of K it is Wilson's to the power of K, and `n_items`
        counts answers.

    Raises
    ------
    KeyError
        An unknown score.
    SchemaError
        A missing column.
    ValueError
        An unknown engine, or a K below 1.

    References
    ----------
    Thresholds and K of K as in Schaeffer et al. 2023 (arXiv:2304.15004), section 5.

    Examples
    --------
    >>> answers = pd.DataFrame({"model": "m", "params": 1e6, "task": "t", "item": [0, 1],
    ...                         "target": ["a b", "c d"], "output": ["a b", "c x"]})
    >>> rescore(answers, ["exact_match", "edit_similarity"])["value"].tolist()
    [0.5, 0.75]
    """
    if engine != "local":
        raise ValueError(f"engine is {engine!r}; expected 'local'")
    subsets = [int(k) for k in all_of]
    if any(k < 1 for k in subsets):
        raise ValueError(f"all_of holds {min(subsets)}; expected whole numbers from 1")
    scores = [scores] if isinstance(scores, str) else list(scores)
    limits = {name: list(values) for name, values in (thresholds or {}).items()}
    for name in (*scores, *limits):
        check_name("score", name, SCORES)
    frame = _samples_frame(samples)
    values = {
        name: item_scores(frame, name, tokens=tokens) for name in dict.fromkeys((*scores, *limits))
    }
    groups = _Groups(frame, _by(frame, by), confidence)
    tables: list[pd.DataFrame] = []
    for name in scores:
        tables.append(groups.means(name, SCORES[name], values[name]))
        if not SCORES[name].continuous:
            tables += [groups.all_right(name, values[name], k) for k in subsets]
    for name, least in limits.items():
        lower_is_better = SCORES[name].lower_is_better
        for limit in least:
            reach = values[name] <= limit if lower_is_better else values[name] >= limit
            passed = np.where(np.isnan(values[name]), np.nan, reach.astype(float))
            metric = f"{name}{'<=' if lower_is_better else '>='}{limit:g}"
            tables.append(groups.means(metric, find_metric(metric), passed))
            tables += [groups.all_right(metric, passed, k) for k in subsets]
    return pd.concat(tables, ignore_index=True)


def _samples_frame(samples: Any) -> pd.DataFrame:
    if isinstance(samples, EvalResults):
        if samples.samples is None:
            raise SchemaError(
                "these results hold scores only, no answers, so nothing can be scored again; "
                "read the files of answers too (lm-eval: --log_samples)"
            )
        return samples.samples.reset_index(drop=True)
    return check_samples(to_pandas(samples))


def _by(frame: pd.DataFrame, by: str | Sequence[str] | None) -> list[str]:
    if by is not None:
        names = [by] if isinstance(by, str) else list(by)
        check_among("by names", names, frame.columns)
        return names
    there = [name for name in APART if name in frame]
    together = frame.groupby(["model", "task"], sort=False, dropna=False, observed=True)
    different = together[there].nunique(dropna=False).max() > 1
    return ["model", "task", *(name for name in there if different[name])]


class _Groups:
    """The groups of answers that each get one number, and what is known of each."""

    def __init__(self, frame: pd.DataFrame, by: list[str], confidence: float) -> None:
        groups = frame.groupby(by, sort=False, dropna=False, observed=True)
        self.code: Ints = groups.ngroup().to_numpy()
        columns = [name for name in CARRIED if name in frame and name not in by]
        constant = [name for name in columns if groups[name].nunique(dropna=False).max() == 1]
        self.head = groups[[*by, *constant]].head(1).reset_index(drop=True)
        self.confidence = confidence
        # Each row's item within its group, and each item's group.
        keys = [self.code, *(frame[name] for name in ITEM if name in frame)]
        items = frame.groupby(keys, sort=False, dropna=False, observed=True)
        self._item: Ints = items.ngroup().to_numpy()
        self._owner = np.zeros(items.ngroups, dtype=np.intp)
        self._owner[self._item] = self.code
        self._options = options_of(frame)

    def _sums(self, code: Ints, weights: Floats | None = None) -> Floats:
        return np.bincount(code, weights, minlength=len(self.head)).astype(float)

    def means(self, metric: str, score: Metric, values: Floats) -> pd.DataFrame:
        """Mean over items, with its interval."""
        items = means(values, self._item, len(self._owner))
        code, items = self._owner[~np.isnan(items)], items[~np.isnan(items)]
        n, total = self._sums(code), self._sums(code, items)
        sharp = self._sums(code, (~np.isin(items, (0.0, 1.0))).astype(float)) == 0
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total / n
            stderr = np.sqrt(self._sums(code, (items - mean[code]) ** 2) / (n - 1) / n)
            low, high = mean_interval(mean, stderr, n, confidence=self.confidence)
        lower, upper = np.maximum(low, score.minimum), np.minimum(high, score.maximum)
        if not score.continuous:
            low, high = wilson_interval(np.where(sharp, total, 0.0), n, confidence=self.confidence)
            lower, upper = np.where(sharp, low, lower), np.where(sharp, high, upper)
        chance = self._chance(score, values)
        return self._table(metric, score, n, mean, (lower, upper), stderr=stderr, chance=chance)

    def all_right(self, metric: str, passed: Floats, k: int) -> pd.DataFrame:
        """Chance that k answers drawn without replacement are all right."""
        known = ~np.isnan(passed)
        right = self._sums(self.code[known], (passed[known] == 1).astype(float))
        n = self._sums(self.code[known])
        lower, upper = wilson_interval(right, n, confidence=self.confidence)
        value = all_right_probability(right, n, k)
        name = f"{metric}, {k} of {k}"
        return self._table(name, find_metric(name), n, value, (lower**k, upper**k))

    def _chance(self, score: Metric, values: Floats) -> Floats | float:
        if score.chance is None:
            return np.nan
        guess = np.array([score.chance(n) for n in self._options.tolist()], dtype=float)
        known = ~np.isnan(values) & ~np.isnan(guess)
        code, guess = self.code[known], guess[known]
        with np.errstate(invalid="ignore"):
            return self._sums(code, guess) / self._sums(code)

    def _table(
        self,
        metric: str,
        score: Metric,
        n: Floats,
        value: Floats,
        bounds: tuple[Floats, Floats],
        *,
        stderr: Floats | float = np.nan,
        chance: Floats | float = np.nan,
    ) -> pd.DataFrame:
        lower, upper = (np.where(np.isnan(value), np.nan, bound) for bound in bounds)
        ends = (score.minimum, score.maximum)
        least, most = (end if np.isfinite(end) else np.nan for end in ends)
        return self.head.assign(
            metric=metric, value=value, stderr=stderr, lower=lower, upper=upper, n_items=n,
            lower_is_better=score.lower_is_better, min=least, max=most, chance=chance,
        )  # fmt: skip
