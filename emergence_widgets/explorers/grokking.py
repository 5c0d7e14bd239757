"""`GrokkingExplorer`: what jumps late in training, and what moved all along."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np
import pandas as pd

from ..datasets.grokking import grokking
from ..programs.encode import Encoding, log, text
from ..programs.grokking import ACCURACIES, LOSSES, MEASURES, METRICS
from ..results.eval_results import EvalResults, checked_results
from ..results.schema import SchemaError, nearest
from ..widgets import theme
from ..widgets.axes import Ticks, axis_ends, linear_ticks, log_ticks
from ..widgets.controls import ChoiceControl, NumberControl, ToggleControl
from ..widgets.legend import SwitchesControl
from ..widgets.panel import BLANK, Panel, key, log_or_linear, x_axis
from ..widgets.readouts import ReadoutStrip, cell, column
from .base import Curve, Explorer
from .control_types import GrokkingControls

TRAINING, FIGURES = "The training run", "The figures"
LABELS = {
    "weight_norm": "Weight norm",
    "fourier_share": "Power at key frequencies",
    "restricted_loss": "Restricted loss",
    "excluded_loss": "Excluded loss",
}
SETS = {"train": theme.LOSS, "test": theme.DISCONTINUOUS}
# The palette's sky blue is too near its blue on a dark page.
MEASURE_COLOURS = (*(theme.FAMILY_COLOURS[index] for index in (0, 3, 4)), theme.TEXT)
SHORT: dict[str, str] = dict(
    zip(("norm", "power", "restricted", "excluded"), MEASURE_COLOURS, strict=True)
)


class GrokkingExplorer(Explorer, program="grokking"):
    """Accuracy on unseen sums jumps long after training is learnt; measures show it coming.

    A marker moves along training in all figures at once. Grey lines are the test accuracies of
    the other runs. Each measure is drawn on its own scale, so that its timing can be seen.

    Parameters
    ----------
    results
        Scores over training steps under the metrics `METRICS` of
        `emergence_widgets.programs.grokking` (default: `datasets.grokking`).
    **controls
        Initial values: ``run`` (a name, such as ``'weight decay 2, seed 0'``), ``step`` (of
        the marker), ``measures`` (names of `MEASURES`), ``log_step``; also ``layout``.

    Raises
    ------
    TypeError
        `results` is no EvalResults, or a keyword is unknown.
    SchemaError
        A metric or the column ``step`` is missing.
    ControlError
        A name that the data do not have, or a value out of range.

    Notes
    -----
    Power et al. 2022 (arXiv:2201.02177) named grokking; the restricted and excluded losses
    are those of Nanda et al. 2023 (arXiv:2301.05217), whose key frequencies are read off the
    trained network, that is, in hindsight.

    Examples
    --------
    >>> e = GrokkingExplorer(step=1000)
    >>> sorted(e.curves()["figure"].unique())
    ['accuracy', 'loss', 'progress']
    >>> e.close()
    """

    run = ChoiceControl(label="Run", group=TRAINING, help="Training run that is drawn in colour.")
    step = NumberControl(
        1000, minimum=1, maximum=1e7, step=0.01, whole=True, logarithmic=True, format="scale",
        label="Marker at step", group=TRAINING,
        help="Moves the marker along training, in all figures at once.",
    )  # fmt: skip
    measures = SwitchesControl(
        label="Measures", group=FIGURES, colours=dict(zip(MEASURES, MEASURE_COLOURS, strict=True)),
        help="A click switches a measure on or off.",
    )  # fmt: skip
    log_step = ToggleControl(True, label="Logarithmic step axis", group=FIGURES)

    def __init__(
        self, results: EvalResults | None = None, **controls: Unpack[GrokkingControls]
    ) -> None:
        results = grokking() if results is None else results
        self.results = checked_results(results, ", such as datasets.grokking()")
        self._runs = _curves_by_run(self.results)
        controls.setdefault("run", next(iter(self._runs["names"])))
        controls.setdefault("measures", MEASURES)
        super().__init__(_constants(self._runs), **controls)
        self.controls["step"].max = float(np.log10(self._runs["step"][-1]))

    def _choices(self, control: str) -> dict[str, str]:
        if control == "run":
            return {name: name for name in self._runs["names"]}
        return LABELS

    def _build(self) -> None:
        across: dict[str, Any] = {**x_axis("Training step", log_ticks(1, 10)), "height": "240px"}
        accuracy = Panel(
            "Right answers",
            key("Accuracy:", SETS | {"other runs, test": theme.NEUTRAL}),
            y_ticks=linear_ticks(0, 1),
            **across,
        )
        loss = Panel("What training minimises", key("Loss (nats):", SETS), y_ticks=BLANK, **across)
        progress = Panel(
            "What moves inside",
            key("Own scales:", SHORT),
            y_ticks=Ticks((0.0, 1.0), ("least", "most"), 0.0, 1.0),
            **across,
        )
        self.panels = {"accuracy": accuracy, "loss": loss, "progress": progress}
        loss.follow_axis("y", "loss_axis")
        for panel in self.panels.values():
            panel.follow_axis("x", log_or_linear("log_step", "axes"))
            ends = ("loss_axis.low", "loss_axis.high") if panel is loss else (0.0, 1.0)
            panel.upright(_places("step_now"), *ends)
        first, last = self._runs["step"][[0, -1]].tolist()
        accuracy.dashed(_places([first, last]), "chance")
        accuracy.note(_places(first), "chance", text("chance"), align="start")
        grey: Any = {"stroke_width": 1.5, "opacities": [0.55]}
        accuracy.curve(theme.NEUTRAL, _places("others_step"), "others_accuracy", **grey)
        for metric in METRICS:
            drawn, colour = metric, SETS.get(metric.partition("_")[0], "")
            panel = accuracy if metric in ACCURACIES else loss
            if metric in MEASURES:
                drawn, panel = f"{metric}_share", progress
                colour = MEASURE_COLOURS[MEASURES.index(metric)]
            # An axis of losses is logarithmic.
            height, now = (
                log(one, when=float(metric in LOSSES)) for one in (drawn, f"{drawn}_now")
            )
            # What was not logged at a step is no gap: the line joins the steps at which it was.
            panel.curve(colour, _places("step"), height, keep="placed")
            panel.points(colour, [_places("step_now")], [now])

    def _readout_strip(self) -> ReadoutStrip:
        return ReadoutStrip(
            cells=[
                cell("Marker at step", "{step_now:scale}", detail="last logged step"),
                cell("Test accuracy", "{test_accuracy_now:percent}",
                     detail="train {train_accuracy_now:percent}",
                     help="Share of sums right: of pairs never trained on, and of trained ones."),
                cell("Test loss", "{test_loss_now:number}", detail="train {train_loss_now:number}",
                     help="Cross-entropy in nats."),
                cell(LABELS["weight_norm"], "{weight_norm_now:number}",
                     help="Length of all parameters as one vector."),
                cell(LABELS["fourier_share"], "{fourier_share_now:percent}",
                     help="Share of the embedding's power at the frequencies that the trained "
                     "network uses (known in hindsight)."),
                cell(LABELS["restricted_loss"], "{restricted_loss_now:number}",
                     detail="excluded {excluded_loss_now:number}",
                     help="Loss when only the key frequencies' part of the logits is kept; "
                     "excluded: training loss when that part is taken away."),
                cell("99% right from step", "{test_learnt:scale}",
                     detail="train {train_learnt:scale}",
                     help="First logged step at which the test pairs are 99% right; – is never."),
            ],
            columns=[
                column("Step", "step", "scale"),
                *(
                    column(LABELS.get(name, name.replace("_", " ")), name, "number")
                    for name in METRICS
                ),
            ],
        )  # fmt: skip

    def _curves(self) -> list[Curve]:
        figures: dict[str, str] = dict.fromkeys(ACCURACIES, "accuracy")
        figures |= dict.fromkeys(LOSSES, "loss")
        return [Curve(figures.get(name, "progress"), name, "step", name) for name in METRICS]


def _constants(runs: Mapping[str, Any]) -> dict[str, Any]:
    step = runs["step"]
    losses = np.concatenate([runs[name].ravel() for name in LOSSES])
    positive = losses[np.isfinite(losses) & (losses > 0)]
    least, most = (positive.min(), positive.max()) if len(positive) else (0.1, 1.0)
    return {
        "step": step,
        **{name: runs[name] for name in METRICS},
        "chance": np.array(runs["chance"]),
        "axes": {
            "linear": axis_ends(linear_ticks(0.0, 1.04 * step[-1])),
            "log": axis_ends(log_ticks(step[0], 1.3 * step[-1])),
        },
        "loss_axis": axis_ends(log_ticks(least / 1.5, most * 1.5)),
    }


def _places(step: Encoding) -> Encoding:
    return log(step, when="log_step")


def _curves_by_run(results: EvalResults) -> dict[str, Any]:
    """One row a run, one column a logged step, one array a metric."""
    scores = results.scores
    if "step" not in scores or not (scores["step"] > 0).any():
        raise SchemaError(
            "these results hold no training steps above 0. "
            f"{nearest('step', [str(name) for name in scores.columns])}"
        )
    for metric in METRICS:
        if metric not in set(scores["metric"]):
            raise SchemaError(
                f"these results hold no metric {metric!r}. {nearest(metric, results.metrics)}"
            )
    scores = scores[(scores["step"] > 0) & scores["metric"].isin(METRICS)]
    family = scores["family"] if "family" in scores else scores["model"]
    seed = scores["seed"] if "seed" in scores else pd.Series(np.nan, scores.index)
    name = [
        str(kind) + (f", seed {one:g}" if pd.notna(one) else "")
        for kind, one in zip(family, seed, strict=True)
    ]
    scores = scores.assign(run=name)
    names = list(dict.fromkeys(name))
    steps = np.unique(scores["step"].to_numpy(dtype=float))
    table = scores.pivot_table(index=["metric", "run"], columns="step", values="value")
    curves: dict[str, Any] = {
        metric: table.reindex([(metric, run) for run in names]).reindex(columns=steps).to_numpy()
        for metric in METRICS
    }
    chance = scores.loc[scores["metric"] == "test_accuracy"]
    level = chance["chance"].max() if "chance" in chance else np.nan
    return {**curves, "names": names, "step": steps, "chance": float(level)}
