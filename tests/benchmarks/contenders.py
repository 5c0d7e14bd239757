"""The same four figures of 200 points behind one slider, moved in four ways."""

from __future__ import annotations

from dataclasses import dataclass

COMMON = """
import bqplot, ipywidgets, numpy as np
from emergence_widgets.programs.mirage import mirage, mirage_constants
SCALE = np.logspace(5, 12, 200)
CONSTANTS = mirage_constants(SCALE)
CONTROLS = dict(length=10, exponent=-0.3, critical_scale=1e8, floor=0.0, options=4, n_items=200,
                concentration=1e4, decision_noise=0.3, errors_allowed=0, n_models=12,
                largest_model=1e12)
NAMES = ("token_success", "exact_match", "token_edit_distance", "brier_score")
slider = ipywidgets.FloatSlider(-0.3, min=-1.0, max=-0.05, step=0.001, description="exponent",
                                layout=ipywidgets.Layout(width="100%"))
start = mirage(CONTROLS, CONSTANTS)
"""

BQPLOT = """
def figure(name):
    scales = {"x": bqplot.LinearScale(), "y": bqplot.LinearScale(min=0, max=10)}
    if name != "token_edit_distance":
        scales["y"].max = 1
    line = bqplot.Lines(x=np.log10(SCALE), y=start[name], scales=scales)
    axes = [bqplot.Axis(scale=scales["x"]), bqplot.Axis(scale=scales["y"], side="left")]
    return line, bqplot.Figure(marks=[line], axes=axes, animation_duration=0, title=name,
                               layout=ipywidgets.Layout(width="300px", height="240px"))
lines, figures = zip(*(figure(name) for name in NAMES))
box = ipywidgets.VBox([slider, ipywidgets.HBox(figures)])
"""

LINK = """
from emergence_widgets.widgets.link import BrowserLink
still = {name: ipywidgets.FloatText(value) for name, value in CONTROLS.items()}
sources = {name: [widget, "value"] for name, widget in still.items()}
link = BrowserLink(program="mirage", sources=sources | {"exponent": [slider, "value"]},
                   constants=CONSTANTS,
                   targets=[[line, {"y": name}, "all"] for name, line in zip(NAMES, lines)])
"""

CALLBACK = """
def repaint(change):
    outputs = mirage(CONTROLS | {"exponent": change.new}, CONSTANTS)
    for name, line in zip(NAMES, lines):
        line.y = outputs[name]
slider.observe(repaint, "value")
"""

MATPLOTLIB = """
import matplotlib.pyplot as plt
@ipywidgets.interact(exponent=slider)
def draw(exponent):
    outputs = mirage(CONTROLS | {"exponent": exponent}, CONSTANTS)
    figure, axes = plt.subplots(1, 4, figsize=(12, 2.4))
    for name, one in zip(NAMES, axes):
        one.semilogx(SCALE, outputs[name])
        one.set(title=name, ylim=(0, 10 if name == "token_edit_distance" else 1))
    plt.show()
"""

PLOTLY = """
import plotly.graph_objects as go
from plotly.subplots import make_subplots
figure = go.FigureWidget(make_subplots(1, 4, subplot_titles=NAMES))
for column, name in enumerate(NAMES, 1):
    figure.add_scatter(x=np.log10(SCALE), y=start[name], mode="lines", row=1, col=column)
    top = 10 if name == "token_edit_distance" else 1
    figure.update_yaxes(range=[0, top], row=1, col=column)
figure.update_layout(width=1200, height=240, showlegend=False)
def repaint(change):
    outputs = mirage(CONTROLS | {"exponent": change.new}, CONSTANTS)
    with figure.batch_update():
        for name, trace in zip(NAMES, figure.data):
            trace.y = outputs[name]
slider.observe(repaint, "value")
"""

EXPLORER = """
from emergence_widgets import MirageExplorer
MirageExplorer()
"""


@dataclass(frozen=True)
class Contender:
    """Cells of a notebook, and where its four curves are drawn."""

    name: str
    cells: tuple[str, ...]
    drawn: str
    pictures: str = ""
    """Elements of which each must look otherwise after a change; by default those drawn."""


BQPLOT_LINES = ".bqplot path.line[d^='M']"
CONTENDERS = {
    "link": Contender("browser link", (COMMON + BQPLOT + LINK, "box"), BQPLOT_LINES),
    "callback": Contender(
        "same figures, kernel callback", (COMMON + BQPLOT + CALLBACK, "box"), BQPLOT_LINES
    ),
    "interact": Contender(
        "interact with matplotlib", (COMMON + MATPLOTLIB,), ".jp-OutputArea-output img"
    ),
    "plotly": Contender(
        "plotly FigureWidget",
        (COMMON + PLOTLY, "ipywidgets.VBox([slider, figure])"),
        ".scatterlayer path.js-line",
    ),
    "explorer": Contender(
        "MirageExplorer as shipped (6 figures)",
        (EXPLORER,),
        ".ew-explorer path.line[d^='M']",
        ".ew-panel",
    ),
}
