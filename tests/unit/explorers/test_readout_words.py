"""The words of breakthroughness change at the noise and at twice an even rise, and nowhere else."""

import numpy as np
import pytest

from emergence_widgets import MirageExplorer, ReconstructionExplorer, ResultsExplorer, datasets
from emergence_widgets.widgets.readouts import filled


def results() -> ResultsExplorer:
    return ResultsExplorer(datasets.pronunciation())


EXPLORERS = {
    "mirage": (MirageExplorer, "breakthroughness_exact_match"),
    "reconstruction": (ReconstructionExplorer, "breakthroughness_error"),
    "results": (results, "breakthroughness_0"),
}


def words_of(explorer, output: str):
    """What the strip says of a breakthroughness, and the two numbers that it is held against."""
    (cell,) = (
        one for one in explorer.readouts.cells if (one["verdict"] or {}).get("output") == output
    )
    shown = explorer.readouts.values
    noise, ramp = (
        next(float(np.ravel(shown[one])[0]) for one in (name, f"{name}_0") if one in shown)
        for name in ("null_95", "ramp")
    )

    def word(value: float) -> str:
        _, _, detail = next(filled([cell], {**shown, output: value}))
        return detail.split(" · ")[0]

    return word, noise, ramp


@pytest.mark.parametrize("name", EXPLORERS)
@pytest.mark.parametrize("sign", [1, -1])
def test_few_large_steps_are_beyond_noise_and_beyond_twice_a_ramp(name, sign):
    make, output = EXPLORERS[name]
    word, noise, ramp = words_of(make(), output)
    assert noise < 2 * ramp
    at = {0.99 * noise: "within noise", 1.01 * noise: "even steps"}
    at |= {0.99 * 2 * ramp: "even steps", 1.01 * 2 * ramp: "few large steps"}
    for value, words in at.items():
        assert word(sign * value) == words
