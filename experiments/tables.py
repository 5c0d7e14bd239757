"""Samples tables on disk, small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


def store(samples: pd.DataFrame, path: Path) -> None:
    """Write a samples table small: log-probabilities as 16-bit milli-nats, zstd.

    Parameters
    ----------
    samples
        With a column `token_logprobs` of float arrays (nats).
    path
        Parquet file; replaced atomically.
    """
    table = pa.Table.from_pandas(samples.drop(columns="token_logprobs"), preserve_index=False)
    milli = [
        np.clip(np.rint(1000 * np.asarray(row)), -32768, 0).astype(np.int16)
        for row in samples["token_logprobs"]
    ]
    table = table.append_column("token_logprobs_milli", pa.array(milli, pa.list_(pa.int16())))
    partial = path.with_suffix(".partial")
    pq.write_table(table, partial, compression="zstd", compression_level=19)
    partial.replace(path)
