"""`EvalResults`: the scores and the answers of an evaluation, and what reading them took."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ..core.no_mathematics import NO_MATHEMATICS
from ..core.verdict.evidence import Evidence
from .notes import Note, listed
from .schema import SCALES, check_options, check_samples, check_scores, names_among, to_pandas

__all__ = ["EvalResults", "Note"]

MOST_NOTES = 8


@dataclass(frozen=True, eq=False)
class EvalResults:
    """Scores of models on tasks under metrics, and their answers where they are known.

    Parameters
    ----------
    scores
        One row a number: ``model, task, metric, value`` and at least one of ``params,
        flops, tokens, step, loss``; where known also ``family, params_kind, seed, subtask,
        filter, stderr, lower, upper, n_items, n_shot, lower_is_better, min, max, chance,
        source``, and ``is_group`` for averages of other tasks in the table.
    samples
        One row an answer: ``model, task, item``, scales as above, and ``target`` and
        ``output`` or log-probabilities (nats): ``token_logprobs`` of the target's tokens,
        ``target_logprob`` of the whole target, ``choice_logprobs`` of the options with
        ``choices`` and ``right``; where known also ``prompt, filter, epoch``. Or None.
    notes
        What was skipped, repaired or assumed, as `Note`.
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
    >>> results = EvalResults(table)
    >>> results.models, len(results)
    (['a'], 1)
    """

    scores: pd.DataFrame
    samples: pd.DataFrame | None = None
    notes: tuple[Note, ...] = ()
    name: str = ""
    source: str = ""
    license: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", check_scores(_frame(self.scores)))
        if self.samples is not None:
            object.__setattr__(self, "samples", check_samples(_frame(self.samples)))

    def __len__(self) -> int:
        """Number of scores."""
        return len(self.scores)

    def __bool__(self) -> bool:
        """Whether there are scores or answers."""
        return len(self.scores) > 0 or (self.samples is not None and len(self.samples) > 0)

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
    def groups(self) -> list[str]:
        """Tasks whose scores are averages of other tasks here, in order of appearance."""
        if "is_group" not in self.scores:
            return []
        averages = self.scores["is_group"].fillna(False).astype(bool)
        return list(dict.fromkeys(self.scores.loc[averages, "task"]))

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
            wanted = names_among(column, names, self._distinct(column))
            scores = scores[scores[column].isin(wanted)]
            if samples is not None and column in samples:
                samples = samples[samples[column].isin(wanted)]
        return replace(self, scores=scores, samples=samples)

    def evidence(
        self, task: str | None = None, metric: str | None = None, **options: Any
    ) -> Evidence:
        """What `emergence_widgets.verdict` judges one task and metric on.

        Parameters
        ----------
        task, metric
            Names; by default the only task, and the sharpest metric it has.
        **options
            ``family`` (by default the one with the most sizes), ``scale`` (params, flops, tokens,
            step or loss; by default the first that has three sizes) and ``tokens`` (how texts are
            split, see `rescore`).

        Returns
        -------
        Evidence

        Raises
        ------
        KeyError
            A name that is not there.
        SchemaError
            Several tasks and none named, or no model with a scale.
        """
        from .evidence import EvidenceBuilder

        check_options("evidence", options, ("family", "scale", "tokens"))
        family = options.pop("family", None)
        return EvidenceBuilder(self, **options).evidence(task, metric, family=family)

    def __add__(self, other: EvalResults | Any) -> EvalResults:
        """Both results as one; each keeps its notes."""
        if not isinstance(other, EvalResults):
            return NotImplemented
        tables = [frame for frame in (self.samples, other.samples) if frame is not None]
        samples = pd.concat(tables, ignore_index=True) if tables else None
        scores = pd.concat([self.scores, other.scores], ignore_index=True)
        merged: dict[str, str] = {}
        for field in ("name", "source", "license", "description"):
            parts = (getattr(self, field), getattr(other, field))
            merged[field] = "; ".join(dict.fromkeys(part for part in parts if part))
        return EvalResults(scores, samples, self.notes + other.notes, **merged)

    def _summary(self) -> list[tuple[str, str]]:
        answers = 0 if self.samples is None else len(self.samples)
        lines = [
            ("models", f"{len(self.models)} ({listed(self.models)})"),
            ("families", listed(self.families)),
            ("tasks", f"{len(self.tasks)} ({listed(self.tasks)})"),
            ("metrics", listed(self.metrics)),
            ("scales", listed(self.scale_columns)),
            ("scores", f"{len(self.scores):,}"),
            ("answers", f"{answers:,}"),
        ]
        lines += [("note", str(note)) for note in self.notes[:MOST_NOTES]]
        if len(self.notes) > MOST_NOTES:
            lines.append(("notes", f"{len(self.notes) - MOST_NOTES} more in notes_frame()"))
        return [(name, value) for name, value in lines if value]

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
        paragraphs = self.description.split("\n\n")
        about = [part for part in (*paragraphs, self.source, self.license) if part]
        words = "".join(f"<p>{html.escape(part)}</p>" for part in about)
        title = html.escape(f"EvalResults {self.name}".strip())
        look = " ".join(NO_MATHEMATICS)
        return f'<div class="{look}"><b>{title}</b><table>{rows}</table>{words}</div>'


def _frame(table: Any) -> pd.DataFrame:
    return table if isinstance(table, pd.DataFrame) else to_pandas(table)


FRAMES = ": read_results(…) makes one from files and data frames"


def checked_results(results: Any, hint: str) -> EvalResults:
    """`results`, unless they are none; `hint` ends the error and says where to get some."""
    if not isinstance(results, EvalResults):
        found = type(results).__name__
        raise TypeError(f"results is a {found}; expected an EvalResults{hint}")
    return results
