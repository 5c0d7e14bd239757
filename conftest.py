"""What a test or an example registers is gone after it."""

from collections.abc import Iterator

import pytest

from emergence_widgets.core.metrics import registry


@pytest.fixture(autouse=True)
def _registers_for_itself() -> Iterator[None]:
    tables = (registry._METRICS, registry._SCORES)
    before = [dict(table) for table in tables]
    yield
    for table, kept in zip(tables, before, strict=True):
        table.clear()
        table.update(kept)
