"""`ReconstructionExplorer`: a threshold on smoothly falling errors makes vision jump, too."""

from __future__ import annotations

from typing import Any, Unpack

import ipywidgets
import numpy as np
import pandas as pd

from ..core.statistics.late_rise import FEWEST_LEVELS
from ..datasets.autoencoder import Reconstructions, autoencoder, autoencoder_images
from ..programs.encode import Encoding, log, text
from ..results.eval_results import EvalResults, checked_results
from ..results.schema import SchemaError, nearest
from ..widgets import theme
from ..widgets.axes import axis_ends, linear_ticks, log_ticks
from ..widgets.controls import NumberControl, ToggleControl
from ..widgets.panel import Panel, classed, log_or_linear, x_axis
from ..widgets.pictures import PictureTable
from ..widgets.readouts import ReadoutStrip, cell, column, late_rise_cell, meanings
from ..widgets.steady_gains import LateRiseMarks
from .base import Curve, Explorer
from .control_types import ReconstructionControls

ENOUGH, AXES = "What counts as rebuilt", "The axes"
SPREAD = (0.05, 0.95)
TALL = "256px"
SHAPES = (("Images rebuilt", "share"), ("Squared error", "error"))


class ReconstructionExplorer(Explorer, program="reconstruction"):
    """Share of images rebuilt within a squared error, beside the error itself.

    Points are trained autoencoders (every seed is one), lines join means over seeds, bars are
    95% intervals, the band holds nine of ten images. The pictures are held-out images, and
    what each width makes of them; those within the threshold are framed. The strip
    below tells late rise T (see `late_rise`) of both lines, where the share rises beyond its noise;
    a bracket shows it where a line lags most behind steady gains, which are dotted.

    Parameters
    ----------
    results
        Samples with a column ``squared_error`` (default: `datasets.autoencoder`).
    images
        Pictures to show (default: `datasets.autoencoder_images` beside the default results,
        else none).
    **controls
        Initial values: ``threshold`` (c, 0.01 to 6), ``log_error``; also ``layout``.

    Raises
    ------
    TypeError
        `results` is no EvalResults, or a keyword is unknown.
    SchemaError
        No answers, no squared errors or no sizes in `results`, or runs with different images.
    ControlError
        A value out of range.

    Notes
    -----
    Schaeffer, Miranda and Koyejo 2023 (arXiv:2304.15004), section 5: the share of images
    with ``||x - xhat||**2 < c`` jumps where the mean squared error does not.

    Examples
    --------
    >>> e = ReconstructionExplorer(threshold=0.5)
    >>> shares = e.curves().query("curve == 'reconstructed'")["y"]
    >>> bool(shares.is_monotonic_increasing)
    True
    >>> e.close()
    """

    threshold = NumberControl(
        0.5, minimum=0.01, maximum=6.0, label="Good below", symbol="c", group=ENOUGH,
        help="An image counts as rebuilt when its squared error, summed over pixels, is below c.",
    )  # fmt: skip
    log_error = ToggleControl(
        False, label="Logarithmic error axis", group=AXES,
        help="Shows how small the errors of the wide networks still become.",
    )  # fmt: skip

    def __init__(
        self,
        results: EvalResults | None = None,
        images: Reconstructions | None = None,
        **controls: Unpack[ReconstructionControls],
    ) -> None:
        if results is None:
            results = autoencoder()
            images = autoencoder_images() if images is None else images
        results = checked_results(results, ", such as datasets.autoencoder()")
        self.results, self.images = results, images
        self._widths, self._scale_label, errors = _errors_by_run(results, images)
        super().__init__(_constants(self._widths, errors, images), **controls)

    def _build(self) -> None:
        low, high = self._widths[[0, -1]].tolist()
        room = (high / low) ** 0.04 if high > low else 1.5
        ticks = log_ticks(low / room, high * room, most=7)
        across: dict[str, Any] = {**x_axis(self._scale_label, ticks), "y_ticks": linear_ticks(0, 1)}
        share = Panel("Images rebuilt", "Share with squared error below c", height=TALL, **across)
        words = "Mean squared error (band: nine of ten images)"
        error = Panel("How far off the pixels are", words, height=TALL, **across)
        self.panels = {"reconstructed": share, "squared_error": error}
        error.follow_axis("y", log_or_linear("log_error", "axes"))

        def on_axis(value: Encoding, otherwise: Encoding = None) -> Encoding:
            return log(value, when="log_error", otherwise=otherwise)

        spread = (on_axis(f"spread_{end}", "axes.log.low") for end in ("high", "low"))
        error.band(theme.CONTINUOUS, log("width"), *spread)
        error.dashed(log([low, high]), on_axis("threshold"))
        error.note(log(high), on_axis("threshold"), text("good enough"))
        share.bars(theme.DISCONTINUOUS, log("run_scale"), "share_lower", "share_upper")
        ends = (ticks.low, ticks.high)
        of_share = LateRiseMarks(share, "share", ends, text(theme.DISCONTINUOUS))
        of_error = LateRiseMarks(
            error, "error", ends, text(theme.CONTINUOUS), falls=1.0, y=on_axis
        )  # fmt: skip
        for late, colour, line, points in (
            (of_share, theme.DISCONTINUOUS, "share_line", "share"),
            (of_error, theme.CONTINUOUS, on_axis("error_line"), on_axis("mean_error")),
        ):
            late.add_line()
            late.panel.curve(colour, log("width"), line)
            late.panel.selectable_points(colour, log("run_scale"), points, "run_number")
            late.add_bracket()
        self.pictures = self.images and PictureTable(
            self.images.originals,
            self.images.reconstructions,
            heading="Held-out images, and what each bottleneck width rebuilds",
            columns=[f"{width:g}" for width in self._widths],
            rows=[str(label) for label in self.images.labels],
        )
        if self.pictures:
            self._targets.bind(self.pictures, marks="pictures")

    def _arrange(self, box: ipywidgets.Widget) -> tuple[Any, ...]:
        box, figures, readouts, link = super()._arrange(box)
        if self.pictures is None:
            return (box, figures, readouts, link)
        both = [classed(figures, "ew-stacked"), self.pictures]
        return (box, classed(ipywidgets.Box(both), "ew-beside"), readouts, link)

    def _readout_strip(self) -> ReadoutStrip:
        return ReadoutStrip(
            cells=[
                *(late_rise_cell(label, name) for label, name in SHAPES
                  if len(self._widths) >= FEWEST_LEVELS),
                cell("Half are rebuilt from", "{half_width:number}",
                     detail=self._scale_label.lower(),
                     help="Smallest size whose models rebuild at least half of the images."),
                cell("From the smallest to the largest",
                     "{smallest_share:percent} → {largest_share:percent}",
                     detail="of the images rebuilt"),
            ],
            meanings=meanings(),
            columns=[
                column(self._scale_label, "run_scale", "number"),
                column("Images rebuilt", "share", "number"),
                column("Mean squared error", "mean_error", "number"),
            ],
        )  # fmt: skip

    def _curves(self) -> list[Curve]:
        ends = ("share", "share_lower", "share_upper")
        return [
            Curve("reconstructed", "reconstructed", "width", "share_line"),
            Curve("squared_error", "squared_error", "width", "error_line"),
            Curve("reconstructed", "reconstructed_measured", "run_scale", *ends),
            Curve("squared_error", "squared_error_measured", "run_scale", "mean_error"),
        ]


def _constants(
    widths: np.ndarray, errors: pd.DataFrame, images: Reconstructions | None
) -> dict[str, Any]:
    run_width = np.searchsorted(widths, errors["width"])
    error = np.stack(errors["squared_error"].to_list())
    spread = np.array([np.quantile(error[run_width == i], SPREAD) for i in range(len(widths))])
    most, least = float(np.max(spread)), float(max(np.min(spread), 1e-6))
    of_images = np.zeros((len(widths), 0)) if images is None else images.squared_error
    return {
        "width": widths,
        "run_width": run_width.astype(float),
        "error": np.sort(error, axis=1),
        "mean_error": error.mean(axis=1),
        "spread_low": spread[:, 0],
        "spread_high": spread[:, 1],
        "image_error": np.asarray(of_images, float),
        "axes": {
            "linear": axis_ends(linear_ticks(0.0, 1.05 * most)),
            "log": axis_ends(log_ticks(least / 2, 2 * most)),
        },
        "run_names": [
            f"{row.model}, seed {row.seed}" if "seed" in errors else str(row.model)
            for row in errors.itertuples()
        ],
    }


def _errors_by_run(
    results: EvalResults, images: Reconstructions | None
) -> tuple[np.ndarray, str, pd.DataFrame]:
    """Sizes, what they are, and one row a run with the errors of all its images."""
    samples = results.samples
    if samples is None or "squared_error" not in samples:
        columns = () if samples is None else samples.columns
        raise SchemaError(
            "these results hold no column 'squared_error' of single images. "
            f"{nearest('squared_error', columns)}"
        )
    if "params" not in samples or samples["params"].isna().any():
        raise SchemaError("a model has no size: the samples need the column 'params' in every row")
    keys = [name for name in ("model", "params", "seed") if name in samples]
    runs = samples.groupby(keys, sort=False, dropna=False)["squared_error"]
    errors = runs.apply(lambda column: column.to_numpy(dtype=float)).reset_index()
    counts = errors["squared_error"].map(len)
    if counts.min() != counts.max():
        fewest = errors["model"].iloc[int(counts.argmin())]
        raise SchemaError(
            f"{fewest} has {counts.min()} images where others have {counts.max()}; every run "
            "must be asked the same images"
        )
    size = errors["params"].to_numpy(dtype=float)
    label = "Model size (parameters)"
    if images is not None:
        known = dict(zip(images.params.tolist(), images.widths.tolist(), strict=True))
        missing = sorted(set(size.tolist()) - set(known))
        if missing:
            raise SchemaError(
                f"images show no model of {missing[0]:g} parameters; they have "
                f"{', '.join(f'{params:g}' for params in known)}"
            )
        size = np.array([known[params] for params in size.tolist()], dtype=float)
        label = "Bottleneck width"
    errors["width"] = size
    return np.unique(size), label, errors
