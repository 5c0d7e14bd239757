"""Keyword arguments of the explorers; made by `tools/control_types.py`, not by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias, TypedDict

import ipywidgets
import numpy as np

Number: TypeAlias = float | np.number[Any]
Names: TypeAlias = str | Iterable[str]


class WidgetOptions(TypedDict, total=False):
    """What every widget takes."""

    layout: ipywidgets.Layout | dict[str, Any]


class EmergenceAtlasControls(WidgetOptions, total=False):
    """Controls of `EmergenceAtlas`."""

    task: str
    metric: str
    search: str
    """Search. Tasks whose names hold all of these words; the shares count them alone."""
    sort: str
    """Sort. Order of the tasks; a click on a metric sorts by it."""
    jumps_only: bool | np.bool_
    """Only tasks that rise late. Under one of the metrics shown. The shares go on counting all
    tasks."""
    kinds: Names
    """Metrics. A click switches the metrics of a kind on or off."""
    limit: str
    """T must exceed. What counts as late."""
    family: str
    """T of. Whose late rise the cells show."""
    scale: str
    """Scale. What models are ordered by."""
    colour: str
    """Colour by. What the colours mean."""
    families: Names
    """Families. A click switches a family on or off: its curves, and its part in the map."""
    log_scale: bool | np.bool_
    """Logarithmic scale axis."""
    log_score: bool | np.bool_
    """Logarithmic score axes."""
    intervals: bool | np.bool_
    """95% intervals."""


class ForecastControls(WidgetOptions, total=False):
    """Controls of `ForecastExplorer`."""

    held_out: Number
    """Whole, 1 to 200 models. Models that no method sees. Forecasts are made from the smaller
    ones alone."""
    task: str
    """Task. Task whose scores are forecast."""
    family: str
    """Family. Family of models, or one model in training."""
    methods: Names
    """Methods. A click switches a method's line and interval on or off."""
    steps: str
    """Two steps of. Method whose two steps are drawn."""


class GrokkingControls(WidgetOptions, total=False):
    """Controls of `GrokkingExplorer`."""

    run: str
    """Run. Training run that is drawn in colour."""
    step: Number
    """Whole, 1 to 1e+07. Moves the marker along training, in all figures at once."""
    measures: Names
    """Measures. A click switches a measure on or off."""
    log_step: bool | np.bool_
    """Logarithmic step axis."""


class HighJumpControls(WidgetOptions, total=False):
    """Controls of `HighJumpExplorer`."""

    training: Number
    """1 to 10000 hours. Moves the marker along training; the drawn jump follows it. Model:
    compute."""
    growth: Number
    """0 to 0.4 metres per tenfold training. Metres that ten times the training add to the mean
    jump. Model: gain in ability."""
    start: Number
    """0.5 to 1.2 metres. Mean jump after the first hour. Model: ability at the smallest compute."""
    spread: Number
    """0 to 0.2 metres. Standard deviation of the jumps; at 0 success is a step. Model: of its
    answers."""
    bar: Number
    """0.3 to 2.8 metres. Height that must be cleared. Model: the ability that the task needs."""
    attempts: Number
    """Whole, 1 to 10. The best of so many jumps counts. Model: pass@k, one of k answers is
    right."""


class MirageControls(WidgetOptions, total=False):
    """Controls of `MirageExplorer`."""

    exponent: Number
    """-1 to -0.05. How fast the per-token loss falls with size: loss = floor + (N/c)^α."""
    critical_scale: Number
    """100000 to 1e+12 parameters. Size at which the reducible loss is one nat per token."""
    floor: Number
    """0 to 1 nats. Loss that no size removes (our addition; 0 in the paper)."""
    length: Number
    """Whole, 1 to 50 tokens. Tokens that must all be right for an exact match."""
    errors_allowed: Number
    """Whole, 0 to 10 tokens. Wrong tokens that an answer may hold and still count as right."""
    options: Number
    """Whole, 2 to 20. Answers to choose from in the multiple-choice version."""
    concentration: Number
    """0.5 to 10000 (or inf). Low: some items are easy and some hard (Beta concentration of their
    success)."""
    n_items: Number
    """Whole, 1 to 100000 items. Items in the test: a score cannot show less than one in n."""
    n_models: Number
    """Whole, 3 to 24. Number of model sizes tested, evenly spaced on the axis."""
    largest_model: Number
    """100000 to 1e+12 parameters. The largest size that was trained and tested."""
    decision_noise: Number
    """0.05 to 1. Low: the likeliest option is always chosen. 1: options are chosen by their
    odds."""
    skills_needed: Number
    """Whole, 1 to 50 skills. A task is solved once the last of its s skills is learnt. Skill k
    is needed in proportion to k^(α - 1) (Zipf's law); the most frequent is learnt first."""


class MultiStepControls(WidgetOptions, total=False):
    """Controls of `MultiStepExplorer`."""

    exponent: Number
    """-1 to -0.05. How fast the loss of a step falls with size: (N/c)^α."""
    critical_scale: Number
    """100000 to 1e+12 parameters. Size at which a step's loss is one: right in 37% of cases
    (logistic: in 50%)."""
    logistic: bool | np.bool_
    """Logistic step curve. Off: a step is right with exp(−loss). On: with 1/(1 + loss), logistic
    in log N."""
    steps: Number
    """Whole, 1 to 100. Steps that the task takes."""
    retries: Number
    """Whole, 0 to 20 a step. Further tries of each step, when a check finds it wrong."""
    errors_allowed: Number
    """Whole, 0 to 10 steps. Wrong steps with which the task still counts as done."""
    unevenness: Number
    """1 to 100. Loss of the hardest step over that of the easiest; the mean loss stays the same."""
    part_worth: Number
    """0 to 1. 0: only the finished task is worth anything. 1: every right step is worth its
    share. Which it is, the task decides, not the metric."""


class ReconstructionControls(WidgetOptions, total=False):
    """Controls of `ReconstructionExplorer`."""

    threshold: Number
    """0.01 to 6. An image counts as rebuilt when its squared error, summed over pixels, is below
    c."""
    log_error: bool | np.bool_
    """Logarithmic error axis. Shows how small the errors of the wide networks still become."""


class ResolutionControls(WidgetOptions, total=False):
    """Controls of `ResolutionExplorer`."""

    length: Number
    """Whole, 1 to 50 tokens. Tokens that must all be right for an exact match."""
    exponent: Number
    """-1 to -0.05. How fast the per-token loss (N/c)^α falls with size: the slope of the line."""
    critical_scale: Number
    """100000 to 1e+12 parameters. Size at which the loss is one nat per token."""
    n_items: Number
    """Whole, 1 to 100000 items. Items in the test: asked once each, they show no rate below one
    in n."""
    samples_per_item: Number
    """Whole, 1 to 10000 answers. Answers that the blue test draws for each item, independently."""
    repeats: Number
    """Whole, 1 to 12. Random test sets of n items, one orange point each."""
    n_models: Number
    """Whole, 3 to 24. Number of model sizes tested, evenly spaced on the axis."""


class ResultsControls(WidgetOptions, total=False):
    """Controls of `ResultsExplorer`."""

    task: str
    """Task. Task whose scores are shown."""
    families: Names
    """Families. A click switches a family's points on or off."""
    metrics: Names
    scale: str
    """Scale. What the horizontal axis is."""
    line: str
    """Line joins. Where several seeds were trained: what the line joins."""
    log_scale: bool | np.bool_
    """Logarithmic scale axis."""
    log_score: bool | np.bool_
    """Logarithmic score axes."""
    intervals: bool | np.bool_
    """95% intervals."""
    onset: bool | np.bool_
    """Mark the onset. Smallest scale (greatest loss) whose 95% interval lies above chance."""
    threshold: Number
    """0 to 1. An answer counts as right from this item score on; 1 is exact match."""
    all_of: Number
    """Whole, 1 to 20 answers. Answers, drawn at random, that must all count as right."""
