"""`EvalResults`: the scores and the answers of an evaluation, and what reading them took."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from .schema import SCALES, check_samples, check_scores, nearest


@dataclass(frozen=True)
class Note:
    """Something that a reader skipped, repaired or assumed.

    Attributes
    ----------
    kind
        ``'skipped'``, ``'repaired'``, ``'assumed'`` or ``'warning'``.
    message
        What, and why.
    count
        How many rows, cells or files it concerns.
    where
        File, table or column.
    """

    kind: str
    message: str
    count: int = 1
    where: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{self.kind} ({self.count}): {place}{self.message}"


@dataclass(frozen=True)
class EvalResults:
    """Scores of models on tasks under metrics, and their answers where they are known.

    Parameters
    ----------
    scores
        One row a number: ``model, task, metric, value`` and at least one of ``params,
        flops, tokens, step, loss``; see `emergence_widgets.results.schema`.
    samples
        One row an answer: ``model, task, item`` and texts or log-probabilities; or None.
    notes
        What was skipped, repaired or assumed.
    name, source, license, description
        What this is, where it comes from, under which licence, and what it shows.

    Raises
    ------
    SchemaError
        A missing column (its name, what there is, the nearest name), or a value that its
        column cannot hold.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"model": ["a"], "task": ["t"], "metric": ["acc"],
    ...                       "value": [0.5], "params": [1e9]})
    >>> EvalResults(table).models
    ['a']
    """

    scores: pd.DataFrame
    samples: pd.DataFrame | None = None
    notes: tuple[Note, ...] = ()
    name: str = ""
    source: str = ""
    license: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", check_scores(self.scores))
        if self.samples is not None:
            object.__setattr__(self, "samples", check_samples(self.samples))

    def _distinct(self, column: str) -> list[str]:
        values: list[str] = []
        for frame in (self.scores, self.samples):
            if frame is not None and column in frame:
                values += frame[column].dropna().astype(str).unique().tolist()
        return list(dict.fromkeys(values))

    @property
    def tasks(self) -> list[str]:
        """Tasks, in order of appearance."""
        return self._distinct("task")

    @property
    def metrics(self) -> list[str]:
        """Metrics of the scores table, in order of appearance."""
        return self._distinct("metric")

    @property
    def models(self) -> list[str]:
        """Models, in order of appearance."""
        return self._distinct("model")

    @property
    def families(self) -> list[str]:
        """Families, in order of appearance."""
        return self._distinct("family")

    @property
    def scale_columns(self) -> list[str]:
        """Of params, flops, tokens, step and loss, those that have values."""
        frames = [frame for frame in (self.scores, self.samples) if frame is not None]
        return [
            name
            for name in SCALES
            if any(name in frame and frame[name].notna().any() for frame in frames)
        ]

    def notes_frame(self) -> pd.DataFrame:
        """The notes as a table with columns ``kind, count, where, message``."""
        rows = [(note.kind, note.count, note.where, note.message) for note in self.notes]
        return pd.DataFrame(rows, columns=["kind", "count", "where", "message"])

    def select(
        self,
        *,
        task: str | Iterable[str] | None = None,
        metric: str | Iterable[str] | None = None,
        model: str | Iterable[str] | None = None,
        family: str | Iterable[str] | None = None,
    ) -> EvalResults:
        """Keep some tasks, metrics, models or families.

        Parameters
        ----------
        task, metric, model, family
            One name or several; None keeps all.

        Returns
        -------
        EvalResults

        Raises
        ------
        KeyError
            A name that is not there; the message lists what is and the nearest one.
        """
        scores, samples = self.scores, self.samples
        chosen = {"task": task, "metric": metric, "model": model, "family": family}
        for column, names in chosen.items():
            if names is None:
                continue
            wanted = [names] if isinstance(names, str) else list(names)
            present = self._distinct(column)
            for name in wanted:
                if name not in present:
                    raise KeyError(f"no {column} {name!r}. {nearest(name, present)}")
            scores = scores[scores[column].isin(wanted)]
            if samples is not None and column in samples:
                samples = samples[samples[column].isin(wanted)]
        return replace(self, scores=scores, samples=samples)

    def __add__(self, other: EvalResults) -> EvalResults:
        """Both results as one; each keeps its notes."""
        if not isinstance(other, EvalResults):
            return NotImplemented
        tables = [frame for frame in (self.samples, other.samples) if frame is not None]
        samples = pd.concat(tables, ignore_index=True) if tables else None
        scores = pd.concat([self.scores, other.scores], ignore_index=True)
        merged = {
            name: "; ".join(dict.fromkeys(part for part in parts if part))
            for name, parts in {
                field: (getattr(self, field), getattr(other, field))
                for field in ("name", "source", "license", "description")
            }.items()
        }
        return EvalResults(scores, samples, self.notes + other.notes, **merged)

    def _summary(self) -> list[tuple[str, str]]:
        answers = 0 if self.samples is None else len(self.samples)
        counts = [
            ("models", f"{len(self.models)}"),
            ("tasks", _listed(self.tasks)),
            ("metrics", _listed(self.metrics)),
            ("scales", ", ".join(self.scale_columns)),
            ("scores", f"{len(self.scores):,}"),
            ("answers", f"{answers:,}"),
        ]
        if self.notes:
            counts.append(("notes", "; ".join(str(note) for note in self.notes)))
        return counts

    def __repr__(self) -> str:
        lines = "\n".join(f"  {name}: {value}" for name, value in self._summary())
        title = f"EvalResults {self.name}".strip()
        return f"{title}\n{lines}"

    def _repr_html_(self) -> str:
        def cell(tag: str, value: Any) -> str:
            return f'<{tag} style="text-align:left">{html.escape(str(value))}</{tag}>'

        rows = "".join(
            f"<tr>{cell('th', name)}{cell('td', value)}</tr>" for name, value in self._summary()
        )
        about = [part for part in (self.description, self.source, self.license) if part]
        words = "".join(f"<p>{html.escape(part)}</p>" for part in about)
        title = html.escape(f"EvalResults {self.name}".strip())
        return f"<div><b>{title}</b><table>{rows}</table>{words}</div>"


def _listed(names: list[str], most: int = 6) -> str:
    more = f", … ({len(names)} in all)" if len(names) > most else ""
    return ", ".join(names[:most]) + more
