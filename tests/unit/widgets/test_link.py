"""The browser link's side in the kernel: numbers travel as binary, exactly."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from ipywidgets.widgets.widget import _put_buffers, _remove_buffers

from emergence_widgets import EvalResults, MirageExplorer, ResultsExplorer
from emergence_widgets.export.page.html import ExportError
from emergence_widgets.widgets import base
from emergence_widgets.widgets.base import front_end, tensors_to_wire, wire_to_tensors
from emergence_widgets.widgets.link import BrowserLink

from ..explorers.bench import EXPLORERS, make
from ..explorers.tables import answers, scores

SHAPES = array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
NUMBERS = st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=True)


def over_the_wire(values):
    """As ipywidgets sends it: JSON text, and buffers beside it."""
    state, paths, buffers = _remove_buffers({"constants": tensors_to_wire(values)})
    arrived = json.loads(json.dumps(state, allow_nan=False))
    _put_buffers(arrived, paths, [bytes(buffer) for buffer in buffers])
    return wire_to_tensors(arrived["constants"]), buffers


def same_bits(mine, theirs):
    mine, theirs = np.asarray(mine, dtype="<f8"), np.asarray(theirs, dtype="<f8")
    assert mine.shape == theirs.shape
    assert mine.tobytes() == theirs.tobytes()


class TestArrays:
    @given(array=arrays(np.float64, SHAPES, elements=NUMBERS))
    @settings(deadline=None, derandomize=True)
    def test_any_shape_arrives_bit_by_bit(self, array):
        arrived, buffers = over_the_wire({"it": array})
        same_bits(arrived["it"], array)
        assert [memoryview(buffer).nbytes for buffer in buffers] == [8 * array.size]

    @pytest.mark.parametrize(
        "array",
        [
            np.float64(0.1),
            np.array(0.1),
            np.zeros(0),
            np.zeros((3, 0)),
            np.zeros((0, 3)),
            np.arange(12.0).reshape(3, 4).T,
            np.arange(24.0).reshape(2, 3, 4)[:, ::-1, ::2],
            np.asfortranarray(np.arange(6.0).reshape(2, 3)),
            np.arange(3, dtype=">f8"),
            np.arange(3, dtype=np.int16),
            np.array([True, False]),
            np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 5e-324, 1e308, 0.1 + 0.2]),
        ],
        ids=lambda array: f"{array.dtype}{array.shape}",
    )
    def test_edges(self, array):
        arrived, _ = over_the_wire({"it": array})
        same_bits(arrived["it"], array)

    def test_single_precision_arrives_as_what_it_holds(self):
        arrived, _ = over_the_wire({"it": np.array([0.1, 3.0], np.float32)})
        assert arrived["it"].tolist() == [float(np.float32(0.1)), 3.0]

    @given(value=st.one_of(NUMBERS, st.integers(-(2**53), 2**53)))
    @settings(deadline=None, derandomize=True)
    def test_numbers_are_arrays_without_axes(self, value):
        arrived, _ = over_the_wire({"it": value})
        same_bits(arrived["it"], np.float64(value))

    def test_all_else_travels_as_json(self):
        values = {"names": ["a", "<b>"], "flag": True, "nothing": None, "axis": {"low": 0.5}}
        arrived, buffers = over_the_wire(values)
        assert arrived == values
        assert arrived["flag"] is True
        assert buffers == []

    def test_what_arrives_can_be_written_to_and_is_nobody_else_s(self):
        array = np.arange(3.0)
        arrived, _ = over_the_wire({"it": array})
        arrived["it"][0] = 7
        assert array[0] == 0

    def test_nothing_is_an_empty_dict(self):
        assert tensors_to_wire(None) == wire_to_tensors(None) == {}


class TestLink:
    def test_its_code_is_a_text_read_once(self):
        """A path would be watched, and the watcher would keep every link alive."""
        first, second = BrowserLink(program="mirage"), BrowserLink(program="mirage")
        assert type(first._esm) is str
        assert first._esm is second._esm is front_end("link_mirage.js")
        assert "export" in first._esm
        assert first._css == front_end("style.css")

    def test_every_front_end_part_is_a_text(self):
        for e in (make(explorer) for explorer in EXPLORERS):
            for child in (e.link, e.readouts):
                assert type(child._esm) is str
                assert len(child._esm) > 100

    def test_a_missing_part_says_how_to_get_it(self):
        with pytest.raises(FileNotFoundError, match=r"nothing\.js is missing .*pip install -e"):
            front_end("nothing.js")

    def test_a_front_end_of_another_version_says_so(self, monkeypatch):
        """In the place of the figures and where a page is asked for; Python's numbers are there."""
        monkeypatch.setattr(base, "CONTRACT", "that of another version")
        e = MirageExplorer()
        assert f"textContent = {json.dumps(base.OF_ANOTHER_VERSION)}" in e.link._esm
        assert 'textContent = ""' in e.readouts._esm
        with pytest.raises(ExportError, match=r"another version than its Python: reinstall .*pip"):
            e.to_html()
        assert len(e.curves()) > 100

    def test_what_a_lone_link_starts_with(self):
        link = BrowserLink(program="mirage")
        assert (link.error, link.selection, link.sources, link.targets) == ("", -1, {}, [])

    def test_the_browser_s_error_arrives(self):
        link, seen = BrowserLink(program="mirage"), []
        link.observe(lambda change: seen.append(change["new"]), "error")
        link.set_state({"error": "no output 'x'"})
        assert seen == [link.error] == ["no output 'x'"]


class TestConstants:
    def test_constants_reach_the_browser_exactly(self, wire):
        e = MirageExplorer()
        arrived = wire_to_tensors(wire.page[e.link.model_id]["constants"])
        assert set(arrived) == set(e.constants)
        for name, array in e.constants.items():
            same_bits(arrived[name], array)

    @pytest.mark.parametrize("explorer", EXPLORERS)
    def test_arrays_of_an_explorer_travel_as_binary(self, wire, explorer):
        e = make(explorer)
        opened = next(m for m in wire.messages if m.widget == e.link.model_id)
        sent = sum(memoryview(buffer).nbytes for buffer in opened.buffers)
        numbers = [value for value in e.constants.values() if isinstance(value, np.ndarray)]
        assert sent >= sum(8 * array.size for array in numbers)
        text = json.dumps(opened.state["constants"], allow_nan=False)
        assert len(text) < 120_000

    def test_no_message_of_an_explorer_holds_a_nan_in_its_json(self, wire):
        """JSON has none: a page could not read the message."""
        table = scores([0.1, math.nan, 0.3], params=[1e6, 1e7, math.nan], chance=[0.25] * 3)
        samples = answers([["x"], [None]])
        made = [make(explorer) for explorer in EXPLORERS]
        made.append(ResultsExplorer(EvalResults(table, samples), log_score=True))
        for message in wire.messages:
            json.dumps(message.state, allow_nan=False, default=_refused)
        assert len(made) == len(EXPLORERS) + 1


def _refused(value):
    raise AssertionError(f"{type(value).__name__} is no JSON: {value!r}")
