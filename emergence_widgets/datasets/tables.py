"""Bundled samples tables, whose log-probabilities are kept as milli-nats."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..results.eval_results import Note


def read_samples(*names: str) -> pd.DataFrame:
    """Samples tables of `emergence_widgets.datasets`, one below the other.

    Parameters
    ----------
    names
        Parquet files with a column `token_logprobs_milli` (int16 lists, thousandths of a nat).

    Returns
    -------
    pandas.DataFrame
        With `token_logprobs` (float arrays, nats) in its place.
    """
    tables = []
    for name in names:
        with (files("emergence_widgets.datasets") / name).open("rb") as file:
            tables.append(pq.read_table(file))
    table = pa.concat_tables(tables)
    milli = table["token_logprobs_milli"].combine_chunks()
    ends = milli.offsets.to_numpy()[1:-1]
    logprobs = np.split(milli.values.to_numpy() / 1000.0, ends)
    samples = table.drop_columns(["token_logprobs_milli"]).to_pandas()
    samples["token_logprobs"] = pd.Series(logprobs, index=samples.index, dtype=object)
    return samples


def rounded(samples: pd.DataFrame) -> Note:
    """The note that says how the log-probabilities were rounded."""
    return Note("assumed", "log-probabilities are rounded to a thousandth of a nat", len(samples))
