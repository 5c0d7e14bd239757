"""What ``curves()`` says that each explorer's figures show, on axes of the kind that they have."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from emergence_widgets.widgets import theme

DISCONTINUOUS, CONTINUOUS, LOSS, NEUTRAL, TEXT = (
    theme.DISCONTINUOUS, theme.CONTINUOUS, theme.LOSS, theme.NEUTRAL, theme.TEXT,
)  # fmt: skip
NONE = np.array([])


@dataclass(frozen=True)
class Expected:
    """One mark that a figure must hold.

    Attributes
    ----------
    kind
        ``'line'``, ``'points'``, ``'bars'`` (from `y` to `end`) or ``'band'`` (between them).
    x, y, end
        In data units; `y` and `end` as the axis is stretched, if `stretched`.
    solid
        False: hollow points.
    row
        Words of the tick beside which all points stand, instead of `y`.
    between
        Words of two ticks beyond which nothing is drawn.
    fan
        Share of the axis over which points of one `x` are spread.
    beyond
        Only what lies farther right on the scale than this is curves.
    inside
        Whether corners outside the axes are left out.
    """

    figure: str
    kind: str
    colour: str
    x: np.ndarray
    y: np.ndarray
    end: np.ndarray = field(default_factory=lambda: NONE)
    solid: bool = True
    stretched: bool = False
    row: str = ""
    between: tuple[str, str] | None = None
    fan: float = 0.0
    beyond: float = -np.inf
    inside: bool = False


@dataclass(frozen=True)
class Picture:
    """All that is expected of an explorer at one state.

    Attributes
    ----------
    axes
        By figure the kinds of its axes, keys of `frames.STRETCHES`; None: linear or log.
    marks
        Marks that must be there.
    free
        Figures that hold other coloured marks as well.
    """

    axes: Mapping[str, tuple[str | None, str | None]]
    marks: list[Expected]
    free: tuple[str, ...] = ()


class Curves:
    """``curves()`` by figure and curve."""

    def __init__(self, explorer: Any) -> None:
        self.frame: pd.DataFrame = explorer.curves()
        self._parts = dict(iter(self.frame.groupby(["figure", "curve"], sort=False)))

    def __call__(self, figure: str, curve: str) -> pd.DataFrame:
        return self._parts.get((figure, curve), self.frame.iloc[:0])

    def line(self, figure: str, curve: str, colour: str, **more: Any) -> Expected:
        rows = self(figure, curve).dropna(subset=["y"])
        return Expected(figure, "line", colour, rows["x"].to_numpy(), rows["y"].to_numpy(), **more)

    def points(self, figure: str, curve: str, colour: str, **more: Any) -> Expected:
        rows = self(figure, curve)
        return Expected(
            figure, "points", colour, rows["x"].to_numpy(), rows["y"].to_numpy(), **more
        )

    def ends(self, kind: str, figure: str, curve: str, colour: str, **more: Any) -> Expected:
        rows = self(figure, curve).dropna(subset=["lower", "upper"])
        x, lower, upper = (rows[name].to_numpy() for name in ("x", "lower", "upper"))
        return Expected(figure, kind, colour, x, lower, upper, **more)


def mirage(explorer: Any) -> Picture:
    curves = Curves(explorer)
    colours = {
        "loss": LOSS, "exact_match": DISCONTINUOUS, "token_edit_distance": CONTINUOUS,
        "token_success": CONTINUOUS, "multiple_choice_grade": DISCONTINUOUS,
        "brier_score": CONTINUOUS,
    }  # fmt: skip
    marks = []
    for name, colour in colours.items():
        measured = name, f"{name}_measured", colour
        marks += [curves.line(name, name, colour), curves.points(*measured)]
        marks += [curves.ends("bars", *measured)] if name != "loss" else []
    marks += [
        curves.line("skills_loss", "skills_loss", LOSS),
        curves.points("skills_loss", "skills_loss_models", LOSS),
        curves.line("skills", "one_skill", NEUTRAL),
        curves.line("skills", "three_skills", NEUTRAL),
        curves.line("skills", "many_skills", DISCONTINUOUS),
        curves.points("skills", "many_skills_models", DISCONTINUOUS),
        curves.line("skills", "tasks_average", CONTINUOUS),
    ]
    axes = {name: ("log", "log" if name == "loss" else "linear") for name in colours}
    axes |= {"skills_loss": ("log", "log"), "skills": ("log", "linear")}
    return Picture(axes, marks)


def high_jump(explorer: Any) -> Picture:
    curves = Curves(explorer)
    marks = [
        curves.line("jump", "flight", CONTINUOUS, solid=False),
        curves.line("height", "mean_height", CONTINUOUS),
        curves.ends("band", "height", "mean_height", CONTINUOUS),
        curves.line("cleared", "one_attempt", NEUTRAL),
        curves.line("cleared", "chance", DISCONTINUOUS),
        curves.line("answers", "density", CONTINUOUS),
        curves.line("ability", "ability", CONTINUOUS),
        curves.ends("band", "ability", "ability", CONTINUOUS),
        curves.line("pass_rate", "pass_at_1", NEUTRAL),
        curves.line("pass_rate", "pass_at_k", DISCONTINUOUS),
    ]
    log = dict.fromkeys(("height", "cleared", "ability", "pass_rate"), ("log", "linear"))
    # No number stands on the axis of answers: their density is drawn for its shape.
    shapes = {"jump": ("linear", "linear"), "answers": ("linear", "shape")}
    return Picture(log | shapes, marks, free=("jump",))


def resolution(explorer: Any) -> Picture:
    curves = Curves(explorer)
    fan = 0.04 if explorer.repeats > 1 else 0.0
    rows = ("none", ">0.95")
    line = curves("straight", "minus_log_exact_match")
    sizes, nats = line["x"].to_numpy(), line["y"].to_numpy()
    one = "linear", "exact_match_measured", DISCONTINUOUS
    marks = [
        curves.line("linear", "exact_match", DISCONTINUOUS),
        curves.line("linear", "pass_at_k", CONTINUOUS),
        curves.points(*one, fan=fan),
        curves.ends("bars", *one, fan=fan),
        Expected("logarithmic", "line", DISCONTINUOUS, sizes, -nats / np.log(10), stretched=True),
        Expected("straight", "line", DISCONTINUOUS, sizes, -np.log10(nats), stretched=True),
    ]
    tests = (
        (curves("linear", "exact_match_measured"), DISCONTINUOUS, fan),
        (curves("logarithmic", "pass_until_measured"), CONTINUOUS, 0.0),
    )
    for figure, ends in (("logarithmic", None), ("straight", rows)):
        for test, colour, spread in tests:
            seen, unseen = test[test["y"] > 0], test[test["y"] == 0]
            x, y, lower, upper = (seen[name].to_numpy() for name in ("x", "y", "lower", "upper"))
            none = unseen["x"].to_numpy()
            more: dict[str, Any] = {"between": ends, "fan": spread}
            marks += [
                Expected(figure, "points", colour, x, y, **more),
                Expected(figure, "bars", colour, x, lower, upper, **more),
                Expected(figure, "points", colour, none, none, solid=False, row="none", fan=spread),
            ]
    kinds = {"linear": "linear", "logarithmic": "log", "straight": "log(-log)"}
    return Picture({figure: ("log", kind) for figure, kind in kinds.items()}, marks)


def multi_step(explorer: Any) -> Picture:
    curves = Curves(explorer)
    marks = [
        curves.line("step", "step_success", CONTINUOUS),
        curves.ends("band", "step", "step_success", CONTINUOUS),
        curves.line("chain", "chain_success", DISCONTINUOUS),
        *(curves.line("chain", f"plain_{steps}", NEUTRAL) for steps in (1, 10, 100)),
        curves.line("partial", "partial_credit", CONTINUOUS),
        curves.line("partial", "worth", DISCONTINUOUS),
        curves.line("width", "transition_width", DISCONTINUOUS),
    ]
    if explorer.retries:
        marks.append(curves.line("step", "checked_success", LOSS))
    # Of unequal steps the width is a readout of its own.
    free = ("width",) if explorer.unevenness > 1 else ()
    return Picture(
        dict.fromkeys(("step", "chain", "partial", "width"), ("log", "linear")), marks, free
    )


def grokking(explorer: Any) -> Picture:
    curves = Curves(explorer)
    marks = []
    for test, colour in (("train", LOSS), ("test", DISCONTINUOUS)):
        marks.append(curves.line("accuracy", f"{test}_accuracy", colour))
        marks.append(curves.line("loss", f"{test}_loss", colour))
    colours = {
        "weight_norm": theme.FAMILY_COLOURS[0], "fourier_share": theme.FAMILY_COLOURS[3],
        "restricted_loss": theme.FAMILY_COLOURS[4], "excluded_loss": TEXT,
    }  # fmt: skip
    for name in explorer.measures:
        line = curves.line("progress", name, colours[name])
        share = (line.y - line.y.min()) / np.ptp(line.y)
        marks.append(Expected("progress", "line", line.colour, line.x, share))
    marks.append(_other_runs(explorer))
    x = "log" if explorer.log_step else "linear"
    return Picture(
        {"accuracy": (x, "linear"), "loss": (x, "log"), "progress": (x, "linear")}, marks
    )


def _other_runs(explorer: Any) -> Expected:
    """Test accuracies of the runs that are not chosen, each as it is when it is."""
    chosen, parts = explorer.run, []
    for run in explorer._choices("run"):
        if run != chosen:
            explorer.run = run
            rows = explorer.curves().query("curve == 'test_accuracy'").dropna(subset=["y"])
            parts += [np.full((1, 2), np.nan), rows[["x", "y"]].to_numpy()]
    explorer.run = chosen
    x, y = np.vstack(parts[1:]).T
    return Expected("accuracy", "line", NEUTRAL, x, y)


def reconstruction(explorer: Any) -> Picture:
    curves = Curves(explorer)
    share = "reconstructed", "reconstructed_measured", DISCONTINUOUS
    marks = [
        curves.line("reconstructed", "reconstructed", DISCONTINUOUS),
        curves.points(*share),
        curves.ends("bars", *share),
        curves.line("squared_error", "squared_error", CONTINUOUS),
        curves.points("squared_error", "squared_error_measured", CONTINUOUS),
    ]
    error = "log" if explorer.log_error else "linear"
    return Picture({"reconstructed": ("log", "linear"), "squared_error": ("log", error)}, marks)


def forecast(explorer: Any) -> Picture:
    curves = Curves(explorer)
    colours = {
        "sharp": DISCONTINUOUS, "direct": theme.FAMILY_COLOURS[3], "smooth": CONTINUOUS,
        "ladder": LOSS, "last_value": NEUTRAL,
    }  # fmt: skip
    last = curves("score", "visible")["x"].max()
    marks = [
        curves.points("score", "visible", TEXT),
        curves.points("score", "hidden", TEXT, solid=False),
    ]
    for method in explorer.methods:
        colour = colours[method]
        rows = curves("score", method)
        grid = rows["x"][rows["x"] > last]
        first = float(grid.min()) if len(grid) else np.inf
        # Before the first hidden size a line is tied to the last visible one.
        tied = {"beyond": first} if method == "last_value" else {}
        marks.append(curves.line("score", method, colour, **tied))
        if rows["lower"].notna().any():
            marks.append(curves.ends("band", "score", method, colour, beyond=first))
        marks.append(curves.line("errors", method, colour))
        marks.append(curves.points("errors", method, colour))
    chain = explorer.steps
    for figure in ("first_step", "second_step"):
        rows = curves(figure, chain)
        if rows["y"].notna().any():
            marks.append(curves.line(figure, chain, colours[chain], inside=True))
        if figure == "second_step" and rows["lower"].notna().any():
            marks.append(curves.ends("band", figure, chain, colours[chain]))
    marks = [mark for mark in marks if np.isfinite(mark.y).any()]
    axes = {
        "score": ("log", "linear"),
        "first_step": ("log", None),
        "second_step": (None, "linear"),
    }
    return Picture(axes | {"errors": ("linear", "linear")}, marks)


def results(explorer: Any) -> Picture:
    """Of `ResultsExplorer` and the atlas, whose lines join means."""
    curves = Curves(explorer)
    families = list(explorer._choices("families"))
    log_score = explorer.log_score
    axes, marks = {}, []
    outputs = explorer._outputs()
    for slot, metric in enumerate(curves.frame["figure"].unique(), 1):
        figure = f"figure_{slot}"
        axes[figure] = (
            "log" if explorer.log_scale else "linear", None if log_score else "linear"
        )  # fmt: skip
        for place, family in enumerate(families):
            rows = curves(metric, family)
            if rows.empty:
                continue
            colour = theme.FAMILY_COLOURS[place % len(theme.FAMILY_COLOURS)]
            marks += list(_family(figure, colour, rows, explorer))
        # Of the atlas's figures no smooth loss predicts anything.
        predicted = [outputs.get(f"predicted_{of}_{slot - 1}", NONE) for of in ("scale", "score")]
        if len(predicted[0]):
            family = outputs[f"readout_{slot - 1}"].rpartition(", ")[2]
            colour = theme.FAMILY_COLOURS[families.index(family) % len(theme.FAMILY_COLOURS)]
            marks.append(Expected(figure, "line", colour, *predicted))
    return Picture(axes, marks)


def _family(figure: str, colour: str, rows: pd.DataFrame, explorer: Any) -> Iterator[Expected]:
    middle = rows.sort_values("x", kind="stable").set_index("x")["y"]
    middle = middle.groupby("x").agg(getattr(explorer, "line", "mean"))
    yield Expected(figure, "line", colour, middle.index.to_numpy(), middle.to_numpy())
    yield Expected(figure, "points", colour, rows["x"].to_numpy(), rows["y"].to_numpy())
    barred = rows.dropna(subset=["lower", "upper"])
    if explorer.intervals and len(barred):
        x, lower, upper = (barred[name].to_numpy() for name in ("x", "lower", "upper"))
        yield Expected(figure, "bars", colour, x, lower, upper)


PICTURES: dict[str, Callable[[Any], Picture]] = {
    "mirage": mirage,
    "high_jump": high_jump,
    "resolution": resolution,
    "multi_step": multi_step,
    "grokking": grokking,
    "reconstruction": reconstruction,
    "forecast": forecast,
    "results": results,
    "atlas": results,
}


def picture_of(name: str, explorer: Any) -> Picture:
    """What is expected of the explorer whose program has this name."""
    advice = f"{name} is not in PICTURES of tests/unit/export/expected_marks.py; say what it draws"
    assert name in PICTURES, advice
    return PICTURES[name](explorer)
