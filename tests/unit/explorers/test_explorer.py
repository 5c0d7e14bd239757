"""What every explorer promises: a link to its own widgets alone, one first paint, no leftovers."""

import gc
import re
import weakref

import bqplot
import ipywidgets
import numpy as np
import pandas as pd
import pytest
from ipywidgets.embed import dependency_state

from emergence_widgets import EvalResults, MirageExplorer, ResultsExplorer
from emergence_widgets.explorers.base import Curve
from emergence_widgets.programs.encode import FIELD, encoded, scope
from emergence_widgets.widgets.controls import ControlError
from emergence_widgets.widgets.formats import FORMATS, format_value
from emergence_widgets.widgets.lifetime import descendants

from ..widgets.wire import alive, browser_sets
from .bench import EXPLORERS, make
from .tables import answers, painted, scores


def with_answers():
    """Two families, answers, intervals, a name that is a mark-up."""
    table = scores([0.0, 0.3, 1.0], n_items=10, chance=0.25, family=["a", "<b>", "a"])
    samples = answers([["x"], ["a b c d"], ["a b"]]).assign(family="a")
    samples.loc[samples["model"] == "m1", "family"] = "<b>"
    return ResultsExplorer(EvalResults(table, samples))


MAKERS = {cls.__name__: lambda cls=cls: make(cls) for cls in EXPLORERS} | {
    "ResultsExplorer with answers": with_answers,
    "MirageExplorer of one item": lambda: MirageExplorer(n_items=1, length=50, concentration=0.5),
    "MirageExplorer of two sizes": lambda: MirageExplorer(scale=[1e6, 1e7], n_models=3),
}


@pytest.fixture(params=MAKERS)
def maker(request):
    return MAKERS[request.param]


def set_traits(e):
    """Widgets and traits that the link sets."""
    return [(widget, trait) for widget, traits, _ in e.link.targets for trait in traits]


def names_in(encoding):
    """The outputs, constants and controls that an encoding reads."""
    if isinstance(encoding, str):
        return {encoding.partition(".")[0]}
    if isinstance(encoding, dict) and "text" in encoding:
        return {name.partition(".")[0] for name in FIELD.findall(encoding["text"])}
    parts = encoding.values() if isinstance(encoding, dict) else encoding
    return {name for part in parts for name in names_in(part)} if np.iterable(parts) else set()


class TestLifetime:
    def test_closing_leaves_no_widget(self, maker):
        before = alive()
        e = maker()
        assert {e, *descendants(e)} <= alive() - before
        e.close()
        assert alive() == before
        e.close()
        assert alive() == before

    def test_also_after_use(self, maker):
        before = alive()
        e = maker()
        e._repr_mimebundle_()
        e.observe(lambda _change: None, "layout")
        for control in e.controls.values():
            if isinstance(control, ipywidgets.IntSlider):
                browser_sets(control, value=control.max)
        e.curves()
        e.close()
        assert alive() == before

    def test_a_closed_explorer_is_forgotten(self, maker):
        e = maker()
        forgotten = weakref.ref(e)
        e.close()
        del e
        gc.collect()
        assert forgotten() is None

    @pytest.mark.parametrize("make_one", [MirageExplorer, with_answers])
    def test_twenty_in_turn_do_not_pile_up(self, make_one):
        before = alive()
        for _ in range(20):
            make_one().close()
        assert alive() == before

    @pytest.mark.parametrize("explorer", EXPLORERS)
    def test_one_that_could_not_be_made_leaves_nothing(self, explorer):
        before = alive()
        name = next(
            name
            for name, control in reversed(list(vars(explorer).items()))
            if getattr(control, "group", "")
        )
        with pytest.raises(ControlError, match=f"{name} "):
            make(explorer, **{name: ["nonsense"]})
        with pytest.raises(TypeError, match=f"{explorer.__name__} has no control 'nonsense'"):
            make(explorer, nonsense=1)
        assert alive() == before


class TestLink:
    def references(self, e, wire):
        """Widgets that the link names, and the traits it reads or sets."""
        found = []

        def walk(value):
            if isinstance(value, dict):
                value = list(value.values())
            if isinstance(value, list):
                if value and str(value[0]).startswith("IPY_MODEL_"):
                    found.append((value[0].removeprefix("IPY_MODEL_"), value[1:]))
                for part in value:
                    walk(part)
            elif str(value).startswith("IPY_MODEL_"):
                found.append((value.removeprefix("IPY_MODEL_"), []))

        page = wire.page[e.link.model_id]
        for name in ("sources", "targets", "labels", "readouts", "selectable"):
            walk(page[name])
        return found

    def test_it_names_only_widgets_of_its_explorer(self, maker, wire):
        e, other = maker(), maker()
        own = set(dependency_state([child for child in e.children if child is not e.link]))
        named = {widget for widget, _ in self.references(e, wire)}
        assert {widget.model_id for widget, _ in e.link.sources.values()} < named
        assert named <= own
        assert named.isdisjoint(widget for widget, _ in self.references(other, wire))
        assert e.link in e.children

    def test_sources_and_targets_are_synchronised_traits(self, maker):
        e = maker()
        sources, targets = [*e.link.sources.values()], set_traits(e)
        assert sources
        assert targets
        for widget, trait in [*sources, *targets]:
            assert trait in widget.keys, (type(widget).__name__, trait)

    def test_a_widget_is_bound_once(self, maker):
        widgets = [id(widget) for widget, _, _ in maker().link.targets]
        assert len(widgets) == len(set(widgets))

    def test_encodings_name_what_there_is(self, maker):
        e = maker()
        known = {*painted(e), *e.constants, *e.link.sources, "selection"}
        for _, traits, _ in e.link.targets:
            for encoding in traits.values():
                assert names_in(encoding) <= known
        assert {output for _, output in e.link.selectable} <= set(painted(e))

    def test_the_program_gives_every_output_that_is_read(self, maker):
        e = maker()
        outputs = {*painted(e), *e.link.sources}
        texts = [text for cell in e.readouts.cells for text in (cell["label"], cell["value"])]
        texts += [cell["detail"] for cell in e.readouts.cells]
        texts += [column["label"] for column in e.readouts.columns]
        placeholders = re.findall(r"\{(\w+):(\w+)\}", " ".join(texts))
        placeholders += [(column["output"], column["format"]) for column in e.readouts.columns]
        unknown = {output for output, _ in placeholders} - outputs
        assert not unknown, f"readouts name {unknown}, which {e.program} does not return"
        assert {format for _, format in placeholders} <= {*FORMATS, "text"}
        for verdict in (cell["verdict"] for cell in e.readouts.cells if cell["verdict"]):
            assert verdict["output"] in outputs
            assert verdict["limits"] == sorted(verdict["limits"])
            # A cell whose detail has its words has none here at all.
            assert bool(verdict["missing"]) == any(verdict["words"])
            assert len(verdict["words"]) == len(verdict["limits"]) + 1

    def test_reset_restores_where_the_inputs_started(self, maker):
        e = maker()
        for name, (widget, trait) in e.link.sources.items():
            assert e.link.defaults[name] == getattr(widget, trait)

    def test_every_source_is_a_control_of_the_program(self, maker):
        """What the kernel computes for curves() is what the browser computes from the inputs."""
        e = maker()
        mine, theirs = e._outputs(), painted(e)
        assert set(mine) == set(theirs)
        for name, value in mine.items():
            np.testing.assert_equal(value, theirs[name], err_msg=name)


class TestFirstPaint:
    def test_marks_hold_what_their_encodings_make_of_the_outputs(self, maker):
        e = maker()
        controls = {
            name: getattr(widget, trait) for name, (widget, trait) in e.link.sources.items()
        }
        lookup = scope(painted(e), e.constants, controls | {"selection": e.link.selection})
        for widget, traits, keep in e.link.targets:
            for trait, value in encoded(traits, keep, lookup).items():
                held = getattr(widget, trait)
                np.testing.assert_equal(np.asarray(held), np.asarray(value), err_msg=str(traits))

    def test_x_and_y_of_a_mark_never_differ_in_length(self, maker, wire):
        e = maker()
        marks = {mark.model_id for figure in e.figures.values() for mark in figure.marks}
        lengths, painted_marks = {}, set()
        for message in wire.messages:
            if message.widget in marks and message.kind in ("comm_open", "update"):
                for trait in {"x", "y"} & set(message.state):
                    shape = message.state[trait]["shape"]
                    lengths[message.widget, trait] = shape[-1]
                assert lengths[message.widget, "x"] == lengths[message.widget, "y"]
                if lengths[message.widget, "x"]:
                    painted_marks.add(message.widget)
        for name, panel in e.panels.items():
            drawn = painted_marks & {mark.model_id for mark in panel.figure.marks}
            assert drawn or "ew-absent" in panel._dom_classes, name

    def test_the_kernel_never_assigns_what_the_browser_computes(self, maker, wire):
        e = maker()
        places = {(widget.model_id, trait) for widget, trait in set_traits(e)}
        start = len(wire.messages)
        for control in e.controls.values():
            if isinstance(control, (ipywidgets.FloatSlider, ipywidgets.FloatLogSlider)):
                browser_sets(control, value=control.value * 0.9)
            if isinstance(control, ipywidgets.Checkbox):
                browser_sets(control, value=not control.value)
        e.curves()
        e.set_state(**e.state)
        sent = {(m.widget, trait) for m in wire.since(start) for trait in m.state}
        assert sent.isdisjoint(places)

    def test_value_texts_beside_sliders(self, maker):
        e = maker()
        assert set(e.link.labels) <= set(e.controls)
        for name, (label, format) in e.link.labels.items():
            assert label.value == format_value(format, float(e.controls[name].value)) != ""
            assert e.controls[name].readout is False


class TestFace:
    def test_figures_and_controls_by_name(self, maker):
        e = maker()
        assert all(isinstance(figure, bqplot.Figure) for figure in e.figures.values())
        assert set(e.controls) <= set(e.state)
        assert all(isinstance(widget, ipywidgets.Widget) for widget in e.controls.values())

    def test_curves_are_tidy(self, maker):
        frame = maker().curves()
        assert frame.columns[:6].tolist() == ["figure", "curve", "x", "y", "lower", "upper"]
        assert len(frame) > 0
        assert frame.index.equals(pd.RangeIndex(len(frame)))
        assert frame[["figure", "curve"]].notna().all(axis=None)

    def test_figures_over_one_quantity_share_the_x_scale(self, maker):
        e, scales = maker(), {}
        for figure in e.figures.values():
            along = next(axis for axis in figure.axes if axis.side == "bottom")
            scales.setdefault(along.label, set()).add(figure.marks[0].scales["x"])
        assert [len(shared) for shared in scales.values()] == [1] * len(scales)
        # Among several figures some show one quantity.
        assert len(scales) < max(len(e.figures), 2)

    def test_every_control_has_a_label_and_says_what_it_does(self, maker):
        e = maker()
        for name, control in e._declared.items():
            if control.group:
                assert control.label, name
                assert name in e.controls

    @pytest.mark.parametrize("explorer", EXPLORERS)
    def test_layout_is_a_keyword_like_any_box_has(self, explorer):
        assert make(explorer, layout={"max_width": "640px"}).layout.max_width == "640px"

    def test_it_shows_as_a_widget(self, maker):
        e = maker()
        bundle = e._repr_mimebundle_()
        view = bundle["application/vnd.jupyter.widget-view+json"]
        assert view["model_id"] == e.model_id


def test_a_single_number_is_a_curve_of_one_point():
    class One(MirageExplorer):
        def _curves(self):
            return [Curve("loss", "one", "least_rate", "chance"), *super()._curves()]

    e = One()
    outputs, curves = e._outputs(), e.curves()
    assert curves.loc[curves["curve"] == "one", ["x", "y"]].to_numpy().tolist() == [
        [outputs["least_rate"], outputs["chance"]]
    ]
    e.close()


@pytest.mark.parametrize("closed", [False, True])
def test_repr_is_the_call_that_makes_it_again(closed):
    explorer = MirageExplorer(length=12, exponent=-0.25)
    if closed:
        explorer.close()
    assert repr(explorer) == "MirageExplorer(exponent=-0.25, length=12)"
    assert eval(repr(explorer)).state == explorer.state
