"""Re-running a cell closes what its earlier run left, unless a name still holds it."""

import gc
import sys
import weakref
from typing import Any

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from emergence_widgets import MirageExplorer
from emergence_widgets.widgets import lifetime

from .wire import alive

IMPORTS = "import ipywidgets; from emergence_widgets import MirageExplorer"


class Notebook:
    """A real shell that knows in which cell it runs, as a notebook's kernel does."""

    def __init__(self):
        config = Config()
        config.HistoryManager.enabled = False
        self.shell: Any = InteractiveShell(config=config)
        self.cell = ""
        self.shell.get_parent = lambda: {"metadata": {"cellId": self.cell}}
        self.run("imports", IMPORTS)

    def run(self, cell, code):
        self.cell = cell
        self.shell.run_cell(code, store_history=True).raise_error()

    def close(self):
        """Give back what a shell takes: the module `__main__` and the prompts."""
        self.shell.restore_sys_module_state()
        for name in ("ps1", "ps2", "ps3"):
            sys.__dict__.pop(name, None)

    def __getitem__(self, name):
        return self.shell.user_ns[name]


@pytest.fixture
def notebook(monkeypatch, capsys):
    # Explorers that tests of other files left in this process are not counted here.
    for widget in alive():
        widget.close()
    notebook = Notebook()
    monkeypatch.setattr(lifetime, "get_ipython", lambda: notebook.shell)
    monkeypatch.setattr(lifetime, "_made_in", {})
    yield notebook
    capsys.readouterr()
    notebook.close()


def explorers():
    return {widget for widget in alive() if isinstance(widget, MirageExplorer)}


class TestRunAgain:
    def test_a_cell_that_shows_an_explorer_keeps_the_last_one(self, notebook):
        for _ in range(3):
            notebook.run("a", "MirageExplorer()")
            assert len(explorers()) == 1

    def test_no_widget_piles_up(self, notebook):
        notebook.run("a", "MirageExplorer(length=3)")
        once = len(alive())
        notebook.run("a", "MirageExplorer(length=3)")
        assert len(alive()) == once

    def test_a_name_that_is_given_again_lets_the_earlier_one_go(self, notebook):
        notebook.run("a", "e = MirageExplorer()")
        first = weakref.ref(notebook["e"])
        notebook.run("a", "e = MirageExplorer()")
        assert explorers() == {notebook["e"]}
        gc.collect()
        assert first() is None

    def test_a_cell_of_two(self, notebook):
        for _ in range(2):
            notebook.run("a", "MirageExplorer(); MirageExplorer()")
            assert len(explorers()) == 2

    @pytest.mark.parametrize(
        "keep",
        [
            "kept = e",
            "kept = [e]",
            "kept = {'mine': e}",
            "kept = (1, e)",
            "kept = ipywidgets.HBox([ipywidgets.Label(), e])",
            "kept = ipywidgets.Tab([ipywidgets.VBox([e])])",
        ],
    )
    def test_what_a_name_holds_stays(self, notebook, keep):
        notebook.run("a", "e = MirageExplorer()")
        first = notebook["e"]
        notebook.run("b", keep)
        notebook.run("a", "e = MirageExplorer()")
        assert explorers() == {first, notebook["e"]}
        notebook.run("b", "kept = None")
        notebook.run("a", "e = MirageExplorer()")
        assert explorers() == {notebook["e"]}

    def test_another_cell_closes_nothing(self, notebook):
        notebook.run("a", "MirageExplorer()")
        notebook.run("b", "MirageExplorer()")
        assert len(explorers()) == 2
        notebook.run("b", "x = 1")
        assert len(explorers()) == 2

    def test_explorers_made_in_one_run_do_not_close_each_other(self, notebook):
        notebook.run("a", "for length in (1, 2, 3): MirageExplorer(length=length)")
        assert len(explorers()) == 3

    def test_one_that_was_closed_by_hand(self, notebook):
        notebook.run("a", "MirageExplorer().close()")
        notebook.run("a", "MirageExplorer()")
        assert len(explorers()) == 1

    def test_the_shell_is_left_with_no_callback(self, notebook):
        before = list(notebook.shell.events.callbacks["post_run_cell"])
        for _ in range(3):
            notebook.run("a", "MirageExplorer()")
        assert notebook.shell.events.callbacks["post_run_cell"] == before


class TestElsewhere:
    def test_outside_a_notebook_nothing_is_tracked(self):
        MirageExplorer()
        MirageExplorer()
        assert len(explorers()) == 2

    def test_a_shell_that_names_no_cell(self, notebook):
        notebook.shell.get_parent = lambda: {}
        notebook.run("a", "MirageExplorer()")
        notebook.run("a", "MirageExplorer()")
        assert len(explorers()) == 2

    def test_a_box_may_hold_the_explorer_of_its_own_cell(self, notebook):
        for _ in range(2):
            notebook.run("a", "box = ipywidgets.VBox([MirageExplorer(), MirageExplorer()])")
            assert set(notebook["box"].children) == explorers()
        assert isinstance(notebook["box"], ipywidgets.VBox)
