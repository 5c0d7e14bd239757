"""Encodings against what they should say; that both languages say the same is held in parity."""

import json
import math

import numpy as np
import pytest

from emergence_widgets.programs import encode as as_

NAN = math.nan
OUTPUTS = {
    "rate": np.array([0.0, 0.1, 1.0]),
    "low": np.array([0.0, 0.01, 0.5]),
    "size": np.array([1e6, 1e9, 1e12]),
    "part": np.array([NAN, 2.0, NAN]),
    "n": 7.0,
    "name": "GPT",
    "names": ["a", "b", "c"],
    "axis": {"low": -1.0, "places": [0, 1]},
    "off": False,
    "unknown": NAN,
}


def encoded(keep: as_.Keep = "all", **traits):
    lookup = as_.scope(OUTPUTS, {"n": 8.0, "axes": [{"high": 3}]}, {"length": 10, "n": 9.0})
    return as_.encoded(json.loads(json.dumps(traits)), keep, lookup)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        (as_.log("size"), [6, 9, 12]),
        (as_.log("rate"), [NAN, -1, 0]),
        (as_.log("rate", otherwise="axis.low"), [-1, -1, 0]),
        (as_.log("rate", when="off"), [0, 0.1, 1]),
        (as_.log("part", otherwise=-5.0), [NAN, math.log10(2), NAN]),
        (as_.loglog("rate"), [-math.inf, -math.log10(math.log(10)), math.inf]),
        (as_.clip(as_.loglog("rate"), -3.0, 3.0), [-3, -math.log10(math.log(10)), 3]),
        (as_.bars("low", "rate"), [0, 0, NAN, 0.01, 0.1, NAN, 0.5, 1]),
        (as_.band("rate", "low"), [0, 0.1, 1, 0.5, 0.01, 0]),
        (["n", None, "rate"], [7, NAN, 0, 0.1, 1]),
        (["n", "n"], [7, 7]),
        ([], []),
        (as_.plus("rate", 1.0), [1, 1.1, 2]),
        (as_.times("rate", "n"), [0, 0.7, 7]),
        (as_.above("rate", 0.05), [0, 1, 1]),
        (as_.above("part", 0.0), [0, 1, 0]),
        (as_.equals("rate", "low"), [1, 0, 0]),
        (as_.only("size", as_.above("rate", 0.0)), [1e9, 1e12]),
        (as_.choose("off", "rate", "size"), [1e6, 1e9, 1e12]),
        (as_.choose("unknown", "rate", ["n"]), [7]),
        (as_.ticks("length"), [0, 3, 6, 9]),
        (as_.ticks(3.0), [0, 1, 2, 3]),
        (as_.ticks(40.0), [0, 10, 20, 30, 40]),
        ("axis.places", [0, 1]),
        ("axes.0.high", 3),
        (as_.dodge([0.0, 1.0, 0.0, 1.0, 0.0, 1.0], 3.0, 0.2), [-0.1, 0.9, 0, 1, 0.1, 1.1]),
        (as_.dodge([0.0, 1.0, 0.0, 1.0], 2.0, 9.0), [-0.2, 0.8, 0.2, 1.2]),
        (as_.dodge([0.0, 1.0], 1.0, 9.0), [0, 1]),
    ],
)
def test_numbers(encoding, expected):
    np.testing.assert_allclose(encoded(y=encoding)["y"], expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        (as_.text("{n} of {length} by {name}, {axis.low}"), "7 of 10 by GPT, -1"),
        ([as_.text("chance"), "name"], ["chance", "GPT"]),
        (as_.choose(as_.equals("name", as_.text("GPT")), "names", []), ["a", "b", "c"]),
        ("off", False),
        (None, None),
        ("axis", OUTPUTS["axis"]),
    ],
)
def test_all_else(encoding, expected):
    assert encoded(value=encoding)["value"] == expected


def test_points_without_a_place_are_left_out_with_their_texts_and_their_selection():
    points = {"x": as_.log("size"), "y": as_.log("rate"), "text": "names"}
    shown = encoded("placed", selected=as_.which(as_.equals("rate", 1.0)), **points)
    assert (shown["x"].tolist(), shown["y"].tolist()) == ([9, 12], [-1, 0])
    assert shown["text"] == ["b", "c"]
    assert shown["selected"].tolist() == [1]
    assert encoded("placed", selected=as_.which(as_.above("rate", 2.0)))["selected"] is None


def test_a_line_ends_at_its_last_place():
    shown = encoded("ended", x=as_.log("size"), y="part")
    np.testing.assert_array_equal(shown["y"], [NAN, 2])
    assert shown["x"].tolist() == [6, 9]
    assert len(encoded("ended", x="size", y=as_.log(["off", "off", "off"]))["x"]) == 0


@pytest.mark.parametrize("keep", ["all", "placed", "ended"])
def test_single_numbers_are_one_point(keep):
    shown = encoded(keep, x="n", y="axis.low")
    assert (shown["x"].tolist(), shown["y"].tolist()) == ([7], [-1])
    nowhere = encoded(keep, x="n", y="unknown")
    assert nowhere["x"].size == nowhere["y"].size == (1 if keep == "all" else 0)


def test_names_are_looked_for_among_outputs_constants_and_controls():
    assert encoded(value="n")["value"] == 7
    assert encoded(value="axes.0.high")["value"] == 3
    assert encoded(value="length")["value"] == 10
    with pytest.raises(KeyError, match="no output, constant or control is called 'nothing'"):
        encoded(value="nothing")
    with pytest.raises(ValueError, match=r"\['shine'\] holds no operation; expected one of log"):
        encoded(value={"shine": "n"})
