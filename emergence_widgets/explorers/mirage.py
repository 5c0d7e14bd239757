"""`MirageExplorer`: watch an emergent ability appear when the metric changes."""

from __future__ import annotations

from typing import Any, Unpack

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike

from ..core.metrics.registry import find_metric
from ..programs.encode import log, text, ticks
from ..programs.mirage import MEASURED, METRICS, mirage_constants
from ..programs.sharp_skills import TASKS
from ..widgets import theme
from ..widgets.axes import checked_scale, linear_ticks, log_ticks
from ..widgets.controls import NumberControl
from ..widgets.panel import Panel, x_axis
from ..widgets.panel import text as words
from ..widgets.readouts import ReadoutStrip, cell, column, late_rise_cell, meanings
from ..widgets.steady_gains import LateRiseMarks
from . import law_controls
from .base import Curve, Explorer
from .control_types import MirageControls

MODEL, TASK, MEASUREMENT = "The model", "The task", "The measurement"
SKILLS = "The converse: sharp skills"
CONVERSE = (
    "Last two figures: a model learns skills, the most frequent first; skill k is needed "
    "k^(α - 1) times as often as skill 1 (Zipf's law; Michaud et al. 2023, arXiv:2303.13506). "
    "Every skill is learnt at once, and still the loss of many is smooth: a smooth loss does not "
    "prove that no ability jumps."
)

COLOURS = {"loss": theme.LOSS, "discontinuous": theme.DISCONTINUOUS, "continuous": theme.CONTINUOUS}
FIGURES = (
    "loss", "exact_match", "token_edit_distance", "token_success", "multiple_choice_grade",
    "brier_score",
)  # fmt: skip
# Under which late rise T is told, in this order.
SHORT = {
    "exact_match": "Exact match",
    "multiple_choice_grade": "Multiple choice",
    "token_success": "Token success",
    "token_edit_distance": "Edit distance",
    "brier_score": "Brier score",
}
SKILL_WORDS = (
    ("Sharp skills", "Things that a model can or cannot do, nothing between. The smallest size "
     "drawn has learnt one, k times that size has learnt the k most frequent. The loss is the sum "
     "over all skills not learnt, each weighted by how often it is needed, plus the loss floor."),
    ("One task", "It needs s skills, drawn as often as they are needed, and is solved once the "
     "last of them is learnt. The one drawn is the middling one: half of all such tasks are solved "
     "at smaller sizes or with it. The average is over all such tasks. Thin lines: a task of 1 "
     "skill, one of 3."),
)  # fmt: skip
CONVERSE_SHORT = {
    "skills_loss": "Loss of sharp skills",
    "many_skills": "One task, s = {skills_needed:count}",
}


class MirageExplorer(Explorer, program="mirage"):
    """One smoothly falling loss under six metrics, side by side on one scale axis.

    Lines are expectations, points are models tested on `n_items` items, bars are 95%
    intervals. Nothing about the models changes when a control of the task or of the
    measurement moves; only the metric's view of them does. The strip under the figures tells late
    rise T of the points (see `late_rise`) where they rise beyond their intervals; a bracket shows
    it where they lag most behind steady gains, a dotted line.

    The last two figures show the converse: the same smooth loss as a sum of skills, each learnt
    all at once, and tasks that need some of them, which jump.

    Parameters
    ----------
    scale
        Model sizes at which curves are drawn: ascending, above 0, at least two (default:
        200 sizes from 100k to 1T parameters).
    scale_label
        What the scale is.
    seed
        Seed of the simulated tests.
    **controls
        Initial values: ``length`` (L, 1-50 tokens), ``exponent`` (alpha), ``critical_scale``
        (c), ``floor`` (irreducible loss, ours), ``options`` (K), ``n_items``,
        ``concentration`` (of the items' success, ``inf``: all alike), ``decision_noise``
        (tau), ``errors_allowed``, ``n_models``, ``largest_model``,
        ``skills_needed`` (s); also ``layout``.

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
    Schaeffer, Miranda and Koyejo 2023 (arXiv:2304.15004), section 2: the loss falls as
    ``(N/c)**alpha``, a token is right with ``p = exp(-loss)``, an answer of L tokens with
    ``p**L``. Floor, spread of the items and the closed form for multiple choice are ours.

    Sharp skills are those of Michaud et al. 2023, "The quantization model of neural scaling"
    (arXiv:2303.13506): skill k is needed in proportion to ``k ** -(1 + a)``, the most frequent
    are learnt first, and the loss is the sum over skills not learnt. Here ``a = -alpha``, the
    smallest size has learnt one skill, twice that size two, and skill 1 costs as much as makes
    many skills fall as ``(N/c)**alpha``. A drawn task is the middling one of its kind: half of all
    tasks of so many skills need none that is harder.

    Examples
    --------
    >>> e = MirageExplorer(length=5)
    >>> curves = e.curves().set_index("curve")
    >>> bool(np.allclose(curves.loc["exact_match", "y"], curves.loc["token_success", "y"] ** 5))
    True
    >>> e.close()
    """

    exponent = law_controls.exponent(
        -0.3, group=MODEL,
        help="How fast the per-token loss falls with size: loss = floor + (N/c)^α.",
    )  # fmt: skip
    critical_scale = law_controls.critical_scale(
        1e8, group=MODEL, help="Size at which the reducible loss is one nat per token."
    )
    floor = NumberControl(
        0.0, minimum=0.0, maximum=1.0,
        label="Loss floor", symbol="L₀", unit="nats", group=MODEL,
        help="Loss that no size removes (our addition; 0 in the paper).",
    )  # fmt: skip
    length = law_controls.length(10, group=TASK)
    errors_allowed = NumberControl(
        0, minimum=0, maximum=10, whole=True,
        label="Errors allowed", symbol="m", unit="tokens", group=TASK,
        help="Wrong tokens that an answer may hold and still count as right.",
    )  # fmt: skip
    options = NumberControl(
        4, minimum=2, maximum=20, whole=True, label="Options", symbol="K", group=TASK,
        help="Answers to choose from in the multiple-choice version.",
    )  # fmt: skip
    concentration = NumberControl(
        np.inf, minimum=0.5, maximum=1e4, logarithmic=True, infinite_at_top=True,
        format="concentration", label="Item likeness", symbol="κ", group=TASK,
        help="Low: some items are easy and some hard (Beta concentration of their success).",
    )  # fmt: skip
    n_items = law_controls.n_items(
        200, group=MEASUREMENT, help="Items in the test: a score cannot show less than one in n."
    )
    n_models = law_controls.n_models(12, group=MEASUREMENT)
    largest_model = NumberControl(
        1e12, minimum=1e5, maximum=1e12, logarithmic=True,
        label="Largest model", unit="parameters", group=MEASUREMENT,
        help="The largest size that was trained and tested.",
    )  # fmt: skip
    decision_noise = NumberControl(
        0.3, minimum=0.05, maximum=1.0, step=0.05,
        label="Choice noise", symbol="τ", group=MEASUREMENT,
        help="Low: the likeliest option is always chosen. 1: options are chosen by their odds.",
    )  # fmt: skip

    skills_needed = NumberControl(
        10, minimum=1, maximum=50, whole=True,
        label="Skills needed", symbol="s", unit="skills", group=SKILLS,
        help="A task is solved once the last of its s skills is learnt. Skill k is needed in "
        "proportion to k^(α - 1) (Zipf's law); the most frequent is learnt first.",
    )  # fmt: skip

    def __init__(
        self,
        *,
        scale: ArrayLike | None = None,
        scale_label: str = "Model size (parameters)",
        seed: int = 0,
        **controls: Unpack[MirageControls],
    ) -> None:
        self._scale = checked_scale(np.logspace(5, 12, 200) if scale is None else scale)
        self._scale_label = scale_label
        super().__init__(mirage_constants(self._scale, seed=seed), **controls)

    def _build(self) -> None:
        across = x_axis(self._scale_label, log_ticks(self._scale[0], self._scale[-1]))
        for name in FIGURES:
            logarithmic, metric = name == "loss", find_metric(name)
            colour = COLOURS[metric.kind]
            y_ticks = log_ticks(0.01, 10) if logarithmic else linear_ticks(0, 1)
            panel = self.panels[name] = Panel(
                metric.label, metric.metric, y_ticks=y_ticks, **across
            )
            late = LateRiseMarks(
                panel, name, (across["x_ticks"].low, across["x_ticks"].high), text(colour),
                falls=float(metric.lower_is_better),
            )  # fmt: skip
            if name in MEASURED:
                late.add_line()
            self._add_background(name, panel)
            panel.make_room_for_keys()
            panel.curve(colour, log("scale"), log("loss") if logarithmic else name)
            if name in MEASURED:
                panel.bars(colour, log("model_scale"), f"{name}_lower", f"{name}_upper")
            measured = log("model_loss") if logarithmic else f"{name}_measured"
            panel.points(colour, log("model_scale"), measured)
            if name in MEASURED:
                late.add_bracket()

        self.panels.update(skills_loss=_skills_loss_panel(across), skills=_tasks_panel(across))

    def _control_box(self) -> ipywidgets.Box:
        box = super()._control_box()
        skills: Any = box.children[-1]
        skills.children = [*skills.children, words(CONVERSE, "ew-hint")]
        return box

    def _add_background(self, name: str, panel: Panel) -> None:
        ends = left, right = np.log10(self._scale[[0, -1]]).tolist()
        if name == "exact_match":
            panel.shade(ends, "least_rate")
            panel.note(left, "least_rate", text("invisible with {n_items} items"), align="start")
        if name == "token_edit_distance":
            panel.bind(panel.scales["y"], max="length")
            panel.bind(panel.y_axis, tick_values=ticks("length"))
            panel.y_axis.tick_labels = {}
            panel.y_axis.tick_format = "d"
        if name in ("multiple_choice_grade", "brier_score"):
            chance = "chance" if name == "multiple_choice_grade" else "chance_brier"
            panel.dashed(ends, chance)
            panel.note(right, chance, text("chance"))

    def _readout_strip(self) -> ReadoutStrip:
        return ReadoutStrip(
            cells=[
                *(late_rise_cell(short, metric) for metric, short in SHORT.items()),
                # Breakthroughness is told of the paper's metrics alone.
                *(
                    late_rise_cell(short, name) | {"detail": ""}
                    for name, short in CONVERSE_SHORT.items()
                ),
                cell("Chance level", "{chance:percent}", detail="Brier score {chance_brier:number}",
                     help="What guessing evenly among the options scores."),
                cell("Items for one success", "{items_needed_largest:count}",
                     detail="smallest model {items_needed_smallest:count}",
                     help="Test items that show at least one exact match with 95% chance: for the "
                     "largest tested model, and below it for the smallest."),
                cell("First visible at", "{visible_from:scale}", detail="with this many items",
                     help="Smallest size at which this test shows at least one exact match with "
                     "95% chance."),
            ],
            meanings=[
                *({"term": term, "text": meaning, "small": False} for term, meaning in SKILL_WORDS),
                *meanings(),
            ],
            columns=[
                column("Model", "model_scale", "scale"),
                column("Loss", "model_loss", "number"),
                *(column(SHORT[name], f"{name}_measured", "number") for name in MEASURED),
                column("Skills learnt", "model_skills", "count"),
                column("Loss of sharp skills", "model_skills_loss", "number"),
                column("Task of s skills", "model_many_skills", "number"),
                column("Average of such tasks", "model_tasks_average", "number"),
            ],
        )  # fmt: skip

    def _curves(self) -> list[Curve]:
        homes = {"edit_similarity": "token_edit_distance"}
        return [
            Curve("loss", "loss", "scale", "loss"),
            *(Curve(homes.get(name, name), name, "scale", name) for name in METRICS),
            Curve("loss", "loss_measured", "model_scale", "model_loss"),
            *(Curve.measured(name, name, "model_scale") for name in MEASURED),
            Curve("skills_loss", "skills_loss", "scale", "skills_loss"),
            Curve("skills_loss", "skills_loss_models", "model_scale", "model_skills_loss"),
            *(Curve("skills", name, f"{name}_scale", name) for name in TASKS),
            Curve("skills", "many_skills_models", "model_scale", "model_many_skills"),
            Curve("skills", "tasks_average", "scale", "tasks_average"),
        ]


def _skills_loss_panel(across: dict[str, Any]) -> Panel:
    """The loss of sharp skills, over the law of the other figures."""
    panel = Panel(
        "Do sharp skills make a sharp loss?", "Loss of sharp skills (nats per token)",
        y_ticks=log_ticks(0.01, 10), **across,
    )  # fmt: skip
    late = _late_marks(panel, "skills_loss", across, theme.LOSS, falls=1.0, y=log)
    late.add_line()
    panel.add_key(text("╌ the smooth loss of the first figure"))
    panel.curve(theme.LOSS, log("scale"), log("skills_loss"))
    panel.curve(theme.TEXT, log("scale"), log("loss"), line_style="dashed", stroke_width=1)
    panel.points(theme.LOSS, log("model_scale"), log("model_skills_loss"))
    late.add_bracket()
    return panel


def _tasks_panel(across: dict[str, Any]) -> Panel:
    """Single tasks, which jump, and the average of many, which does not."""
    panel = Panel(
        "Does a task of such skills jump?", "Solved: 1, not solved: 0",
        y_ticks=linear_ticks(0, 1), **across,
    )  # fmt: skip
    late = _late_marks(panel, "many_skills", across, theme.DISCONTINUOUS)
    late.add_line()
    panel.make_room_for_keys()
    # Below the number of the bracket, which stands in the upper half.
    for name, place in {"one_skill": 0.46, "three_skills": 0.33}.items():
        panel.curve(theme.NEUTRAL, log(f"{name}_scale"), name, stroke_width=1.5)
        count = TASKS[name]
        panel.note(
            log(f"{name}_size"), place, text(f"{count} skill{'s' * (count > 1)}"), align="start",
            drop=0,
        )  # fmt: skip
    panel.curve(theme.CONTINUOUS, log("scale"), "tasks_average")
    panel.curve(theme.DISCONTINUOUS, log("many_skills_scale"), "many_skills")
    panel.points(theme.DISCONTINUOUS, log("model_scale"), "model_many_skills")
    panel.note(
        log("many_skills_size"), 0.07, text("s = {skills_needed}"), align="start", drop=0,
        colour=theme.DISCONTINUOUS,
    )  # fmt: skip
    right = across["x_ticks"].high
    panel.note(right, 0.2, text("average of many"), drop=0, colour=theme.CONTINUOUS)
    late.add_bracket()
    return panel


def _late_marks(
    panel: Panel, name: str, across: dict[str, Any], colour: str, **look: Any
) -> LateRiseMarks:
    ticks = across["x_ticks"]
    return LateRiseMarks(panel, name, (ticks.low, ticks.high), text(colour), **look)
