import comm
import pytest

from .wire import Wire, alive, recording


@pytest.fixture(autouse=True)
def _closes_its_widgets():
    before = alive()
    yield
    for widget in alive() - before:
        widget.close()


@pytest.fixture
def wire(monkeypatch):
    """Messages to the browser from here on."""
    wire = Wire()
    monkeypatch.setattr(comm, "create_comm", recording(wire))
    return wire
