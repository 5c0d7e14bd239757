"""Sliders, dropdowns and switches follow their trait and lead it, without echoes."""

import inspect
import math

import ipywidgets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.completer import IPCompleter

from emergence_widgets import MirageExplorer, ResultsExplorer, datasets
from emergence_widgets.widgets.controls import ControlError, controls_of

from ..widgets.wire import browser_sets
from .bench import NUMBERS


@pytest.fixture
def mirage():
    return MirageExplorer()


@pytest.fixture
def results():
    return ResultsExplorer(datasets.gpt3(), task="3D+, 0-shot")


class TestSliders:
    @pytest.mark.parametrize("control", NUMBERS)
    def test_range_and_words_of_the_slider(self, control):
        slider = control.widget(control.default_value, None)
        low, high = slider.min, slider.max
        if control.logarithmic:
            assert isinstance(slider, ipywidgets.FloatLogSlider)
            low, high = slider.base**low, slider.base**high
        assert low == pytest.approx(control.minimum, rel=1e-12)
        assert high == pytest.approx(control.maximum, rel=1e-12)
        assert slider.description == f"{control.label} {control.symbol}".strip()
        assert slider.tooltip == control.help
        assert slider.continuous_update
        assert slider.value == pytest.approx(min(control.default_value, control.maximum), rel=1e-12)

    @pytest.mark.parametrize("control", NUMBERS)
    @given(data=st.data())
    @settings(deadline=None, derandomize=True, max_examples=40)
    def test_a_value_survives_its_slider(self, control, data):
        if control.whole:
            value = data.draw(st.integers(int(control.minimum), int(control.maximum)))
        else:
            value = data.draw(st.floats(control.minimum, control.maximum))
        slider = control.widget(control.default_value, None)
        slider.value = control.to_widget(value)
        back = control.from_widget(slider.value)
        slider.close()
        if control.infinite_at_top and value == control.maximum:
            assert back == math.inf
        else:
            assert back == pytest.approx(value, rel=1e-12)
            assert control.validate(None, back) == back

    @pytest.mark.parametrize("control", NUMBERS)
    @given(value=st.floats(allow_nan=False, allow_infinity=False))
    @settings(deadline=None, derandomize=True, max_examples=40)
    def test_wherever_a_slider_stands_the_control_takes_it(self, control, value):
        taken = control.from_widget(value)
        assert control.validate(None, taken) == taken

    def test_the_trait_moves_the_slider(self, mirage):
        before = MirageExplorer(length=12, n_items=1000, concentration=3.0)
        assert before.controls["length"].value == 12
        assert before.controls["n_items"].value == pytest.approx(1000)
        assert before.controls["concentration"].value == pytest.approx(3.0)
        mirage.length = 12
        mirage.concentration = 2.5
        assert mirage.controls["length"].value == 12
        assert mirage.controls["concentration"].value == 2.5
        mirage.concentration = math.inf
        assert mirage.controls["concentration"].value == 1e4

    def test_the_slider_moves_the_trait(self, mirage):
        seen = []
        mirage.observe(lambda change: seen.append((change["old"], change["new"])), "length")
        mirage.controls["length"].value = 12
        browser_sets(mirage.controls["length"], value=13)
        assert mirage.length == 13
        assert seen == [(10, 12), (12, 13)]
        browser_sets(mirage.controls["exponent"], value=-0.5)
        assert mirage.exponent == -0.5

    def test_after_display(self, mirage):
        mirage._repr_mimebundle_()
        mirage.length = 12
        assert mirage.controls["length"].value == 12
        browser_sets(mirage.controls["length"], value=4)
        assert mirage.length == 4

    def test_a_whole_logarithmic_slider_rounds_halves_up_and_is_left_where_it_stands(self, mirage):
        slider = mirage.controls["n_items"]
        for place, items in ((199.526, 200), (1.4999, 1), (1.5, 2), (2.5, 3), (99_999.7, 100_000)):
            browser_sets(slider, value=place)
            assert mirage.n_items == items
            assert type(mirage.n_items) is int
            assert slider.value == place

    def test_the_right_end_means_infinity(self, mirage):
        slider = mirage.controls["concentration"]
        browser_sets(slider, value=30.0)
        assert mirage.concentration == 30.0
        browser_sets(slider, value=1e4)
        assert mirage.concentration == math.inf


class TestNoEcho:
    """A page that moves its slider is never answered with another number."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("length", 12),
            ("n_items", 199.5262),
            ("concentration", 1e4),
            ("critical_scale", 123456.7),
        ],
    )
    def test_the_kernel_sends_nothing_back(self, wire, name, value):
        e = MirageExplorer()
        start = len(wire.messages)
        browser_sets(e.controls[name], value=value)
        assert wire.since(start, "update") == []
        echoes = wire.since(start, "echo_update")
        assert [(m.widget, m.state) for m in echoes] == [
            (e.controls[name].model_id, {"value": value})
        ]

    def test_a_control_set_by_the_kernel_sends_one_number(self, wire):
        e = MirageExplorer()
        start = len(wire.messages)
        e.length = 12
        sent = [(m.widget, m.state) for m in wire.since(start)]
        assert sent == [(e.controls["length"].model_id, {"value": 12})]

    def test_switches_and_dropdowns(self, wire):
        e = ResultsExplorer(datasets.gpt3())
        start = len(wire.messages)
        browser_sets(e.controls["task"], index=6)
        browser_sets(e.controls["log_scale"], value=False)
        browser_sets(e.controls["families"], value=[False])
        assert (e.task, e.log_scale, e.families) == ("3D+, 0-shot", False, ())
        # ipywidgets tells the page the label and value that belong to the index, nothing else.
        dropdown = e.controls["task"].model_id
        assert {m.widget for m in wire.since(start)} <= {dropdown}
        assert not any("index" in m.state for m in wire.since(start))


class TestSwitchesAndDropdowns:
    def test_inputs_follow_and_lead(self, results):
        task, families, toggle = (results.controls[n] for n in ("task", "families", "intervals"))
        results.task = "5D+, 0-shot"
        assert task.options[task.index] == "5D+, 0-shot"
        task.index = 0
        assert results.task == "2D+, 0-shot"
        results.families = ()
        assert families.value == [False]
        browser_sets(families, value=[True])
        assert results.families == ("GPT-3",)
        results.intervals = False
        assert toggle.value is False
        browser_sets(toggle, value=True)
        assert results.intervals is True


class TestKeywords:
    def test_notebooks_complete_them(self):
        completer = IPCompleter(namespace={"MirageExplorer": MirageExplorer})
        completer.text_until_cursor = "MirageExplorer(n_"
        assert sorted(completer.python_func_kw_matches("n_")) == ["n_items=", "n_models="]

    def test_help_shows_them_with_their_defaults(self):
        shown = str(inspect.signature(MirageExplorer))
        assert "length=10" in shown
        assert "concentration=inf" in shown
        assert "seed: 'int' = 0, exponent=-0.3" in shown
        assert list(inspect.signature(ResultsExplorer).parameters)[7:10] == [
            "task",
            "families",
            "metrics",
        ]


class TestSeveralAtOnce:
    def test_unknown_names_are_type_errors_that_name_the_nearest(self, mirage):
        with pytest.raises(
            TypeError, match=r"no control 'lenght'. Did you mean 'length'\?"
        ) as error:
            MirageExplorer(lenght=5)  # pyright: ignore[reportCallIssue]
        assert all(name in str(error.value) for name in controls_of(MirageExplorer))
        with pytest.raises(TypeError, match="Did you mean 'n_items'"):
            mirage.set_state(items=5)
        with pytest.raises(TypeError, match="Its controls are task, families, metrics"):
            ResultsExplorer(datasets.gpt3(), zzz=1)  # pyright: ignore[reportCallIssue]

    def test_set_state_sets_all(self, mirage):
        mirage.set_state(length=3, concentration=np.inf, n_items=np.int64(7))
        assert (mirage.length, mirage.concentration, mirage.n_items) == (3, math.inf, 7)
        assert mirage.controls["length"].value == 3

    @pytest.mark.parametrize(
        ("good", "bad"),
        [
            ({"length": 3}, {"floor": 2.0}),
            ({"length": 3}, {"lenght": 3}),
            ({"floor": 1}, {"n_items": "a"}),
        ],
    )
    @pytest.mark.parametrize("order", [1, -1])
    def test_set_state_is_all_or_nothing(self, mirage, good, bad, order):
        before, seen = mirage.state, []
        mirage.observe(lambda change: seen.append(change["name"]))
        values = dict(list((good | bad).items())[::order])
        with pytest.raises((ControlError, TypeError)):
            mirage.set_state(**values)
        assert mirage.state == before
        assert seen == []

    def test_set_state_of_names_is_all_or_nothing(self, results):
        before = results.state
        with pytest.raises(ControlError, match="scale is 'parms'"):
            results.set_state(task="4D+, 0-shot", intervals=False, scale="parms")
        assert results.state == before

    def test_state_holds_every_control(self, mirage, results):
        for e in (mirage, results):
            assert list(e.state) == list(controls_of(type(e)))
        assert mirage.state["length"] == 10
        assert set(mirage.controls) == set(mirage.state)
