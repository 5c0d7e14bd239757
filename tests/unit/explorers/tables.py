"""Small results made by hand, and what the browser would compute from an explorer."""

import numpy as np
import pandas as pd

from emergence_widgets import EvalResults
from emergence_widgets.programs import PROGRAMS


def scores(value, **columns):
    """One task, one metric, one family: a row a value, sizes from a million up by tens."""
    n = len(value)
    table = {
        "model": [f"m{i}" for i in range(n)],
        "params": 10.0 ** (6 + np.arange(n) % 100),
        "task": "t",
        "metric": "acc",
        "value": value,
    }
    return pd.DataFrame(table | columns)


def results(value, **columns):
    return EvalResults(scores(value, **columns))


def answers(outputs, target="a b c d", **columns):
    """Answers of models to one task: a list of outputs a model."""
    rows = [
        {"model": f"m{i}", "params": 10.0 ** (6 + i), "task": "t", "item": item}
        | {"target": target, "output": output, "prompt": f"say {item}"}
        for i, texts in enumerate(outputs)
        for item, output in enumerate(texts)
    ]
    return pd.DataFrame(rows).assign(**columns)


def painted(e):
    """Outputs of the program for what the explorer's link reads: inputs, constants, selection."""
    controls = {name: getattr(widget, trait) for name, (widget, trait) in e.link.sources.items()}
    return PROGRAMS[e.link.program](controls | {"selection": e.link.selection}, e.link.constants)


def traits_of(e, widget):
    """What a widget of an explorer shows of its program."""
    (traits,) = (traits for one, traits in e._painted(e._outputs()) if one is widget)
    return traits


def first_points(e):
    """Places and heights of the first figure's first family."""
    traits = traits_of(e, e.link.selectable[0][0])
    return traits["x"], traits["y"]
