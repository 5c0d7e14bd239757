"""Explorers that move together."""

import pytest

from emergence_widgets import (
    GrokkingExplorer,
    HighJumpExplorer,
    MirageExplorer,
    ResolutionExplorer,
    ResultsExplorer,
    datasets,
    link_explorers,
)
from emergence_widgets.widgets.controls import ControlError


def test_the_second_takes_the_values_of_the_first_and_the_link_is_in_the_browser():
    a, b = MirageExplorer(length=7), MirageExplorer(length=3, n_items=20)
    link = link_explorers(a, b, on=["length"])
    assert (b.length, b.n_items) == (7, 20)
    (inner,) = link._links
    assert inner.get_state()["source"] == [f"IPY_MODEL_{a.controls['length'].model_id}", "value"]
    link.unlink()
    assert link._links == ()
    a.close()
    b.close()


def test_scales_of_results_can_be_linked_where_their_choices_are_the_same():
    a, b = ResultsExplorer(datasets.gpt3(), scale="flops"), ResultsExplorer(datasets.gpt3())
    link_explorers(a, b, on=["scale", "log_scale"])
    assert b.scale == "flops"
    a.close()
    b.close()


def test_what_cannot_be_linked_is_named():
    a, b = MirageExplorer(), GrokkingExplorer()
    with pytest.raises(ControlError, match="GrokkingExplorer has no control 'length'"):
        link_explorers(a, b, on=["length"])
    with pytest.raises(ControlError, match="Did you mean 'length'"):
        link_explorers(a, a, on=["lenght"])
    c, d = ResultsExplorer(datasets.gpt3()), ResultsExplorer(datasets.pronunciation())
    with pytest.raises(ControlError, match="'scale' cannot be linked"):
        link_explorers(c, d, on=["scale"])
    for e in (a, b, c, d):
        e.close()


def test_a_link_ends_with_either_explorer():
    a, b = MirageExplorer(), MirageExplorer()
    link = link_explorers(a, b, on=["length"])
    (inner,) = link._links
    b.close()
    assert inner.comm is None
    assert link._links == ()
    link.unlink()
    a.close()


def test_explorers_of_theory_share_their_scale_axis():
    a, b = MirageExplorer(length=7), ResolutionExplorer(length=3)
    link = link_explorers(a, b, on=["scale", "length"])
    mine, other = a.panels["loss"], b.panels["linear"]
    assert b.length == 7
    assert (other.scales["x"].min, other.scales["x"].max) == (5, 12)
    assert list(other.x_axis.tick_values) == list(mine.x_axis.tick_values)
    assert len(link._links) == 3
    c = HighJumpExplorer()
    with pytest.raises(ControlError, match="is 'Model size"):
        link_explorers(a, c, on=["scale"])
    for e in (a, b, c):
        e.close()
    assert link._links == ()
