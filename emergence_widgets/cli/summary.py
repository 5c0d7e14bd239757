"""What a command read and found, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..reports.report import Report, many
from ..reports.slides import Slides
from ..results.eval_results import EvalResults
from ..results.verdicts import decided


def read_summary(results: EvalResults, paths: Iterable[Path]) -> dict[str, Any]:
    """What was read, and the notes on it."""
    return {
        "read": {
            "paths": [str(path) for path in paths],
            **_attributes(results, "models", "families", "tasks", "metrics"),
            "scales": results.scale_columns,
            "scores": len(results),
            "answers": _answers(results),
        },
        "notes": [_attributes(one, "kind", "count", "where", "message") for one in results.notes],
    }


def report_summary(report: Report) -> dict[str, Any]:
    """The verdicts, and the tasks at both ends."""
    return {
        "title": report.title,
        "verdicts": [
            _attributes(one, "task", "metric", "family", "outcome", "p_value", "q_value")
            | {"reason": decided(one)[1]}
            for one in report.verdicts
        ],
        "sharpest": _rows(report.sharpest),
        "least_sharp": _rows(report.steadiest),
    }


def report_lines(results: EvalResults, report: Report, path: Path) -> list[str]:
    """What a person reads after a report was written."""
    outcomes = Counter(one.outcome for one in report.verdicts)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    counted = (
        many(len(results.models), "model"),
        many(len(results.tasks), "task"),
        many(len(results), "score"),
        many(_answers(results), "answer"),
        many(len(results.notes), "note"),
    )
    return [f"{path}: {', '.join(counted)}", f"verdicts: {counts or 'none'}"]


def slides_summary(slides: Slides, notebook: Path, path: Path) -> dict[str, Any]:
    """What is on the slides of a notebook."""
    return {
        "notebook": str(notebook),
        **_attributes(slides, "title", "slides", "explorers", "notes"),
        "written": [str(path)],
    }


def slides_line(slides: Slides, path: Path) -> str:
    """What a person reads after slides were written."""
    size = len(slides.html.encode("utf-8", "backslashreplace")) / 1e6
    counted = many(slides.slides, "slide"), many(slides.explorers, "explorer")
    return f"{path}: {', '.join(counted)}, {size:.1f} MB"


def dataset_summary(name: str, results: EvalResults) -> dict[str, Any]:
    """A bundled dataset: what it is, where it comes from, under which licence."""
    return {
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


def dataset_lines(summary: dict[str, Any], *, whole: bool) -> list[str]:
    """A dataset for people, with its description if `whole`."""
    counted = [many(summary[f"{name}s"], name) for name in ("model", "task", "score", "answer")]
    lines = [
        f"{summary['name']}: {summary['title']} ({', '.join(counted)})",
        f"  source: {summary['source']}",
        f"  licence: {summary['licence']}",
    ]
    return [*lines, "", summary["description"]] if whole else lines


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
    return None if isinstance(plain, float) and not np.isfinite(plain) else plain
