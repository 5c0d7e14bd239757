"""`ReconstructionExplorer` against the errors it was given."""

import numpy as np
import pandas as pd
import pytest

from emergence_widgets import EvalResults, ReconstructionExplorer, datasets
from emergence_widgets.results.schema import SchemaError
from emergence_widgets.widgets.controls import ControlError

from ...answers import answers_of


def small(**changes) -> EvalResults:
    """Two sizes, two seeds, four images."""
    errors = {(10.0, 0): [4, 3, 2, 1], (10.0, 1): [5, 5, 5, 5], (100.0, 0): [0, 0.5, 1, 9],
              (100.0, 1): [0.1, 0.2, 0.3, 0.4]}  # fmt: skip
    rows = [
        {"model": f"b{params:g}", "params": params, "seed": seed, "task": "t", "item": item,
         "squared_error": float(error)}
        for (params, seed), row in errors.items() for item, error in enumerate(row)
    ]  # fmt: skip
    samples = pd.DataFrame(rows).assign(**changes)
    scores = pd.DataFrame(
        {"model": ["b10"], "params": [10.0], "task": "t", "metric": "squared_error", "value": [1.0]}
    )
    return EvalResults(scores, samples)


def curve(explorer, name: str) -> pd.DataFrame:
    curves = explorer.curves()
    return curves[curves["curve"] == name].reset_index(drop=True)


@pytest.mark.parametrize(
    ("threshold", "shares"),
    [
        (0.5, [0, 0, 0.25, 1]),
        (0.51, [0, 0, 0.5, 1]),
        (5.0, [1, 0, 0.75, 1]),
        (0.01, [0, 0, 0.25, 0]),
    ],
)
def test_share_counts_errors_strictly_below_the_threshold(threshold, shares):
    e = ReconstructionExplorer(small(), threshold=threshold)
    measured = curve(e, "reconstructed_measured")
    assert measured["y"].tolist() == shares
    assert measured["x"].tolist() == [10, 10, 100, 100]
    means = [np.mean(shares[:2]), np.mean(shares[2:])]
    assert curve(e, "reconstructed")["y"].tolist() == means
    e.close()


def test_mean_error_does_not_depend_on_the_threshold():
    e = ReconstructionExplorer(small())
    before = curve(e, "squared_error")["y"].tolist()
    assert before == pytest.approx([(2.5 + 5) / 2, (2.625 + 0.25) / 2])
    e.threshold = 6.0
    assert curve(e, "squared_error")["y"].tolist() == before
    e.close()


def test_shipped_family_agrees_with_rescored_results():
    from emergence_widgets import rescore

    results = datasets.autoencoder()
    table = rescore(results, ["squared_error"], by=["params", "seed"],
                    thresholds={"squared_error": [0.1]})  # fmt: skip
    wanted = table[table["metric"] == "squared_error<=0.1"]
    e = ReconstructionExplorer(threshold=0.1)
    mine = curve(e, "reconstructed_measured")
    assert sorted(mine["y"]) == pytest.approx(sorted(wanted["value"]))
    assert mine["x"].nunique() == 14
    assert (mine["lower"] <= mine["y"]).all()
    assert (mine["y"] <= mine["upper"]).all()
    e.close()


def test_pictures_are_marked_by_their_own_errors():
    e = ReconstructionExplorer(threshold=0.3)
    images, pictures = datasets.autoencoder_images(), e.pictures
    assert pictures is not None
    assert np.array_equal(pictures.marks["passed"], images.squared_error < 0.3)
    assert pictures.marks["selected"] == -1
    assert len(pictures.rebuilt) == 14 * 16 * 64
    e.close()


def test_shipped_pictures_are_of_the_shipped_errors():
    images, samples = datasets.autoencoder_images(), answers_of(datasets.autoencoder())
    first = samples[samples["seed"] == 0].set_index(["params", "item"])["squared_error"]
    wanted = [[first[params, item] for item in images.items] for params in images.params]
    np.testing.assert_allclose(images.squared_error, wanted, rtol=1e-6)


def test_one_size_has_no_measure_of_emergence():
    one = small()
    samples = answers_of(one)
    few = EvalResults(one.scores, samples[samples["params"] == 10])
    e = ReconstructionExplorer(few)
    assert np.isnan(e._outputs()["late_share"])
    assert not any(one["value"].startswith("T =") for one in e.readouts.cells)
    assert len(curve(e, "squared_error")) == 1
    e.close()


def test_bad_input_is_named():
    with pytest.raises(TypeError, match="EvalResults"):
        ReconstructionExplorer(pd.DataFrame())  # pyright: ignore[reportArgumentType]
    with pytest.raises(SchemaError, match="squared_error"):
        ReconstructionExplorer(datasets.pronunciation())
    lacking = small()
    uneven = EvalResults(lacking.scores, answers_of(lacking).iloc[1:])
    with pytest.raises(SchemaError, match="b10 has 3 images where others have 4"):
        ReconstructionExplorer(uneven)
    with pytest.raises(SchemaError, match="no model of 10 parameters"):
        ReconstructionExplorer(small(), datasets.autoencoder_images())
    with pytest.raises(ControlError, match=r"from 0\.01 to 6"):
        ReconstructionExplorer(threshold=0)
    with pytest.raises(TypeError, match="Did you mean 'threshold'"):
        ReconstructionExplorer(treshold=1)  # pyright: ignore[reportCallIssue]
