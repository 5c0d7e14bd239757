"""A few hundred settings in `make test`, ends of ranges among them; all in `make test-all`."""

import pytest


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.long)], ids=["few", "all"])
def some(request):
    """How many settings are tried of so many."""
    return (lambda sets: sets) if request.param else (lambda sets: max(sets // 8, min(sets, 100)))
