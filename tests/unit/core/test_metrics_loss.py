"""Continuous scores read as a loss."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emergence_widgets.core.metrics.loss import (
    RANGES,
    Kind,
    above_floor,
    from_loss,
    nats_slope,
    to_loss,
    to_nats,
)

# What of a loss is left as right is exp(-loss); of n bits each halves it.
MADE = {
    "nats": lambda loss: loss,
    "bits": lambda loss: loss / np.log(2),
    "reward": lambda loss: -loss,
    "perplexity": np.exp,
    "error": lambda loss: loss,
    "share": lambda loss: np.exp(-loss),
    "share above chance": lambda loss: 0.25 + 0.75 * np.exp(-loss),
    "share of 100": lambda loss: 100 * np.exp(-loss),
    # The share of the way from a guess to a perfect answer is 1 - brier / chance.
    "brier": lambda loss: 0.75 * (1 - np.exp(-loss)),
}
OPTIONS = {
    "share above chance": {"chance": 0.25},
    "share of 100": {"best": 100.0},
    "brier": {"chance": 0.75},
}
LOWER_IS_BETTER = ("nats", "bits", "perplexity", "error", "brier")


def of(function, name, value):
    return function(value, name.split()[0], **OPTIONS.get(name, {}))


def slope(name, value):
    return nats_slope(value, name.split()[0], chance=OPTIONS.get(name, {}).get("chance", 0.0))


def test_every_kind_has_its_range_and_is_tried_here():
    assert set(RANGES) == set(get_args(Kind)) == {name.split()[0] for name in MADE}


@given(st.floats(1e-6, 30))
def test_each_kind_gives_back_the_loss_it_was_made_of(loss):
    for name, made in MADE.items():
        # Near the floor a share has lost the digits of its loss.
        far = 1e-15 * np.exp(loss) if name in ("share above chance", "brier") else 0.0
        near = {"rel": 1e-9, "abs": 1e-12 + far}
        score = np.array([made(loss)])
        assert of(to_loss, name, score)[0] == pytest.approx(loss, **near)
        nats = np.log(loss) if name == "error" else loss
        assert of(to_nats, name, score)[0] == pytest.approx(nats, **near)
        assert of(from_loss, name, [loss])[0] == pytest.approx(score[0], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", MADE)
def test_a_better_score_is_a_smaller_loss(name):
    falls = np.diff(of(to_nats, name, np.linspace(0.3, 0.7, 9))) < 0
    assert (falls != (name in LOWER_IS_BETTER)).all()


@pytest.mark.parametrize(
    ("name", "value", "loss"),
    [
        ("share", 0.0, np.inf), ("share", -0.1, np.nan), ("share above chance", 0.25, np.inf),
        ("share above chance", 0.2, np.nan), ("brier", 0.75, np.inf), ("brier", 0.9, np.nan),
        ("perplexity", np.inf, np.inf), ("perplexity", 0.0, -np.inf), ("nats", np.nan, np.nan),
        ("reward", -np.inf, np.inf),
    ],
)  # fmt: skip
def test_at_the_floor_a_loss_is_infinite_and_tells_no_nats(name, value, loss):
    np.testing.assert_array_equal(of(to_loss, name, [value]), [loss])
    assert np.isnan(of(to_nats, name, [value])).all()


def test_an_error_of_0_is_no_number_of_nats():
    assert to_loss([0.0], "error") == 0
    assert np.isnan(to_nats([0.0], "error")).all()


@pytest.mark.parametrize("kind", ["share", "reward", "perplexity"])
def test_a_perfect_score_is_a_loss_of_0_without_a_sign(kind):
    best = from_loss([0.0], kind)
    assert str(to_loss(best, kind)[0]) == "0.0"
    assert str(from_loss([0.0], "reward")[0]) == "0.0"


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("value", [0.3, 0.5, 0.7])
def test_slopes_are_those_of_finite_differences(name, value):
    step = 1e-6
    low, high = of(to_nats, name, [value - step, value + step])
    assert slope(name, [value])[0] == pytest.approx(abs(high - low) / (2 * step), rel=1e-6)


def test_two_errors_off_its_floor_a_share_is_told_from_it():
    stderr = np.full(4, 0.02)
    share = above_floor(np.array([0.27, 0.2895, 0.2905, 0.2]), stderr, "share", chance=0.25)
    assert share.tolist() == [False, False, True, False]
    brier = above_floor(np.array([0.73, 0.7105, 0.7095, 0.8]), stderr, "brier", chance=0.75)
    assert brier.tolist() == [False, False, True, False]
    assert above_floor(np.array([1.0, np.nan]), stderr[:2], "nats").tolist() == [True, False]
