"""A data frame as a table of a page: every cell is text."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd


def table(frame: pd.DataFrame) -> str:
    """HTML of a data frame, without its index.

    Parameters
    ----------
    frame
        Names of columns and cells are shown as they are, numbers to four digits, and missing
        values as empty cells.

    Returns
    -------
    str

    Examples
    --------
    >>> "&lt;b&gt;" in table(pd.DataFrame({"task": ["<b>"]}))
    True
    """
    numbers = [pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]
    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in frame.columns)
    body = "\n".join(
        "<tr>" + "".join(map(_cell, row, numbers)) + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    # A wide table scrolls by itself, by keyboard too.
    return (
        '<div class="ew-page-table" tabindex="0"><table>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def _cell(value: Any, number: bool) -> str:
    side = ' class="ew-number"' if number else ""
    return f"<td{side}>{html.escape(_text(value))}</td>"


def _text(value: Any) -> str:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
