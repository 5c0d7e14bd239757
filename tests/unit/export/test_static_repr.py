"""The numbers under the static picture are those of curves(), few enough for a mail, and text."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import ResultsExplorer
from emergence_widgets.export.picture.scene import scene_of
from emergence_widgets.export.picture.static_repr import DENSE, FEW, MOST_ROWS, curve_tables

from ...hostile import hostile_results
from .cases import EVERY, STATES


def tables(explorer) -> list[pd.DataFrame]:
    text = curve_tables(explorer, scene_of(explorer))
    root = ElementTree.fromstring(text)
    found = []
    for table in root.iter("table"):
        rows = [["".join(cell.itertext()) for cell in row] for row in table.iterfind("tbody/tr")]
        heads = ["".join(cell.itertext()) for cell in table.iterfind("thead/tr/th")]
        words = ["curve", "model"] if "model" in heads else ["curve"]
        names = [*words, "x", "y", *(["lower", "upper"] if heads[-2:] == ["from", "to"] else [])]
        found.append(pd.DataFrame(rows, columns=names))
    return found


@pytest.mark.parametrize("name", EVERY)
def test_every_row_is_one_of_curves(name):
    explorer = EVERY[name]()
    explorer.set_state(**STATES[name](np.random.default_rng(5), explorer))
    curves = explorer.curves()
    shown = {panel.name for panel in scene_of(explorer).panels}
    curves = curves[curves["figure"].isin(shown)] if curves["figure"].isin(shown).any() else curves
    parts = [rows for _, rows in curves.groupby("figure", sort=False)]
    found = tables(explorer)
    assert len(found) == len(parts) > 0
    for table, rows in zip(found, parts, strict=True):
        columns = [column for column in ("x", "y", "lower", "upper") if column in table]
        known = {
            (str(row["curve"]).replace("_", " "),
             *(f"{row[one]:.4g}" if np.isfinite(row[one]) else "" for one in columns))
            for row in rows.to_dict("records")
        }  # fmt: skip
        for row in table.to_dict("records"):
            assert (row["curve"].replace("_", " "), *(row[one] for one in columns)) in known
        for curve, whole in rows.groupby("curve", sort=False):
            places = table.loc[table["curve"].str.replace("_", " ") == curve.replace("_", " "), "x"]
            ends = [f"{whole['x'].iloc[end]:.4g}" for end in (0, -1)]
            assert [places.iloc[0], places.iloc[-1]] == ends
            assert len(places) <= (FEW if len(whole) > DENSE else len(whole))
    sizes = curves.groupby(["figure", "curve"]).size()
    wanted = sizes.where(sizes <= DENSE, FEW).sum()
    # Where all have room, none is thinned further.
    total = sum(map(len, found))
    assert total == wanted if wanted <= MOST_ROWS else MOST_ROWS - len(sizes) <= total <= MOST_ROWS
    explorer.close()


def test_dense_lines_are_shown_at_few_places():
    explorer = EVERY["mirage"]()
    rows = pd.concat(tables(explorer))
    count = f"{len(rows):,} of {len(explorer.curves()):,} places"
    assert count in curve_tables(explorer, scene_of(explorer))
    assert (rows["curve"] == "exact match").sum() == FEW
    assert (rows["curve"] == "exact match measured").sum() == explorer.n_models
    explorer.close()


@pytest.mark.parametrize("name", ["mirage", "results", "atlas"])
def test_a_table_is_called_what_its_figure_is(name):
    explorer = EVERY[name]()
    scene = scene_of(explorer)
    root = ElementTree.fromstring(curve_tables(explorer, scene))
    titles = {panel.title for panel in scene.panels}
    assert {"".join(one.itertext()) for one in root.iter("caption")} == titles
    explorer.close()


def test_hostile_names_are_text():
    explorer = ResultsExplorer(hostile_results(), verdicts=False)
    text = curve_tables(explorer, scene_of(explorer))
    assert "alert(1)" in text
    tags = {element.tag for element in ElementTree.fromstring(text).iter()}
    assert tags == {"details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td"}
    explorer.close()
