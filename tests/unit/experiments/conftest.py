"""Runs of the tests share this process: JAX starts once, and what it compiled serves all."""

import pickle

import jax
import pandas as pd
import pytest

from experiments import (
    addition,
    addition_sweep,
    autoencoder,
    classifier,
    grokking,
    pronunciation,
)

FAMILIES = (addition, addition_sweep, autoencoder, classifier, grokking, pronunciation)


def run_here(runs, folder, **_):
    """`run_all` without workers; `test_runs` has them, and `make test-all` in each experiment."""
    folder.mkdir(exist_ok=True)
    for run in pickle.loads(pickle.dumps(runs)):
        table = run.function(*run.arguments, folder, lambda _done: None)
        table.to_parquet(folder / f"{run.name}.parquet", index=False)
    tables = [pd.read_parquet(folder / f"{run.name}.parquet") for run in runs]
    together = pd.concat(tables, ignore_index=True)
    together.attrs["cpu_minutes"] = 0.1
    return together


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory):
    settings = {
        "jax_compilation_cache_dir": str(tmp_path_factory.mktemp("compiled")),
        # Nothing is too quick to be kept, and nothing runs so long that it should be fast.
        "jax_persistent_cache_min_compile_time_secs": 0.0,
        "jax_disable_most_optimizations": True,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            jax.config.update(name, value)
            patch.setenv(name.upper(), str(value))
        for family in FAMILIES:
            patch.setattr(family, "run_all", run_here)
        yield
