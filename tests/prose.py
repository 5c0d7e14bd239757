"""Numbers in prose, held against what is computed."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np


def assert_every_number_is_computed(prose: str, statements: Iterable[str]) -> None:
    """Each statement, made from the data, stands in the prose; no number stands in none of them."""
    page = " ".join(prose.split())
    missing = [statement for statement in statements if statement not in page]
    assert not missing, f"not in the prose: {missing}\n{page}"
    covered = np.zeros(len(page), bool)
    for statement in statements:
        for found in re.finditer(re.escape(statement), page):
            covered[found.start() : found.end()] = True
    loose = [
        page[max(0, digit.start() - 40) : digit.end() + 20]
        for digit in re.finditer(r"\d(?:[\d,.]*\d)?", page)
        if not covered[digit.start() : digit.end()].all()
    ]
    assert not loose, f"numbers that no statement holds: {loose}"
