"""`MultiStepExplorer`: a task that needs every step stays sharp, whatever is measured beside it."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from ..programs.encode import Encoding, above, choose, log, text
from ..programs.multi_step import COMPARED, MOST_ERRORS, MOST_STEPS, multi_step_constants
from ..widgets import theme
from ..widgets.axes import axis_ends, checked_scale, linear_ticks, log_ticks
from ..widgets.controls import NumberControl, ToggleControl
from ..widgets.panel import Panel, key, x_axis
from ..widgets.readouts import ReadoutStrip, cell, column
from . import law_controls
from .base import Curve, Explorer
from .control_types import MultiStepControls

MODEL, TASK, WORTH = "One step", "The chain", "What counts"
WIDTH_ENDS = (2.0, 5.0, 10.0, 20.0, 50.0)


class MultiStepExplorer(Explorer, program="multi_step"):
    """Tasks of many steps: the whole chain, single steps, and what a part of it is worth.

    Parameters
    ----------
    scale
        Model sizes at which curves are drawn: ascending, above 0, at least two (default:
        200 sizes from 1M to 100T parameters).
    scale_label
        What the scale is.
    **controls
        Initial values: ``steps`` (k, 1 to 100), ``retries`` (of a checked step, 0 to 20),
        ``errors_allowed`` (wrong steps that are forgiven, 0 to 10), ``unevenness`` (loss of
        the hardest step over that of the easiest, 1 to 100), ``exponent`` (alpha),
        ``critical_scale`` (c), ``logistic`` (whether a step's success is logistic in log N
        instead of the loss law), ``part_worth`` (v, 0 to 1); also ``layout``.

    Raises
    ------
    TypeError
        An unknown keyword.
    ControlError
        A value out of range.
    ValueError
        A scale that is not ascending or not above 0.

    Notes
    -----
    A step's loss falls as ``(N / c)**alpha`` and the step is right with ``exp(-loss)``
    (Schaeffer, Miranda and Koyejo 2023, arXiv:2304.15004, section 2), or with
    ``1 / (1 + loss)``. Steps succeed independently; the check before a retry is perfect; both
    are simplifications.

    Examples
    --------
    >>> e = MultiStepExplorer(steps=10)
    >>> curves = e.curves().set_index("curve")
    >>> bool(np.allclose(curves.loc["chain_success", "y"], curves.loc["step_success", "y"] ** 10))
    True
    >>> e.close()
    """

    exponent = law_controls.exponent(
        -0.5, group=MODEL, help="How fast the loss of a step falls with size: (N/c)^α."
    )
    critical_scale = law_controls.critical_scale(
        1e8, group=MODEL,
        help="Size at which a step's loss is one: right in 37% of cases (logistic: in 50%).",
    )  # fmt: skip
    logistic = ToggleControl(
        False, label="Logistic step curve", group=MODEL,
        help="Off: a step is right with exp(−loss). On: with 1/(1 + loss), logistic in log N.",
    )  # fmt: skip
    steps = NumberControl(
        10, minimum=1, maximum=MOST_STEPS, whole=True,
        label="Steps", symbol="k", group=TASK,
        help="Steps that the task takes.",
    )  # fmt: skip
    retries = NumberControl(
        0, minimum=0, maximum=20, whole=True,
        label="Retries", symbol="r", unit="a step", group=TASK,
        help="Further tries of each step, when a check finds it wrong.",
    )  # fmt: skip
    errors_allowed = NumberControl(
        0, minimum=0, maximum=MOST_ERRORS, whole=True,
        label="Errors allowed", symbol="m", unit="steps", group=TASK,
        help="Wrong steps with which the task still counts as done.",
    )  # fmt: skip
    unevenness = NumberControl(
        1.0, minimum=1.0, maximum=100.0, logarithmic=True, format="number",
        label="Hardest/easiest", group=TASK,
        help="Loss of the hardest step over that of the easiest; the mean loss stays the same.",
    )  # fmt: skip
    part_worth = NumberControl(
        0.0, minimum=0.0, maximum=1.0, step=0.05,
        label="Worth of a part", symbol="v", group=WORTH,
        help="0: only the finished task is worth anything. 1: every right step is worth its "
        "share. Which it is, the task decides, not the metric.",
    )  # fmt: skip

    def __init__(
        self,
        *,
        scale: ArrayLike | None = None,
        scale_label: str = "Model size (parameters)",
        **controls: Unpack[MultiStepControls],
    ) -> None:
        self._scale = checked_scale(np.logspace(6, 14, 200) if scale is None else scale)
        self._scale_label = scale_label
        axes = {"width_axes": [axis_ends(linear_ticks(0.0, end)) for end in WIDTH_ENDS]}
        super().__init__(multi_step_constants(self._scale) | axes, **controls)

    def _build(self) -> None:
        ends = np.log10(self._scale[[0, -1]]).tolist()
        across = x_axis(self._scale_label, log_ticks(self._scale[0], self._scale[-1]))
        shares: dict[str, Any] = {**across, "y_ticks": linear_ticks(0, 1)}
        plain = f"{', '.join(map(str, COMPARED[:-1]))} or {COMPARED[-1]} steps"
        tries = {"one try": theme.CONTINUOUS, "with retries": theme.LOSS}
        chains = {"this chain": theme.DISCONTINUOUS, plain: theme.NEUTRAL}
        scores = {
            "share of steps right": theme.CONTINUOUS,
            "worth of the work": theme.DISCONTINUOUS,
        }
        x = log("scale")

        step = Panel("One step right", key("Chance:", tries), **shares)
        step.band(theme.CONTINUOUS, x, "step_easiest", "step_hardest")
        step.dashed(ends, "needed")
        step.note(ends[1], "needed", text("for half of the chains"), drop=13)
        # No line where it would lie on another.
        checked = choose("retries", "checked_success", [])
        step.curve(theme.LOSS, choose("retries", x, []), checked)
        step.curve(theme.CONTINUOUS, x, "step_success")

        chain = Panel("The whole chain right", key("Chance:", chains), **shares)
        chain.dashed(ends, 0.5)
        for steps in COMPARED:
            chain.curve(theme.NEUTRAL, x, f"plain_{steps}", stroke_width=1.5, opacities=[0.7])
        chain.curve(theme.DISCONTINUOUS, x, "chain_success")

        partial = Panel("Is part of it worth anything?", key("Score:", scores), **shares)
        partial.curve(theme.CONTINUOUS, x, "checked_success")
        partial.curve(theme.DISCONTINUOUS, x, "worth")

        width = Panel(
            "How long the rise takes",
            "Decades of size from 10% to 90%, equal steps",
            y_ticks=linear_ticks(0, 5),
            **x_axis("Steps k", log_ticks(1, MOST_STEPS), room=0.08),
        )
        width.follow_axis("y", _fitting)
        width.curve(theme.DISCONTINUOUS, log("chain"), "widths")
        width.points(theme.DISCONTINUOUS, [log("steps")], ["width"])
        self.panels = {"step": step, "chain": chain, "partial": partial, "width": width}

    def _readout_strip(self) -> ReadoutStrip:
        return ReadoutStrip(
            cells=[
                cell("A step must be right in", "{needed:percent}", detail="for half of the chains",
                     help="Success of one try with which half of the chains of k equal steps are "
                     "right: 2^(−1/k) without retries and errors."),
                cell("Half of the chains from", "{half_scale:scale}",
                     detail=self._scale_label.lower(),
                     help="Size at which half of the chains are right."),
                cell("Steps right there", "{share_at_half:percent}",
                     detail="of single tries {once_at_half:percent}",
                     help="Partial credit at that size: long before, most steps are right."),
                cell("From 10% to 90%", "{width:number}",
                     detail="decades; 1 step {one_step_width:number}, 100 steps "
                     "{hundred_steps_width:number}",
                     help="With the loss law and no help the number of steps drops out: the rise "
                     "moves to larger sizes, its length stays. With a logistic step it shrinks."),
            ],
            columns=[
                column("Steps", "table_steps", "count"),
                column("A step must be right in", "table_needed", "percent"),
                column("Half of the chains from", "table_half_scale", "scale"),
                column("Decades from 10% to 90%", "table_width", "number"),
            ],
        )  # fmt: skip

    def _curves(self) -> list[Curve]:
        return [
            Curve("step", "step_success", "scale", "step_success", "step_hardest", "step_easiest"),
            Curve("step", "checked_success", "scale", "checked_success"),
            Curve("chain", "chain_success", "scale", "chain_success"),
            *(Curve("chain", f"plain_{k}", "scale", f"plain_{k}") for k in COMPARED),
            Curve("partial", "partial_credit", "scale", "checked_success"),
            Curve("partial", "worth", "scale", "worth"),
            Curve("width", "transition_width", "chain", "widths"),
        ]


def _fitting(part: str) -> Encoding:
    """Part of the first of the axes of widths that has room for the widest."""
    last = len(WIDTH_ENDS) - 1
    chosen: Encoding = f"width_axes.{last}.{part}"
    for at in range(last - 1, -1, -1):
        chosen = choose(above("widest", WIDTH_ENDS[at] / 1.1), chosen, f"width_axes.{at}.{part}")
    return chosen
