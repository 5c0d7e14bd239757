"""The command `emergence-widgets`: report, slides, convert and datasets, from the shell."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .arguments import NAME, parser

if TYPE_CHECKING:
    import pandas as pd

    from ..results.eval_results import EvalResults

FINE, FAILED, INTERRUPTED = 0, 1, 130
MOST_LINES = 2
MOST_NOTES = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0: done, 1: not read or written, 130: interrupted, exit 2: usage."""
    known = parser()
    given = known.parse_args(arguments)
    if given.command == "convert" and not (given.output or given.samples):
        known.error("convert needs -o FILE for the scores, --samples FILE for the answers, or both")
    if given.command == "datasets" and (given.output or given.samples) and not given.name:
        known.error("which dataset? `emergence-widgets datasets` lists them")
    try:
        summary, lines = COMMANDS[given.command](given)
    except (ImportError, OSError, ValueError, KeyError) as error:
        print(f"{NAME} {given.command}: {_in_words(error)}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"{NAME} {given.command}: interrupted; nothing half is written", file=sys.stderr)
        return INTERRUPTED
    if given.json:
        print(json.dumps(summary, indent=2, allow_nan=False))
    elif not given.quiet:
        print("\n".join(lines))
    return FINE


def _report(given: argparse.Namespace) -> tuple[Any, list[str]]:
    from ..reports.report import make_report, many
    from ..results.verdicts import decided

    _free(given, given.output)
    results = _read(given)
    with _bar("Judging", given.quiet) as progress:
        report = make_report(
            results,
            title=given.title.strip() or "Report",
            sources=[str(path) for path in given.paths],
            answers=given.answers,
            progress=progress,
        )
    try:
        text = report.html()
    finally:
        report.close()
    _write({given.output: _utf8(text)}, force=given.force)
    summary = _read_summary(results, given) | {
        "title": report.title,
        "verdicts": [
            _attributes(one, "task", "metric", "family", "outcome", "p_value", "q_value")
            | {"reason": decided(one)[1]}
            for one in report.verdicts
        ],
        "answer": report.answer,
        "latest": _rows(report.latest),
        "steadiest": _rows(report.steadiest),
        "written": [str(given.output)],
    }
    read = f"{_counted(results)}, {many(len(results.notes), 'note')}"
    return summary, [f"{given.output}: {read}", report.answer]


def _slides(given: argparse.Namespace) -> tuple[Any, list[str]]:
    from ..reports.report import many
    from ..reports.slides import make_slides

    output = given.output or Path(f"{given.notebook.stem}.slides.html")
    _free(given, output)
    with _bar("Running", given.quiet) as progress:
        made = make_slides(
            given.notebook,
            title=given.title,
            theme=given.theme,
            code=given.code,
            progress=progress,
        )
    if not given.quiet:
        for note in made.notes:
            print(f"warning: {_one_line(note)}", file=sys.stderr)
    page = _utf8(made.html)
    _write({output: page}, force=given.force)
    about = _attributes(made, "title", "slides", "explorers", "notes")
    summary = {"notebook": str(given.notebook), **about, "written": [str(output)]}
    counted = f"{many(made.slides, 'slide')}, {many(made.explorers, 'explorer')}"
    return summary, [f"{output}: {counted}, {len(page) / 1e6:.1f} MB"]


def _convert(given: argparse.Namespace) -> tuple[Any, list[str]]:
    written = _free(given, given.output, given.samples)
    results = _read(given)
    lines = _write_tables(results, given)
    return _read_summary(results, given) | {"written": written}, lines


def _datasets(given: argparse.Namespace) -> tuple[Any, list[str]]:
    from .. import datasets
    from ..results.schema import check_name

    names = [name for name in datasets.__all__ if name != "autoencoder_images"]
    if given.name is None:
        told = [_dataset(name, getattr(datasets, name)()) for name in names]
        return [summary for summary, _ in told], [line for _, lines in told for line in lines]
    check_name("dataset", given.name, names)
    written = _free(given, given.output, given.samples)
    results = getattr(datasets, given.name)()
    summary, lines = _dataset(given.name, results)
    lines = _write_tables(results, given) if written else [*lines, "", results.description]
    return summary | {"written": written}, lines


def _dataset(name: str, results: EvalResults) -> tuple[dict[str, Any], list[str]]:
    """What a bundled dataset is, where it comes from, under which licence; and for people."""
    summary = {
        "name": name,
        "title": results.name,
        "source": results.source,
        "licence": results.license,
        "description": results.description,
        "models": len(results.models),
        "tasks": len(results.tasks),
        "scores": len(results),
        "answers": _answers(results),
    }
    return summary, [
        f"{name}: {results.name} ({_counted(results)})",
        f"  source: {results.source}",
        f"  licence: {results.license}",
    ]


def _read(given: argparse.Namespace) -> EvalResults:
    from ..results.readers.dispatch import read_results

    with _bar("Reading", given.quiet) as progress:
        results = read_results(given.paths, models=dict(given.models), progress=progress)
    if not results:
        raise ValueError(f"{given.paths[0]}: neither scores nor answers in it")
    if not given.quiet:
        doubts = [str(note) for note in results.notes if note.kind in ("skipped", "warning")]
        more = len(doubts) - MOST_NOTES
        for line in [*doubts[:MOST_NOTES], *([f"… and {more} more"] if more > 0 else [])]:
            print(_one_line(line), file=sys.stderr)
    return results


def _write_tables(results: EvalResults, given: argparse.Namespace) -> list[str]:
    from .tables import table_bytes

    files: dict[Path, bytes] = {}
    lines: list[str] = []
    tables = [(given.output, results.scores, "scores"), (given.samples, results.samples, "answers")]
    for path, frame, what in tables:
        if path is None:
            continue
        if frame is None or not len(frame):
            option = "-o" if what == "scores" else "--samples"
            raise ValueError(f"there are no {what} for {option} {path}; nothing is written")
        files[path] = table_bytes(frame, path.suffix)
        lines.append(f"{path}: {len(frame):,} {what}")
    _write(files, force=given.force)
    return lines


def _free(given: argparse.Namespace, *outputs: Path | None) -> list[str]:
    """Names of what is to be written; says before the work what could not be after it."""
    paths = [path for path in outputs if path is not None]
    if len({path.resolve() for path in paths}) < len(paths):
        raise ValueError(f"scores and answers would both go to {paths[0]}; name two files")
    for path in paths:
        if path.is_dir():
            raise IsADirectoryError(f"{path} is a folder; name a file in it")
        if path.exists() and not given.force:
            raise FileExistsError(f"{path} is there already; --force replaces it")
        if not path.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} in")
    return [str(path) for path in paths]


def _write(files: dict[Path, bytes], *, force: bool) -> None:
    from ..export.page.html import write_whole

    for path, data in files.items():
        write_whole(path, data, overwrite=force)


@contextmanager
def _bar(what: str, quiet: bool) -> Generator[Callable[[int, int], None]]:
    """A progress bar on standard error, if that is a terminal."""
    from tqdm import tqdm

    with tqdm(desc=what, file=sys.stderr, disable=quiet or None, leave=False) as shown:

        def show(done: int, total: int) -> None:
            shown.total = total
            shown.update(done - shown.n)

        yield show


def _read_summary(results: EvalResults, given: argparse.Namespace) -> dict[str, Any]:
    """What was read, and the notes on it."""
    return {
        "read": {
            "paths": [str(path) for path in given.paths],
            **_attributes(results, "models", "families", "tasks", "metrics"),
            "scales": results.scale_columns,
            "scores": len(results),
            "answers": _answers(results),
        },
        "notes": [_attributes(one, "kind", "count", "where", "message") for one in results.notes],
    }


def _counted(results: EvalResults) -> str:
    from ..reports.report import many

    counts = {
        "model": len(results.models),
        "task": len(results.tasks),
        "score": len(results),
        "answer": _answers(results),
    }
    return ", ".join(many(count, name) for name, count in counts.items())


def _answers(results: EvalResults) -> int:
    return 0 if results.samples is None else len(results.samples)


def _attributes(one: object, *names: str) -> dict[str, Any]:
    return {name: _finite(getattr(one, name)) for name in names}


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _finite(cell) for name, cell in row.items()} for row in frame.to_dict("records")
    ]


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity."""
    plain = value.item() if hasattr(value, "item") else value
    return None if isinstance(plain, float) and not math.isfinite(plain) else plain


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _in_words(error: Exception) -> str:
    """One or two lines; the text of a KeyError is its argument."""
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    lines = [line for line in text.splitlines() if line.strip()] or [type(error).__name__]
    more = len(lines) - MOST_LINES
    return "\n".join(lines[:MOST_LINES]) + (f" … and {more} more" if more > 0 else "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


COMMANDS = {"report": _report, "slides": _slides, "convert": _convert, "datasets": _datasets}
