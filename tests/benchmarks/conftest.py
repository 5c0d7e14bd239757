"""Rows that the benchmarks measure, printed and kept as one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..browser.conftest import chromium, hosts, jupyter, page
from .machine import machine

__all__ = ["chromium", "hosts", "jupyter", "page"]

TABLE = Path(__file__).parent / "table.md"
ROWS: list[tuple[str, str, str]] = []


@pytest.fixture
def measured():
    """Add a row: what, how much, and what was to be reached."""

    def add(what: str, amount: str, reach: str = "") -> None:
        ROWS.append((what, amount, reach))

    return add


def pytest_terminal_summary(terminalreporter) -> None:
    if not ROWS:
        return
    rows = [("What", "Measured", "To reach"), ("---", "---", "---"), *ROWS]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    text = "\n".join([f"Measured on: {machine()}.", "", *lines, ""])
    if not terminalreporter.config.option.keyword:
        TABLE.write_text(text, encoding="utf-8")
    terminalreporter.write("\n" + text)
