"""Numbers are written alike in Python and in the browser."""

import math

import numpy as np

from emergence_widgets.widgets.formats import FORMATS, format_value

from .javascript import format_values


def test_same_texts(tmp_path):
    rng = np.random.default_rng(0)
    sizes = 10 ** rng.uniform(-12, 26, 3000)
    signs = rng.choice([-1, 1], 3000)
    ties = [0.5, 1.125, 2.5, 12.25, 999.5, 999.4999, 9.995e14, 0.001, 0.00099995, 1e21, 1e22]
    edges = [0.0, -0.0, 1.0, math.inf, -math.inf, math.nan, 1e4, 9999.0, 1e-300, 1e300]
    values = [*(sizes * signs), *sizes, *ties, *edges]
    pairs = [(format, float(value)) for format in FORMATS for value in values]
    python = [format_value(format, value) for format, value in pairs]
    for pair, mine, theirs in zip(pairs, python, format_values(pairs, tmp_path), strict=True):
        assert mine == theirs, pair
