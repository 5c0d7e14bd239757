"""Score the same answers again, under any metric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from ..core.sampling import all_right_probability, mean_interval, wilson_interval
from ..core.scores import SCORES, Score
from ..core.texts import Tokens
from .eval_results import EvalResults
from .schema import SCALES, SchemaError, check_samples, nearest

CARRIED = ("family", "params_kind", "seed", *SCALES)


def item_scores(samples: pd.DataFrame, score: str, *, tokens: Tokens = "whitespace") -> np.ndarray:
    """One number a row of a samples table.

    Parameters
    ----------
    samples
        With the columns that the score needs.
    score
        Name in `SCORES`.
    tokens
        ``'whitespace'``, ``'characters'`` or a function from a text to its tokens.

    Returns
    -------
    numpy.ndarray
        Shape (rows,); NaN where the score is not defined.

    Raises
    ------
    KeyError
        An unknown score; the message names the nearest.
    SchemaError
        A column that the score needs is missing; the message lists the scores that can be
        computed.

    Examples
    --------
    >>> answers = pd.DataFrame({"target": ["a b"], "output": ["a c"]})
    >>> item_scores(answers, "edit_similarity").tolist()
    [0.5]
    """
    return _score(score)(_columns(samples, _score(score)), tokens=tokens)


def computable(samples: pd.DataFrame) -> list[str]:
    """Scores whose columns a samples table has."""
    return [name for name, score in SCORES.items() if not _missing(samples, score)]


def _score(name: str) -> Score:
    if name not in SCORES:
        raise KeyError(f"no score {name!r}. {nearest(name, SCORES)}")
    return SCORES[name]


def _missing(samples: pd.DataFrame, score: Score) -> list[str]:
    has_right = {"right", "choices"} & set(samples.columns)
    return [
        column
        for column in score.needs
        if column not in samples and not (column == "right" and has_right)
    ]


def _columns(samples: pd.DataFrame, score: Score) -> dict[str, Sequence[Any]]:
    missing = _missing(samples, score)
    if missing:
        raise SchemaError(
            f"{score.name} needs the column {missing[0]!r}. {nearest(missing[0], samples.columns)} "
            f"Scores of these answers: {', '.join(computable(samples)) or 'none'}."
        )
    columns: dict[str, Sequence[Any]] = {
        name: samples[name].tolist() for name in score.needs if name != "right"
    }
    if "right" in score.needs:
        columns["right"] = _right_option(samples)  # pyright: ignore[reportArgumentType]
    return columns


def _right_option(samples: pd.DataFrame) -> np.ndarray:
    """Index of the right option: the column ``right``, else where ``target`` is in ``choices``."""
    if "right" in samples:
        return samples["right"].to_numpy(dtype=np.intp)
    right = np.empty(len(samples), dtype=np.intp)
    for row, (target, choices) in enumerate(
        zip(samples["target"], samples["choices"], strict=True)
    ):
        options = list(choices)
        if target in options:
            right[row] = options.index(target)
        elif isinstance(target, (int, np.integer)):
            right[row] = target
        else:
            raise SchemaError(
                f"samples: row {row}, column 'target' holds {target!r}, which is none of the "
                f"choices {options!r}; give the text of the right option, or its index in a "
                "column 'right'"
            )
    return right


def rescore(
    samples: Any,
    scores: Sequence[str] = ("exact_match",),
    by: Sequence[str] = ("model", "task"),
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
        Names in `SCORES`.
    by
        Columns whose combinations each get one number; seeds stay apart when ``seed`` is
        among them.
    tokens
        How texts are split: ``'whitespace'``, ``'characters'`` or a function.
    thresholds
        ``{score: [c, …]}``: also the share of answers at least (for lower-is-better
        scores: at most) c, under the metric ``score>=c`` (``score<=c``).
    all_of
        Numbers K: also the chance that K answers drawn without replacement are all right,
        for every 0/1 score and threshold, under the metric ``score, K of K``.
    confidence
        Coverage of ``lower`` and ``upper``.
    engine
        ``'local'``.

    Returns
    -------
    pandas.DataFrame
        A scores table: the columns of `by`, scale columns that are constant in each group,
        ``metric, value, stderr, lower, upper, n_items, lower_is_better, min, max``. 0/1
        scores have Wilson intervals, K of K these to the power of K, means Student's t.

    Raises
    ------
    KeyError
        An unknown score.
    SchemaError
        A missing column.
    ValueError
        An unknown engine, or a K below 1.

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
    frame = _samples_frame(samples)
    for name in by:
        if name not in frame:
            raise SchemaError(f"by names {name!r}. {nearest(name, frame.columns)}")
    wanted = {**dict.fromkeys(scores), **dict.fromkeys(thresholds or {})}
    values = {name: item_scores(frame, name, tokens=tokens) for name in wanted}
    groups = frame.groupby(list(by), sort=False, dropna=False, observed=True)
    code = groups.ngroup().to_numpy()
    head = _carried(frame, groups, list(by))
    tables = []
    for name in scores:
        tables.append(_table(head, code, values[name], SCORES[name], name, confidence))
        if not SCORES[name].continuous:
            tables += _subsets(head, code, values[name], name, subsets, confidence)
    for name, limits in (thresholds or {}).items():
        lower_is_better = SCORES[name].lower_is_better
        for limit in limits:
            sign = "<=" if lower_is_better else ">="
            reach = values[name] <= limit if lower_is_better else values[name] >= limit
            passed = np.where(np.isnan(values[name]), np.nan, reach.astype(float))
            metric = f"{name}{sign}{limit:g}"
            tables.append(_table(head, code, passed, SCORES["exact_match"], metric, confidence))
            tables += _subsets(head, code, passed, metric, subsets, confidence)
    return pd.concat(tables, ignore_index=True)


def _samples_frame(samples: Any) -> pd.DataFrame:
    if isinstance(samples, EvalResults):
        if samples.samples is None:
            raise SchemaError(
                "these results hold scores only, no answers, so nothing can be scored again; "
                "read the files of answers too (lm-eval: --log_samples)"
            )
        return samples.samples
    frame = nw.from_native(samples, eager_only=True).to_pandas()
    return check_samples(frame.reset_index(drop=True))


def _carried(frame: pd.DataFrame, groups: Any, by: list[str]) -> pd.DataFrame:
    columns = [name for name in CARRIED if name in frame and name not in by]
    constant = [name for name in columns if groups[name].nunique(dropna=False).max() == 1]
    return groups[[*by, *constant]].head(1).reset_index(drop=True)


def _sums(code: np.ndarray, weights: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(code, weights=weights, minlength=size)


def _table(
    head: pd.DataFrame,
    code: np.ndarray,
    values: np.ndarray,
    score: Score,
    metric: str,
    confidence: float,
) -> pd.DataFrame:
    known = np.isfinite(values)
    code, values = code[known], values[known]
    size = len(head)
    n = _sums(code, np.ones(len(code)), size)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = _sums(code, values, size) / n
        squares = _sums(code, (values - mean[code]) ** 2, size)
        stderr = np.sqrt(squares / np.maximum(n - 1, 0) / n)
        binary = not score.continuous and np.isin(values, (0.0, 1.0)).all()
        if binary:
            lower, upper = wilson_interval(np.where(n > 0, mean * n, 0.0), n, confidence=confidence)
        else:
            lower, upper = mean_interval(mean, stderr, n, confidence=confidence)
            lower = np.maximum(lower, score.minimum)
            upper = np.minimum(upper, score.maximum)
    return head.assign(
        metric=metric,
        value=mean,
        stderr=stderr,
        lower=lower,
        upper=upper,
        n_items=n,
        lower_is_better=score.lower_is_better,
        min=score.minimum if np.isfinite(score.minimum) else np.nan,
        max=score.maximum if np.isfinite(score.maximum) else np.nan,
    )


def _subsets(
    head: pd.DataFrame,
    code: np.ndarray,
    passed: np.ndarray,
    metric: str,
    subsets: list[int],
    confidence: float,
) -> list[pd.DataFrame]:
    known = np.isfinite(passed)
    right = _sums(code[known], np.floor(passed[known]), len(head))
    n = _sums(code[known], np.ones(int(known.sum())), len(head))
    lower, upper = wilson_interval(right, n, confidence=confidence)
    return [
        head.assign(
            metric=f"{metric}, {k} of {k}",
            value=all_right_probability(right, n, k),
            stderr=np.nan,
            lower=lower**k,
            upper=upper**k,
            n_items=n,
            lower_is_better=False,
            min=0.0,
            max=1.0,
        )
        for k in subsets
    ]
