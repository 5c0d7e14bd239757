"""`read_results`: evaluation files and data frames in, an EvalResults out."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from ..eval_results import EvalResults
from ..notes import Note, listed
from ..schema import SchemaError, check_options, to_pandas
from .join import results_of
from .lm_eval.files import is_lm_eval_samples, read_lm_eval_results, read_lm_eval_samples
from .lm_eval.run import Runs
from .part import Part, place
from .scales import ModelTable
from .tables import TABLES, load_table, long_part, numbered

FORMATS = ("auto", "table", "lm_eval")


def read_results(
    path_or_frame: Any,
    *,
    format: str = "auto",
    models: ModelTable | None = None,
    percent: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
    **unknown: Any,
) -> EvalResults:
    """Read evaluation results.

    Parameters
    ----------
    path_or_frame
        A file, a folder (read with all its subfolders), a list of these, or a long table in
        any data frame (pandas, polars, pyarrow, duckdb, …). Files: CSV, TSV, Parquet and JSON
        Lines tables; lm-evaluation-harness 0.2 to 0.4 ``results*.json`` and 0.4
        ``samples_*.jsonl``, whose model, step and size come from the results file of the
        same run beside them.
    format
        ``'auto'`` (by name and content), ``'table'`` or ``'lm_eval'``.
    models
        Scales by model, over those found: ``{"my-model": 1.3e9}`` (parameters),
        ``{"my-model": "pythia-1.4b"}`` (a model of the catalogue), or ``{"my-model":
        {"params": "1.3B", "tokens": 3e11, "family": "mine"}}``.
    percent
        Whether scores of metrics with maximum 1 are in percent. By default a metric of a table
        is in percent if any of its values is above 1; what was found is said in the notes.
    progress
        Called with the number of files read and the number in all.

    Returns
    -------
    EvalResults
        Its `notes` say what was skipped, repaired or assumed.

    Raises
    ------
    FileNotFoundError
        No such path, or a folder without a readable file.
    KeyError
        `models` names a model that is not there.
    SchemaError
        A missing column, a cell of the wrong kind, a model without a scale.
    TypeError
        An unknown keyword, or neither a path nor a table.
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
    check_options("read_results", unknown, ("format", "models", "percent", "progress"))
    if format not in FORMATS:
        raise ValueError(f"format is {format!r}; expected one of {', '.join(FORMATS)}")
    given = [path_or_frame] if isinstance(path_or_frame, (str, Path)) else path_or_frame
    if isinstance(given, Mapping):
        raise TypeError("a dictionary is no table; expected pandas.DataFrame(…) of it")
    if isinstance(given, Sequence):
        paths = cast("Sequence[Any]", given)
        wrong = [type(one).__name__ for one in paths if not isinstance(one, (str, Path))]
        if wrong or not paths:
            raise TypeError(f"a list that holds {[*wrong, 'nothing'][0]}; expected a list of paths")
        parts, notes = _read_paths([Path(one) for one in paths], format, progress)
    else:
        parts, notes = [long_part(numbered(to_pandas(given)), "table", "row")], []
    return results_of(parts, notes, models=models, percent=percent)


def _read_paths(
    paths: Sequence[Path], format: str, progress: Callable[[int, int], None] | None
) -> tuple[list[Part], list[Note]]:
    """Read each file; of a folder a bad one becomes a note, and the good ones still load."""
    paths = [path.expanduser() for path in paths]
    # A file that is named and lies in a folder that is named too is read once.
    files: dict[Path, bool] = {}
    for path in paths:
        for file in _files_at(path):
            files[file] = files.get(file, True) and path.is_dir()
    parts: list[Part] = []
    notes: list[Note] = []
    runs = Runs()
    for done, (file, tolerant) in enumerate(files.items(), start=1):
        try:
            parts.append(_read_file(file, format, runs))
        except (ValueError, OSError) as error:
            if not tolerant:
                raise
            notes.append(Note("skipped", str(error), 1, place(file)))
        if progress is not None:
            progress(done, len(files))
    if not parts:
        reasons = "\n".join(f"  {note.where}: {note.message}" for note in notes)
        where = listed(paths)
        raise FileNotFoundError(
            f"none of the {len(files)} files in {where} could be read:\n{reasons}"
        )
    return parts, notes


def _files_at(path: Path) -> list[Path]:
    """A file itself, or the files of a folder that may be read."""
    if not path.exists():
        beside = [file.name for file in path.parent.glob("*")] if path.parent.exists() else []
        near = difflib.get_close_matches(path.name, beside, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise FileNotFoundError(f"there is no {path}.{hint}")
    if path.is_file():
        return [path]
    files = sorted(
        file for file in path.rglob("*") if file.is_file() and file.suffix in {".json", *TABLES}
    )
    if not files:
        raise FileNotFoundError(
            f"{path} holds no evaluation file; expected results*.json, samples_*.jsonl, "
            f"or tables ({', '.join(TABLES)}), also in subfolders"
        )
    return files


def _read_file(file: Path, format: str, runs: Runs) -> Part:
    lines = file.suffix in {".jsonl", ".ndjson"}
    if file.suffix == ".json" and format != "table":
        return read_lm_eval_results(file)
    if lines and format != "table" and (format == "lm_eval" or is_lm_eval_samples(file)):
        return read_lm_eval_samples(file, runs)
    if file.suffix in TABLES and format != "lm_eval":
        return long_part(*load_table(file))
    if file.suffix in {".json", *TABLES}:
        raise SchemaError(f"{file}: a {file.suffix} file, and format is {format!r}")
    raise SchemaError(
        f"{file}: unknown kind of file {file.suffix!r}; expected .json, {', '.join(TABLES)}"
    )
