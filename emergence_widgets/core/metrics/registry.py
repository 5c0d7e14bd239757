"""The one registry of metrics: whatever is known of a metric stands here and nowhere else.

`find_metric(name)` knows every name: registered ones, their aliases, those that `rescore` makes
of them (``edit_similarity>=0.8``, ``exact_match, 5 of 5``) and, with cautious defaults, all others.
`ranked(names)` tells which of several to pick unasked. `SCORES` holds those that can be computed
from answers; `register_metric` adds a metric of the user's own. The direction of a table's rows
is what `results.schema.lower_is_better` says: their column, else this registry.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace as changed
from math import inf, isfinite
from types import MappingProxyType
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .known import KNOWN, TEXTS, Chance, Columns, Kind, LossKind, Metric, of_columns, words_of
from .loss import RANGES
from .text import Tokens

DERIVED = (", ", ">=", "<=")
ACCURACY = "_accuracy"
OWN_RANK = 100.0  # Metrics of users come after ours, in the order in which they were registered.

_METRICS: dict[str, Metric] = {one.name: one for one in KNOWN}
_SCORES: dict[str, Metric] = {name: one for name, one in _METRICS.items() if one.compute}
SCORES: Mapping[str, Metric] = MappingProxyType(_SCORES)
"""Every metric that can be computed from answers, by name; `register_metric` adds one."""


def is_registered(name: str) -> bool:
    """Whether a metric is ours or was registered, under this name or as an alias."""
    return name in _METRICS


def find_metric(name: str) -> Metric:
    """What is known of a metric; cautious defaults where nothing is."""
    # A threshold (`f1>=0.5`) and K of K (`exact_match, 5 of 5`) make shares out of scores, of which
    # only the former counts items; what ends in `_accuracy` is a share of items right.
    if name in _METRICS:
        return _METRICS[name]
    share = Metric(name, *words_of(name), "discontinuous", minimum=0.0, maximum=1.0)
    measured = name.split(", ")[0]
    for sign in (">=", "<="):
        measured, limited, _ = measured.partition(sign)
        if limited and measured in _METRICS:
            return changed(share, counts_items=", " not in name)
    if ", " in name and measured in _METRICS:
        return changed(share, kind=_METRICS[measured].kind)
    if measured.endswith(ACCURACY):
        return changed(share, minimum=-inf, maximum=inf, counts_items=", " not in name)
    return Metric(name, *words_of(name))


def ranked(names: Iterable[str], *kinds: Kind) -> list[str]:
    """Those that may be picked unasked, the first choice first; of some kinds, in their order."""
    known = [_METRICS[name] for name in dict.fromkeys(names) if name in _METRICS]
    fit = [one for one in known if isfinite(one.rank) and (not kinds or one.kind in kinds)]
    place = {kind: at for at, kind in enumerate(kinds)}
    return [one.name for one in sorted(fit, key=lambda one: (place.get(one.kind, 0), one.rank))]


def register_metric(
    name: str,
    score: Callable[..., ArrayLike] | None = None,
    *,
    kind: Kind,
    needs: Sequence[str] = TEXTS,
    label: str | None = None,
    metric: str | None = None,
    lower_is_better: bool | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    chance: float | Chance | None = None,
    loss_kind: LossKind | None = None,
    linear: bool = False,
    aliases: Sequence[str] = (),
    replace: bool = False,
) -> Metric:
    """Make a metric of your own known to all that reads results.

    From then on `rescore` computes it (given `score`), and readers, explorers, verdicts, forecasts
    and the atlas know its direction, bounds, kind and title.

    Parameters
    ----------
    name
        Its name in tables.
    score
        From the columns of `needs`, one argument each, to one number an answer; it gets
        ``tokens=`` as well where it has a parameter of that name. None: other tools compute it.
    kind
        ``'discontinuous'``: right or wrong; ``'continuous'``: a slightly better output scores
        slightly better; ``'loss'``: a loss or a perplexity; ``'unknown'``.
    needs
        Columns of a samples table; see `EvalResults`.
    label, metric
        The question it answers, as a figure's title, and its proper name; by default its name.
    lower_is_better
        Its direction; by default a loss is better if lower, all else if higher.
    minimum, maximum
        Its bounds. By default 0 and 1, or 0 and infinity where lower is better; none where the
        kind is unknown.
    chance
        Score of guessing, or a function from the number of options to it; None: guessing has no
        meaning.
    loss_kind
        How it is read as a loss: a ``'share'`` between chance and best, ``'nats'``, ``'bits'``, a
        ``'perplexity'``, a ``'reward'`` (nats that are best at 0 from below), another ``'error'``
        that is 0 at best, a ``'brier'`` score. By default ``'nats'`` for a loss (``'reward'`` where
        higher is better), for a continuous score that is best at 0 ``'error'``, from 0 to 1
        ``'share'``; else it is not.
    linear
        Whether its expectation is linear in the per-token success.
    aliases
        Other names that tables have for it.
    replace
        Whether it may take the place of one that you registered before.

    Returns
    -------
    Metric
        It, callable as those in `SCORES` are.

    Raises
    ------
    TypeError
        `score` is no function, or does not take the columns.
    ValueError
        A name that is taken or stands for a derived metric, an unknown kind, reversed bounds, a
        chance out of bounds.

    Examples
    --------
    >>> def first_word(target, output):
    ...     pairs = zip(target, output, strict=True)
    ...     return [float(t.split()[:1] == o.split()[:1]) for t, o in pairs]
    >>> mine = register_metric("first_word", first_word, kind="discontinuous",
    ...                        label="First words right", replace=True)
    >>> mine({"target": ["a b", "c d"], "output": ["a x", "x d"]}).tolist()
    [1.0, 0.0]
    """
    names = (name, *aliases)
    for one in names:
        _check_name(one, replace)
    if kind not in get_args(Kind):
        raise ValueError(f"kind is {kind!r}; expected one of {', '.join(get_args(Kind))}")
    if loss_kind not in (None, *RANGES):
        expected = ", ".join(RANGES)
        raise ValueError(f"loss_kind is {loss_kind!r}; expected one of {expected}, or None")
    lower = kind == "loss" if lower_is_better is None else bool(lower_is_better)
    # A loss that is better if higher is a log-likelihood.
    usual = (-inf, inf) if kind == "unknown" else (0.0, inf) if lower else (0.0, 1.0)
    usual = (-inf, 0.0) if kind == "loss" and not lower else usual
    least = usual[0] if minimum is None else float(minimum)
    most = usual[1] if maximum is None else float(maximum)
    if not least < most:
        raise ValueError(f"minimum is {least:g} and maximum {most:g}; expected minimum < maximum")
    if loss_kind is None and kind in ("continuous", "loss"):
        loss_kind = _usual_loss_kind(kind, lower, least, most)
    picked = kind == "discontinuous" or loss_kind is not None
    known = Metric(
        name,
        label or words_of(name)[0],
        metric or name,
        kind,
        lower_is_better=lower,
        minimum=least,
        maximum=most,
        chance=_checked_chance(chance, least, most),
        loss_kind=loss_kind,
        counts_items=kind == "discontinuous" and (least, most, lower) == (0.0, 1.0, False),
        linear=linear,
        rank=OWN_RANK + len(_METRICS) if picked else inf,
    )
    if score is not None:
        compute = _checked_score(known, score, tuple(needs))
        known = changed(known, needs=tuple(needs), compute=compute)
        _SCORES[name] = known
    else:
        _SCORES.pop(name, None)
    _METRICS[name] = known
    for alias in aliases:
        of_table = f"{known.metric} ({alias})"
        _METRICS[alias] = changed(known, name=alias, metric=of_table, compute=None, needs=())
    return known


def _check_name(name: Any, again: bool) -> None:
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"the name of a metric is {name!r}; expected a text")
    mark = next((mark for mark in DERIVED if mark in name), None)
    if mark is not None:
        raise ValueError(
            f"the name {name!r} holds {mark!r}, which stands for a metric that is made of another "
            "('edit_similarity>=0.8', 'exact_match, 5 of 5'); choose another name"
        )
    if name in _METRICS and any(name == one.name for one in KNOWN):
        raise ValueError(f"the name {name!r} is taken by a metric of ours; choose another")
    if name in _METRICS and not again:
        raise ValueError(
            f"the name {name!r} is taken by a metric that you registered; choose another, or pass "
            "replace=True"
        )


def _usual_loss_kind(kind: Kind, lower: bool, least: float, most: float) -> LossKind | None:
    if kind == "loss":
        return "nats" if lower else "reward"
    if lower:
        return "error" if least == 0 else None
    return "share" if (least, most) == (0.0, 1.0) else None


def _checked_chance(chance: float | Chance | None, least: float, most: float) -> Chance | None:
    if chance is None:
        return None
    guess: Chance = chance if callable(chance) else lambda _n, level=float(chance): level
    for n in (2.0, 4.0):
        level = guess(n)
        if not least <= level <= most:
            words = f"chance is {level:g}" + (f" for {n:g} options" if callable(chance) else "")
            raise ValueError(f"{words}; expected a score from {least:g} to {most:g}")
    return guess


def _checked_score(metric: Metric, score: Callable[..., ArrayLike], needs: tuple[str, ...]) -> Any:
    """The function of a user, whose signature is checked now and whose results when they come."""
    if not callable(score):
        raise TypeError(
            f"score is a {type(score).__name__}; expected a function from the columns "
            f"{', '.join(needs)} to one number an answer, or None"
        )
    if not needs:
        raise ValueError("needs is empty; expected the columns that the function reads")
    function = of_columns(score, needs, split=_takes_tokens(score, needs))

    def compute(columns: Columns, tokens: Tokens) -> NDArray[np.float64]:
        values = np.asarray(function(columns, tokens), dtype=float)
        rows = len(columns[needs[0]])
        if values.shape != (rows,):
            raise ValueError(
                f"{metric.name!r} gave an array of shape {values.shape} for {rows} answers; "
                f"expected one number an answer, shape ({rows},)"
            )
        outside = (values < metric.minimum) | (values > metric.maximum)
        if outside.any():
            raise ValueError(
                f"{metric.name!r} gave {values[outside][0]:g}, but its bounds are "
                f"{metric.minimum:g} and {metric.maximum:g}; "
                "register_metric(…, minimum=…, maximum=…) sets them"
            )
        return values

    return compute


def _takes_tokens(score: Callable[..., ArrayLike], needs: tuple[str, ...]) -> bool:
    """Whether a function of the columns takes ``tokens`` too; a TypeError if not the columns."""
    try:
        signature = inspect.signature(score)
    except (TypeError, ValueError):  # Some built-in functions tell none.
        return False
    split = "tokens" in signature.parameters and "tokens" not in needs
    try:
        signature.bind(*needs, **({"tokens": None} if split else {}))
    except TypeError as error:
        raise TypeError(
            f"score takes {signature}, but is called with the columns {', '.join(needs)}, one "
            f"argument each: {error}; name the columns that it takes with needs=(…)"
        ) from None
    return split
