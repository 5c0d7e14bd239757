"""Continuous scores read as a loss."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.core.metrics.loss import above_floor, loss_of, loss_slope

from .verdict_worlds import measured

KINDS = {
    "nats": measured([1.0], kind="nats", lower_is_better=True),
    "likelihood": measured([1.0], kind="nats"),
    "perplexity": measured([1.0], kind="perplexity", lower_is_better=True),
    "error": measured([1.0], kind="error", lower_is_better=True),
    "share": measured([1.0]),
    "share above chance": measured([1.0], chance=0.25),
    "share of 100": measured([1.0], best=100.0),
    "brier": measured([1.0], kind="brier", lower_is_better=True, chance=0.75),
}


@given(st.floats(1e-6, 30))
def test_each_kind_gives_back_the_loss_it_was_made_of(loss):
    right = np.exp(-loss)
    made = {
        "nats": loss, "likelihood": -loss, "perplexity": np.exp(loss), "error": np.exp(loss),
        "share": right, "share above chance": 0.25 + 0.75 * right, "share of 100": 100 * right,
        # The share of the way from a guess to a perfect answer is 1 - brier / chance.
        "brier": 0.75 * (1 - right),
    }  # fmt: skip
    for name, score in KINDS.items():
        # Near the floor a share has lost the digits of its loss.
        tolerance = 1e-12 + 1e-15 / right if name in ("share above chance", "brier") else 1e-12
        assert loss_of(score, np.array([made[name]]))[0] == pytest.approx(
            loss, rel=1e-9, abs=tolerance
        )


@pytest.mark.parametrize("name", KINDS)
def test_a_better_score_is_a_smaller_loss(name):
    score = KINDS[name]
    value = np.linspace(0.3, 0.7, 9)
    falls = np.diff(loss_of(score, value)) < 0
    assert (falls != score.lower_is_better).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("share", 0.0), ("share", -0.1), ("share above chance", 0.25), ("share above chance", 0.2),
        ("brier", 0.75), ("brier", 0.9), ("perplexity", np.inf), ("perplexity", 0.0),
        ("error", 0.0), ("nats", np.nan), ("likelihood", -np.inf),
    ],
)  # fmt: skip
def test_at_the_floor_there_is_no_loss(name, value):
    assert np.isnan(loss_of(KINDS[name], np.array([value]))).all()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("value", [0.3, 0.5, 0.7])
def test_slopes_are_those_of_finite_differences(name, value):
    score, step = KINDS[name], 1e-6
    low, high = loss_of(score, np.array([value - step, value + step]))
    assert loss_slope(score, np.array([value]))[0] == pytest.approx(
        abs(high - low) / (2 * step), rel=1e-6
    )


def test_two_errors_off_its_floor_a_share_is_told_from_it():
    value, stderr = np.array([0.27, 0.3, 0.2]), np.array([0.02, 0.02, 0.02])
    assert above_floor(KINDS["share above chance"], value, stderr).tolist() == [False, True, False]
    value = np.array([0.73, 0.7, 0.8])
    assert above_floor(KINDS["brier"], value, stderr).tolist() == [False, True, False]
    assert above_floor(KINDS["nats"], np.array([1.0, np.nan]), stderr[:2]).tolist() == [True, False]
