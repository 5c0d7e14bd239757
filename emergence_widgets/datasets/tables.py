"""Bundled Parquet files; their log-probabilities are kept as milli-nats."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd

from ..results.eval_results import Note
from ..results.parquet import read_parquet


def read_stored(name: str) -> pd.DataFrame:
    """A bundled Parquet file."""
    with (files("emergence_widgets.datasets") / name).open("rb") as file:
        return read_parquet(file)


def read_samples(name: str) -> pd.DataFrame:
    """A samples table of `emergence_widgets.datasets`."""
    samples = read_stored(name)
    milli = samples.pop("token_logprobs_milli")
    ends = milli.map(len).cumsum().to_numpy()[:-1]
    logprobs = np.split(np.concatenate(milli.to_list()) / 1000.0, ends)
    samples["token_logprobs"] = pd.Series(logprobs, index=samples.index, dtype=object)
    return samples


def rounded(samples: pd.DataFrame) -> Note:
    """The note that says how the log-probabilities were rounded."""
    return Note("assumed", "log-probabilities are rounded to a thousandth of a nat", len(samples))
