"""Training: it learns, resumes exactly, keeps what it is told to, refuses what is not its own."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from experiments.training import Schedule, train

SLOPES = np.array([2.0, -1.0, 0.5])
SCHEDULE = Schedule(steps=120, batch=32, warm_up=10, weight_decay=0.0)


def examples():
    x = np.random.default_rng(0).normal(size=(500, 3))
    return np.hstack([x, x @ SLOPES[:, None]]).astype(np.float32)


def squared_error(params, batch):
    return ((batch[:, :3] @ params["slopes"] - batch[:, 3]) ** 2).mean()


def fit(checkpoint, schedule=SCHEDULE, **changed):
    how: dict[str, Any] = {
        "learning_rate": 0.2, "seed": 3, "fingerprint": {"name": "line"}, "chunk": 20,
        "chunks_between_saves": 1,
    }  # fmt: skip
    return train(
        {"slopes": jnp.zeros(3)},
        squared_error,
        examples(),
        schedule,
        checkpoint=checkpoint,
        **(how | changed),
    )


class InterruptedTrainingError(Exception):
    pass


def stop_after(steps):
    done = 0

    def on_steps(more):
        nonlocal done
        done += more
        if done > steps:
            raise InterruptedTrainingError

    return on_steps


def test_it_finds_the_slopes_of_a_line(tmp_path):
    trained = fit(tmp_path / "line.checkpoint")
    np.testing.assert_allclose(trained.params["slopes"], SLOPES, atol=0.02)
    assert [step for step, _ in trained.log] == [20, 40, 60, 80, 100, 120]
    assert trained.log[-1][1] < 0.01 * trained.log[0][1]


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path):
    whole = fit(tmp_path / "whole.checkpoint", keep=(0, 40, 120))
    with pytest.raises(InterruptedTrainingError):
        fit(tmp_path / "cut.checkpoint", keep=(0, 40, 120), on_steps=stop_after(60))
    done = []
    resumed = fit(tmp_path / "cut.checkpoint", keep=(0, 40, 120), on_steps=done.append)
    assert done[0] == 60, "it went on from the last save, not from the start"
    assert sum(done) == 120
    np.testing.assert_array_equal(resumed.params["slopes"], whole.params["slopes"])
    assert resumed.log == whole.log
    for step in (0, 40, 120):
        np.testing.assert_array_equal(resumed.kept[step]["slopes"], whole.kept[step]["slopes"])


def test_a_finished_run_is_read_not_trained(tmp_path):
    first = fit(tmp_path / "line.checkpoint")
    done = []
    again = fit(tmp_path / "line.checkpoint", on_steps=done.append)
    assert done == [120]
    np.testing.assert_array_equal(again.params["slopes"], first.params["slopes"])


def test_kept_parameters_are_those_of_their_step(tmp_path):
    kept = fit(tmp_path / "line.checkpoint", keep=(0, 60, 120)).kept
    np.testing.assert_array_equal(kept[0]["slopes"], np.zeros(3))
    errors = [float(squared_error(kept[step], examples())) for step in (0, 60, 120)]
    assert errors[0] > errors[1] > errors[2]
    shorter = fit(tmp_path / "other.checkpoint", keep=(60,)).kept
    np.testing.assert_array_equal(shorter[60]["slopes"], kept[60]["slopes"])


def test_a_step_within_a_chunk_cannot_be_kept(tmp_path):
    with pytest.raises(ValueError, match="keep holds 30; expected multiples of chunk \\(20\\)"):
        fit(tmp_path / "line.checkpoint", keep=(20, 30))


def test_a_checkpoint_of_another_configuration_is_refused(tmp_path):
    fit(tmp_path / "line.checkpoint")
    with pytest.raises(ValueError, match=r"another configuration \(it differs in name\)"):
        fit(tmp_path / "line.checkpoint", fingerprint={"name": "curve"})


def test_another_seed_sees_other_batches(tmp_path):
    schedule = Schedule(steps=20, batch=32, warm_up=10)
    one, two = (
        fit(tmp_path / f"{seed}.checkpoint", schedule, seed=seed).params["slopes"]
        for seed in (1, 2)
    )
    assert not np.array_equal(one, two)
