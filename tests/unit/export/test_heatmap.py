"""The atlas's map in pictures: the same cells as its table, in the same colours."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from emergence_widgets import EmergenceAtlas, EvalResults, datasets
from emergence_widgets.export.picture.heatmap import MOST_COLUMNS, MOST_ROWS, Grid
from emergence_widgets.export.picture.plain import light_palette
from emergence_widgets.export.picture.scene import scene_of
from emergence_widgets.export.picture.static_repr import static_html

from ...hostile import HOSTILE, hostile_results
from .read_svg import still_frames
from .test_svg import LARGEST, Elements

LATE = {light_palette()[f"ew-heat-{step}"] for step in ("late", "very-late")}


@pytest.fixture(scope="module")
def atlas():
    explorer = EmergenceAtlas(datasets.gpt3())
    yield explorer
    explorer.close()


def map_of(explorer: EmergenceAtlas) -> Grid:
    grid = scene_of(explorer).grid
    assert grid is not None
    return grid


def test_cells_are_those_of_the_table(atlas):
    labels = {one["name"]: one["label"] for one in atlas._atlas["metrics"]}
    table = {(row.task, labels[row.metric]): row for row in atlas.table().itertuples()}
    grid = map_of(atlas)
    assert grid is not None
    shown = 0
    for task, cells in zip(grid.rows, grid.cells, strict=True):
        for metric, cell in zip(grid.columns, cells, strict=True):
            row = table.get((task, metric))
            if row is None:
                assert cell.text == ""
            elif np.isfinite(row.late_rise):
                assert cell.text == f"{row.late_rise:.2f}"
                assert (cell.ground in LATE) == row.late
                shown += 1
    assert shown > 30


def test_the_picture_has_these_colours(atlas):
    grid = map_of(atlas)
    axes = next(axes for axes in atlas.figure().axes if axes.get_label() == "map")
    drawn = [to_hex(patch.get_facecolor()) for patch in axes.patches]
    assert drawn == [to_hex(cell.ground) for cells in grid.cells for cell in cells]
    assert [text.get_text() for text in axes.texts] == [
        cell.text for cells in grid.cells for cell in cells
    ]


def test_the_svg_has_these_colours(atlas):
    text = static_html(atlas)
    drawn, legend = text.split('<g data-map="">')[1].split("</g>", 1)
    grid = map_of(atlas)
    cell = re.compile(r'height="15" fill="(#\w+)"')
    assert cell.findall(drawn) == [one.ground for cells in grid.cells for one in cells]
    assert cell.findall(legend) == [ground for _, ground in grid.legend]


def test_the_map_can_stand_alone_or_be_left_out(atlas):
    assert [axes.get_label() for axes in atlas.figure(figures=["map"]).axes] == ["map"]
    assert [axes.get_label() for axes in atlas.figure(figures="figure_1").axes] == ["figure_1"]


@pytest.fixture(scope="module")
def large():
    size = np.logspace(6, 9, 4)
    rows = [
        {"model": f"m{x:g}", "params": x, "task": f"t{task}", "metric": f"metric {metric}",
         "value": (task % 7 + metric) * place / 100, "n_items": 50, "family": "f"}
        for task in range(90)
        for metric in range(20)
        for place, x in enumerate(size)
    ]  # fmt: skip
    explorer = EmergenceAtlas(EvalResults(pd.DataFrame(rows)))
    yield explorer
    explorer.close()


def test_a_large_map_says_what_it_leaves_out(large):
    grid = map_of(large)
    assert (len(grid.rows), len(grid.columns)) == (MOST_ROWS, MOST_COLUMNS)
    assert "the first 32 of 90 tasks; the first 12 of 20 metrics" in grid.subtitle
    assert len(static_html(large).encode()) < LARGEST
    assert large.figure(columns=1, figures=["map"]).get_figheight() < 9


def test_hostile_tasks_are_words():
    explorer = EmergenceAtlas(hostile_results())
    text = static_html(explorer)
    elements = Elements(text)
    assert elements.tags <= {
        "figure", "svg", "title", "desc", "rect", "g", "text", "tspan", "path", "circle",
        "figcaption", "table", "tbody", "tr", "th", "td", "details", "summary", "caption", "thead",
        "b", "dl", "dt", "dd",
    }  # fmt: skip
    still_frames(text)
    assert HOSTILE[6] in elements.words
    explorer.close()
