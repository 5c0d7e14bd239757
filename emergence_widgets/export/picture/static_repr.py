"""What a notebook shows of an explorer where no widget can live: a picture, and its numbers."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import pandas as pd

from ...core.no_mathematics import NO_MATHEMATICS
from .plain import plain_text
from .scene import Scene, scene_of
from .svg import svg

CELL = "padding:2px 10px 2px 0;text-align:left;vertical-align:top"
MOST_ROWS = 240
DENSE = 60
"""Rows from which a curve is a line whose places were chosen by nobody."""
FEW = 9


def static_html(explorer: Any) -> str:
    """Figures, controls, readouts and numbers as one ``figure`` element without a script."""
    scene = scene_of(explorer)
    caption = f"<figcaption>{html.escape(scene.caption)}</figcaption>"
    look = "margin:0;padding:8px;background:#fff;color:#1f1f1f;font-size:13px"
    kind = " ".join(NO_MATHEMATICS)
    numbers = f"{_readouts(scene)}{_meanings(scene)}{curve_tables(explorer, scene)}"
    return f'<figure class="{kind}" style="{look}">{svg(scene)}{caption}{numbers}</figure>'


def _readouts(scene: Scene) -> str:
    rows = "".join(
        f'<tr><th scope="row" style="{CELL}">{html.escape(label)}</th>'
        f'<td style="{CELL}">{html.escape(value)}</td>'
        f'<td style="{CELL}">{html.escape(detail)}</td></tr>'
        for label, value, detail in scene.readouts
    )
    look = "border-collapse:collapse;font-size:12px;margin-top:4px;color:#1f1f1f;background:#fff"
    return f'<table style="{look}"><tbody>{rows}</tbody></table>' if rows else ""


def _meanings(scene: Scene) -> str:
    """What the words of the readouts mean, as HTML that opens on a click."""
    if not scene.meanings:
        return ""
    pairs = "".join(
        f"<dt><b>{html.escape(term)}</b></dt><dd>{html.escape(text)}</dd>"
        for term, text in scene.meanings
    )
    summary = "<summary>What these words mean</summary>"
    return f'<details style="font-size:12px">{summary}<dl>{pairs}</dl></details>'


def curve_tables(explorer: Any, scene: Scene) -> str:
    """What ``curves()`` says of the figures of a scene, as HTML that opens on a click.

    Of curves of more than `DENSE` rows, and of all where there are more than `MOST_ROWS` in sum,
    some places stand there, the first and the last among them; the summary says so.
    """
    frame = explorer.curves()
    panels = {panel.name: panel for panel in scene.panels}
    if not frame["figure"].isin(list(panels)).any():
        # Evaluated models: curves are named by metric, in the order of the figures.
        metrics = frame["figure"].unique()
        if len(metrics) == len(scene.panels):
            panels = dict(zip(metrics, scene.panels, strict=True))
    else:
        frame = frame[frame["figure"].isin(list(panels))]
        frame = frame.assign(curve=frame["curve"].str.replace("_", " "))
    if frame.empty or not panels:
        return ""
    kept = _thinned(frame)
    parts: list[str] = []
    for name, rows in kept.groupby("figure", sort=False):
        panel = panels.get(str(name))
        title = panel.title if panel else plain_text(str(name))
        axes = ((panel or scene.panels[0]).x.label or "x", (panel and panel.y.label) or "value")
        parts.append(_table(title, axes, rows))
    count = f"{len(kept):,} of {len(frame):,} places" if len(kept) < len(frame) else "all places"
    return (
        '<details style="font-size:12px;overflow-x:auto"><summary>The curves as numbers '
        f"({count}; e.curves() gives all)</summary>{''.join(parts)}</details>"
    )


def _thinned(frame: pd.DataFrame) -> pd.DataFrame:
    curves = [rows for _, rows in frame.groupby(["figure", "curve"], sort=False)]
    sizes = [FEW if len(rows) > DENSE else len(rows) for rows in curves]
    most = max(sizes)
    while sum(min(size, most) for size in sizes) > MOST_ROWS and most > 2:
        most -= 1
    return pd.concat(
        rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(size, most)).round().astype(int))]
        for rows, size in zip(curves, sizes, strict=True)
    )


def _table(title: str, axes: tuple[str, str], rows: pd.DataFrame) -> str:
    bounded = bool(np.isfinite(rows[["lower", "upper"]]).any(axis=None))
    words = ["curve", "model"] if "model" in rows else ["curve"]
    numbers = ["x", "y", "lower", "upper"] if bounded else ["x", "y"]
    heads = [*axes, *(["from", "to"] if bounded else [])]
    lines = [
        "".join(
            [f'<td align="left">{html.escape(plain_text(str(row[name])))}</td>' for name in words]
            + [f"<td>{_number(row[name])}</td>" for name in numbers]
        )
        for row in rows.to_dict("records")
    ]
    head = "".join(f'<th scope="col" align="left">{name}</th>' for name in words)
    head += "".join(f'<th scope="col">{html.escape(text)}</th>' for text in heads)
    body = "".join(f'<tr align="right">{line}</tr>' for line in lines)
    look = (
        "border-collapse:collapse;margin:8px 0;font-size:12px;"
        "color:#1f1f1f;background:#fff;text-align:right"
    )
    caption = f'<caption style="text-align:left;font-weight:600">{html.escape(title)}</caption>'
    return (
        f'<table style="{look}" cellpadding="3">{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _number(value: float) -> str:
    return f"{value:.4g}" if np.isfinite(value) else ""
