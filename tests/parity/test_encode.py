"""Encodings give the same traits in Python and in the browser's JavaScript."""

import numpy as np
import pytest

from emergence_widgets.programs import encode as as_

from .javascript import assert_same_numbers, encode_marks

NAMES = ("rates", "sizes", "edges")
SCALARS = ("flag", "zero", "one_size", "unknown", "axes.low")


def level(rng, points: int) -> dict:
    """Outputs of every kind: rates with 0 and 1, sizes, odd numbers, numbers alone, texts."""
    return {
        "rates": rng.choice([0.0, 1.0, 0.5, rng.random(), 1e-12, np.nan], points),
        "sizes": 10 ** rng.uniform(-3, 12, points),
        "edges": rng.choice([0.0, -1.0, np.nan, 3.5, np.inf], points),
        "flag": bool(rng.random() < 0.5),
        "zero": 0.0,
        "one_size": float(10 ** rng.uniform(0, 9)),
        "unknown": float("nan"),
        "axes": {"low": float(rng.normal()), "places": [0, 0.5, 3]},
        "name": str(rng.choice(["loss", "", "<b>"])),
        "names": [f"model {at}" for at in range(points)],
        "none": [],
    }


def number(rng) -> as_.Encoding:
    return rng.choice(SCALARS) if rng.random() < 0.6 else float(rng.normal())


def vector(rng, depth: int) -> as_.Encoding:
    """A random encoding of as many numbers as there are points."""
    if depth == 0 or rng.random() < 0.2:
        return str(rng.choice(NAMES))
    inner = vector(rng, depth - 1)
    other = vector(rng, depth - 1) if rng.random() < 0.5 else number(rng)
    return [
        lambda: as_.log(inner),
        lambda: as_.log(inner, when=number(rng), otherwise=number(rng)),
        lambda: as_.loglog(inner),
        lambda: as_.clip(inner, number(rng), number(rng)),
        lambda: as_.clip(inner, high=number(rng)),
        lambda: as_.plus(inner, other),
        lambda: as_.times(other, inner),
        lambda: as_.above(inner, other),
        lambda: as_.equals(inner, other),
        lambda: as_.choose(number(rng), inner, vector(rng, depth - 1)),
    ][rng.integers(10)]()


def line(rng) -> as_.Encoding:
    """The same, of any length."""
    inner = vector(rng, 2)
    return [
        lambda: as_.bars(inner, vector(rng, 1)),
        lambda: as_.band(inner, vector(rng, 1)),
        lambda: as_.only(inner, as_.above("rates", 0.3)),
        lambda: as_.only(inner, as_.equals("rates", "zero")),
        lambda: [number(rng), None, inner, as_.log(number(rng))],
        lambda: as_.ticks(float(rng.integers(0, 60))),
        lambda: as_.dodge(as_.log("sizes"), float(rng.choice([1, 2, 4])), 0.3),
        lambda: [],
    ][rng.integers(8)]()


def marks(rng) -> list[dict]:
    """Traits of points, labels and lines, and all else that a widget may show."""
    mask = as_.above(vector(rng, 1), 0.5)
    points = {"x": as_.log("sizes"), "y": vector(rng, 3)}
    rows = [vector(rng, 2) for _ in range(3)]
    beside = [vector(rng, 2) for _ in range(3)]
    if rng.random() < 0.5:
        at = int(rng.integers(3))
        rows[at] = beside[at] = []
    stacked = {
        "y": as_.stack(rows, beside),
        "colors": as_.stacked(["name", as_.text("b"), as_.text("c")], rows, beside),
    }
    return [
        {"traits": stacked, "keep": "all"},
        {"traits": points | {"selected": as_.which(mask)}, "keep": "placed"},
        {"traits": points | {"text": "names"}, "keep": "placed"},
        {"traits": points, "keep": str(rng.choice(["all", "placed", "ended"]))},
        {"traits": {"y": line(rng), "selected": "none"}, "keep": "ended"},
        {
            "traits": {"x": number(rng), "y": number(rng) if rng.random() < 0.8 else None},
            "keep": str(rng.choice(["all", "placed", "ended"])),
        },
        {
            "traits": {
                "value": as_.choose(as_.equals("name", as_.text("loss")), "name", None),
                "label": as_.text("{name} of {one_size}"),
                "text": [as_.text("a"), "name"] if rng.random() < 0.5 else "none",
                "tick_values": "axes.places",
                "min": as_.plus(number(rng), number(rng)),
                "reverse": "flag",
                "content": "axes",
            },
            "keep": "all",
        },
    ]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_same_traits(tmp_path):
    rng = np.random.default_rng(20261130)
    cases = []
    for _ in range(1000):
        outputs = level(rng, points=int(rng.choice([4, 8])))
        cases += [mark | {"outputs": outputs} for mark in marks(rng)]
    for case, javascript in zip(cases, encode_marks(cases, tmp_path), strict=True):
        python = as_.encoded(case["traits"], case["keep"], as_.scope(case["outputs"]))
        assert set(python) == set(javascript)
        for trait, mine in python.items():
            if isinstance(mine, np.ndarray):
                # A place in decades is 0 where its number is 1.
                assert_same_numbers(trait, javascript[trait], mine, case, absolute=1e-13)
            elif isinstance(mine, float):
                np.testing.assert_allclose(javascript[trait], mine, rtol=1e-12, err_msg=str(case))
            else:
                assert javascript[trait] == mine, (trait, case)
