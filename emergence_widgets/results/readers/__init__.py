"""`read_results`: evaluation files and data frames in, an EvalResults out."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..eval_results import EvalResults, Note
from ..schema import SchemaError
from .lm_eval import read_lm_eval_results, read_lm_eval_samples
from .scales import ModelTable, attach_scales
from .tables import read_frame, read_table, read_wide

__all__ = ["read_results", "read_wide"]

FORMATS = ("auto", "table", "lm_eval")
TABLES = {".csv", ".tsv", ".parquet", ".jsonl", ".ndjson"}


def read_results(
    path_or_frame: Any,
    *,
    format: str = "auto",
    models: ModelTable | None = None,
    percent: bool | None = None,
    **unknown: Any,
) -> EvalResults:
    """Read evaluation results.

    Parameters
    ----------
    path_or_frame
        A file, a folder (read with all its subfolders), a list of files, or a long table in
        any data frame (pandas, polars, pyarrow, …). Files: CSV, TSV, Parquet and JSON Lines
        tables; lm-evaluation-harness 0.3 and 0.4 ``results*.json`` and 0.4
        ``samples_*.jsonl``.
    format
        ``'auto'`` (by name and content), ``'table'`` or ``'lm_eval'``.
    models
        Scales by model, over those found: ``{"my-model": 1.3e9}`` (parameters), or
        ``{"my-model": {"params": "1.3B", "tokens": 3e11, "family": "mine"}}``.
    percent
        Whether scores of bounded metrics are in percent. By default they are taken as
        proportions unless a metric goes above 1; what was found is said in the notes.

    Returns
    -------
    EvalResults
        Its `notes` say what was skipped, repaired or assumed.

    Raises
    ------
    FileNotFoundError
        No such path, or a folder without a readable file.
    SchemaError
        A missing column, a cell of the wrong kind, a model without a scale.
    TypeError
        An unknown keyword.
    ValueError
        An unknown format, or a single file that is malformed (file and line are named).

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"model": ["a", "b"], "params": ["70M", "1.4B"], "task": "t",
    ...                       "metric": "acc", "value": [0.2, 0.7]})
    >>> read_results(table).scores["params"].tolist()
    [70000000.0, 1400000000.0]
    """
    if unknown:
        name = next(iter(unknown))
        known = ("format", "models", "percent")
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise TypeError(f"read_results takes no {name!r}. {hint}It takes {', '.join(known)}.")
    if format not in FORMATS:
        raise ValueError(f"format is {format!r}; expected one of {', '.join(FORMATS)}")
    if isinstance(path_or_frame, (str, Path)):
        parts, notes = _read_path(Path(path_or_frame), format)
    elif isinstance(path_or_frame, Sequence):
        parts, notes = _read_files([Path(one) for one in path_or_frame], format, tolerant=False)
    else:
        parts, notes = [read_frame(path_or_frame)], []
    return attach_scales(parts, notes, models=models, percent=percent)


def _read_path(path: Path, format: str) -> tuple[list[Any], list[Note]]:
    if not path.exists():
        near = difflib.get_close_matches(
            path.name, [p.name for p in path.parent.glob("*")] if path.parent.exists() else [], n=1
        )
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise FileNotFoundError(f"there is no {path}.{hint}")
    if path.is_file():
        return _read_files([path], format, tolerant=False)
    files = sorted(
        file for file in path.rglob("*") if file.is_file() and file.suffix in {".json", *TABLES}
    )
    if not files:
        raise FileNotFoundError(
            f"{path} holds no evaluation file; expected results*.json, samples_*.jsonl, "
            "or tables (.csv, .tsv, .parquet, .jsonl), also in subfolders"
        )
    parts, notes = _read_files(files, format, tolerant=True)
    if not parts:
        reasons = "\n".join(f"  {note.where}: {note.message}" for note in notes)
        raise FileNotFoundError(
            f"none of the {len(files)} files in {path} could be read:\n{reasons}"
        )
    return parts, notes


def _read_files(
    files: Sequence[Path], format: str, *, tolerant: bool
) -> tuple[list[Any], list[Note]]:
    """Read each file; in a folder a bad one becomes a note, and the good ones still load."""
    parts: list[Any] = []
    notes: list[Note] = []
    for file in files:
        try:
            parts.append(_read_file(file, format))
        except (ValueError, OSError) as error:
            if not tolerant:
                raise
            notes.append(Note("skipped", str(error), 1, file.name))
    return parts, notes


def _read_file(file: Path, format: str) -> Any:
    if file.suffix == ".json":
        return read_lm_eval_results(file)
    if file.name.startswith("samples_") and file.suffix == ".jsonl" and format != "table":
        return read_lm_eval_samples(file)
    if file.suffix in TABLES:
        if format == "lm_eval":
            raise SchemaError(f"{file}: no lm-evaluation-harness file; it looks like a table")
        return read_table(file)
    raise SchemaError(
        f"{file}: unknown kind of file {file.suffix!r}; expected .json, {', '.join(sorted(TABLES))}"
    )
