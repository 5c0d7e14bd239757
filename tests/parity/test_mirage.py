"""The program `mirage` gives the same numbers in Python and in the built JavaScript."""

import numpy as np
import pytest

from emergence_widgets.core.metrics.registry import find_metric
from emergence_widgets.explorers.mirage import MirageExplorer
from emergence_widgets.programs.late import TIE, Across
from emergence_widgets.programs.mirage import (
    MEASURED,
    breakthroughness_readouts,
    late_readouts,
    mirage,
    mirage_constants,
)

from .javascript import assert_equal_outputs, assert_same_numbers, run_program
from .settings import random_settings

MARKS = (
    "steady_scale", "steady_score", "lag_scale", "lag_from", "lag_to", "lag_label_scale",
    "lag_label_score",
)  # fmt: skip
LATE_SKILLS = ("skills_loss", "many_skills")
LAST_PLACES = 8 * np.finfo(float).eps
"""What exp, expm1 and pow of numpy and of the browser may differ by, together, relative."""


def _amplification(scores: np.ndarray, resolution: float) -> float:
    """How far breakthroughness amplifies a relative change of the scores.

    It is a difference of scores over a median difference of scores, and each difference
    amplifies by the ratio of the scores to itself.
    """
    rise = np.ptp(scores)
    step = max(np.sqrt(np.median(np.diff(scores) ** 2)), resolution)
    if rise == 0 or step == 0:
        return 0.0
    return float(2 * np.abs(scores).max() * (1 / rise + 1 / step))


def _assert_equal_readouts(setting: dict, python: dict, javascript: dict) -> None:
    """Breakthroughness of the same scores under 1e-12; end to end, what its conditioning allows."""
    of_the_same_scores = breakthroughness_readouts(javascript, setting["n_items"])
    for metric in MEASURED:
        name = f"breakthroughness_{metric}"
        shown = javascript[name]
        where = f"{name} at {setting}"
        np.testing.assert_allclose(shown, of_the_same_scores[name], rtol=1e-12, err_msg=where)
        resolution = 1 / (2 * setting["n_items"]) if find_metric(metric).counts_items else 0.0
        amplified = _amplification(python[f"{metric}_measured"], resolution)
        bound = max(1e-12, LAST_PLACES * amplified)
        np.testing.assert_allclose(shown, python[name], rtol=bound, err_msg=where)
    _assert_equal_lateness(setting, python, javascript)
    _assert_equal_skills(setting, python, javascript)


def _assert_equal_skills(setting: dict, python: dict, javascript: dict) -> None:
    """T of sharp skills; their scores are held with all other outputs."""
    for name in LATE_SKILLS:
        where = f"late_{name} at {setting}"
        late = f"late_{name}"
        np.testing.assert_allclose(javascript[late], python[late], atol=1e-6, err_msg=where)
        # Near sizes leave little between which rounding decides.
        if np.log10(python["model_scale"][-1] / python["model_scale"][0]) > 1:
            np.testing.assert_allclose(javascript[late], python[late], atol=1e-9, err_msg=where)
            for mark in MARKS:
                theirs, mine = (one[f"{mark}_{name}"] for one in (javascript, python))
                assert_same_numbers(mark, theirs, mine, f"{mark}_{name} at {setting}", 1e-9)


def _assert_equal_lateness(setting: dict, python: dict, javascript: dict) -> None:
    """T of the same scores and scales, and end to end, by what rounding of both may change."""
    models = javascript["model_scale"]
    # Where marks stand is asked of curves whose T the rounding leaves alone.
    across = Across(np.log10(models[0]), np.log10(models[-1]) + 1e-9)
    of_the_same_scores = late_readouts(javascript, models, across)
    place = np.log10(models)
    of_scale = np.abs(place).max() / max(np.ptp(place) / len(place), LAST_PLACES)
    for metric in MEASURED:
        name, scores = f"late_{metric}", python[f"{metric}_measured"]
        rise, size = np.ptp(scores), np.abs(scores).max()
        if rise <= 1e-9 * size or np.ptp(place) == 0:
            continue
        bound = 1e-12 + LAST_PLACES * (size / rise + of_scale)
        for expected in (of_the_same_scores[name], python[name]):
            np.testing.assert_allclose(
                javascript[name], expected, rtol=0, atol=bound, err_msg=f"{name} at {setting}"
            )
        # Of sizes so near each other that rounding moves T, it moves the marks too.
        if bound < TIE:
            for mark in MARKS:
                theirs, mine = (one[f"{mark}_{metric}"] for one in (javascript, python))
                where = f"{mark}_{metric} at {setting}"
                assert_same_numbers(mark, theirs, mine, where, bound * size)


@pytest.mark.parametrize(
    ("scale", "sets"),
    [
        (np.logspace(5, 12, 40), 2000),
        (np.array([1e-300, 1.0, 1e300]), 200),
        (np.array([7.0, 7.0000001]), 200),
    ],
    ids=["default", "extreme", "narrow"],
)
@pytest.mark.parametrize("small", [False, True], ids=["even", "small"])
def test_same_numbers(scale, sets, small, some, tmp_path):
    controls = random_settings(MirageExplorer, some(sets), small=small)
    constants = mirage_constants(scale)
    answers = run_program("mirage", controls, constants, tmp_path)
    assert len(answers) == len(controls)
    with np.errstate(all="ignore"):
        for setting, javascript in zip(controls, answers, strict=True):
            python = mirage(setting, constants)
            _assert_equal_readouts(setting, python, javascript)
            for metric in (*MEASURED, *LATE_SKILLS):
                for name in ("breakthroughness", "late", "lag_label", *MARKS):
                    for outputs in (python, javascript):
                        outputs.pop(f"{name}_{metric}", None)
            assert_equal_outputs(python, javascript, setting)
