"""What a smooth loss predicts is the same in Python and in JavaScript."""

import numpy as np

from emergence_widgets.core.statistics.explained_by_loss import explained_by_loss

from .javascript import explained


def worlds(rng: np.random.Generator):
    """Losses and scores of runs: smooth, broken, noisy, with one to three runs at a level."""
    levels = int(rng.integers(3, 16))
    scale = 10 ** np.sort(rng.uniform(2, 9, levels))
    runs = int(rng.integers(1, 4))
    decades = np.log10(scale)[:, None]
    loss = 3 * np.exp(-rng.uniform(0.2, 0.8) * (decades - 2)) * np.ones((1, runs))
    loss = np.where(decades > rng.uniform(3, 12), 0.5 * loss, loss)
    # No two runs have the same loss, of which one curve could hold only one score.
    loss *= np.exp(rng.choice([0.001, 0.01, 0.2]) * rng.standard_normal(loss.shape))
    score = np.exp(-rng.uniform(0.5, 10) * loss)
    score += rng.choice([0, 0.01]) * rng.standard_normal(score.shape)
    missing = rng.random(loss.shape) < 0.1
    missing[:, 0] = False
    loss[missing], score[missing] = np.nan, np.nan
    return scale, loss, score


def test_the_public_function(some, tmp_path):
    rng = np.random.default_rng(3)
    made = [worlds(rng) for _ in range(some(2000))]
    requests = []
    for scale, loss, score in made:
        level, run = np.nonzero(np.isfinite(loss))
        runs = [
            {"level": int(at), "loss": loss[at, one], "share": score[at, one]}
            for at, one in zip(level, run, strict=True)
        ]
        requests.append([scale.tolist(), runs])
    answers = explained(requests, tmp_path)
    for (scale, loss, score), answer in zip(made, answers, strict=True):
        found = explained_by_loss(scale, loss, score, draws=1)
        if answer is None:
            assert np.isnan(found.value)
            continue
        np.testing.assert_allclose(answer["predicted"], found.predicted, rtol=0, atol=1e-6)
        np.testing.assert_allclose(answer["share"], found.value, rtol=1e-5, atol=1e-5)
