"""Imports run one way, `import emergence_widgets` is light, and public names are documented."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

import emergence_widgets

NAME = "emergence_widgets"
ROOT = Path(emergence_widgets.__file__).parent
TOOL = ROOT.parent / "tools" / "circles.py"
WIDGET_LIBRARIES = {"IPython", "anywidget", "bqplot", "bqscales", "ipywidgets", "traitlets"}
PICTURE_LIBRARIES = {"matplotlib", "plotly"}
CORE_LIBRARIES = {"numpy", "rapidfuzz", "scipy"}


def load_tool(path: Path) -> ModuleType:
    """A module beside the package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


circles = load_tool(TOOL)
FILES = {
    module: path for module, path in circles.files_by_module().items() if module.startswith(NAME)
}


def imported_at_once(module: str) -> Iterator[str]:
    """What a file imports when it is itself imported."""
    path = FILES[module]
    waiting: list[ast.AST] = [circles.parsed(path)]
    while waiting:
        node = waiting.pop()
        yield from circles.names_imported(node, module, is_package=path.name == "__init__.py")
        waiting += [child for child in ast.iter_child_nodes(node) if not runs_later(child)]


def runs_later(node: ast.AST) -> bool:
    """Whether a node is a function, or for type checkers alone."""
    for_types = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
    return for_types or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))


def loaded_by(code: str) -> set[str]:
    """Top-level modules outside the standard library that a fresh interpreter loads for it."""
    script = (
        "import sys, json; before = set(sys.modules)\n"
        f"{code}\n"
        "print(json.dumps(sorted({name.split('.')[0] for name in set(sys.modules) - before})))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return set(json.loads(run.stdout)) - sys.stdlib_module_names


def test_every_package_has_a_floor():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set().union(*circles.FLOORS)
    assert {path.stem for path in ROOT.glob("*.py")} == {"__init__", "__main__"}


def test_modules_import_no_one_who_imports_them():
    edges = circles.graph()
    assert len(edges) > 150
    assert [circles.loop(members, edges) for members in circles.circles(edges)] == []


def test_imports_run_one_way():
    assert circles.against_the_order(circles.graph()) == []


@pytest.mark.parametrize("pair", [("results", "datasets"), ("reports", "cli")])
def test_neighbours_on_a_floor_import_each_other_one_way_at_most(pair):
    used = {
        tuple(name.split(".")[1] for name in (module, other))
        for module, others in circles.graph().items()
        for other in others
        if module.count(".") and other.count(".")
    }
    assert not {pair, pair[::-1]} <= used


def test_the_reading_of_imports_sees_all_forms(tmp_path):
    files = {
        "__init__.py": '_HOMES = {"rescore": "results.rescore"}',
        "core/__init__.py": "from . import laws",
        "core/laws.py": "from ..results.rescore import rescore",
        "results/__init__.py": "",
        "results/rescore.py": "def later():\n    from ..programs import mirage",
        "programs/__init__.py": "import numpy\nimport emergence_widgets.widgets",
        "programs/mirage.py": "from emergence_widgets import rescore, datasets",
        "widgets/__init__.py": "if TYPE_CHECKING:\n    from ..core import laws",
        "datasets/__init__.py": "",
    }
    for name, text in files.items():
        path = tmp_path / NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    edges = circles.graph(tmp_path)
    short = {
        module.removeprefix(f"{NAME}."): {other.removeprefix(f"{NAME}.") for other in others}
        for module, others in edges.items()
    }
    assert short == {
        NAME: set(),
        "core": {"core.laws"},
        "core.laws": {"results.rescore"},
        "results": set(),
        "results.rescore": {"programs.mirage"},
        "programs": {"widgets"},
        "programs.mirage": {"results.rescore", "datasets"},
        "widgets": {"core.laws"},
        "datasets": set(),
    }
    assert circles.circles(edges) == [[f"{NAME}.programs.mirage", f"{NAME}.results.rescore"]]
    assert circles.against_the_order(edges) == [
        (f"{NAME}.core.laws", f"{NAME}.results.rescore"),
        (f"{NAME}.programs", f"{NAME}.widgets"),
        (f"{NAME}.programs.mirage", f"{NAME}.datasets"),
        (f"{NAME}.programs.mirage", f"{NAME}.results.rescore"),
    ]


def test_a_circle_through_three_modules_and_its_shortest_loop():
    edges = {"a": {"b"}, "b": {"c", "d"}, "c": {"d"}, "d": {"a"}, "e": {"a"}}
    assert circles.circles(edges) == [["a", "b", "c", "d"]]
    assert circles.loop(["a", "b", "c", "d"], edges) == ["a", "b", "d", "a"]


def test_the_package_itself_imports_nothing_at_once():
    assert {name.split(".")[0] for name in imported_at_once(NAME)} <= sys.stdlib_module_names


@pytest.mark.parametrize("module", [name for name in FILES if name.startswith(f"{NAME}.core")])
def test_core_needs_numbers_only(module):
    at_once = {name.split(".")[0] for name in imported_at_once(module)}
    assert at_once <= CORE_LIBRARIES | {NAME} | sys.stdlib_module_names
    later = {name.split(".")[0] for name in circles.imported(module, FILES[module])}
    assert not later & (WIDGET_LIBRARIES | PICTURE_LIBRARIES)


def test_import_of_the_package_is_light():
    assert loaded_by(f"import {NAME}") == {NAME}


def test_import_of_core_loads_no_table_and_no_widget():
    modules = [name for name in FILES if name.startswith(f"{NAME}.core.")]
    assert len(modules) > 6
    loaded = loaded_by("\n".join(f"import {module}" for module in modules))
    assert "numpy" in loaded
    assert not loaded & (WIDGET_LIBRARIES | PICTURE_LIBRARIES | {"pandas", "pyarrow", "sacrebleu"})


def test_analysis_loads_no_widget():
    names = ("datasets", "read_results", "rescore", "breakthroughness")
    lines = "\n".join(f"{NAME}.{name}" for name in names)
    loaded = loaded_by(f"import {NAME}, {NAME}.programs\n{lines}")
    assert "pandas" in loaded
    assert not loaded & (WIDGET_LIBRARIES | PICTURE_LIBRARIES)


def test_public_names_are_sorted():
    assert emergence_widgets.__all__ == sorted(set(emergence_widgets.__all__))
    assert dir(emergence_widgets) == emergence_widgets.__all__


@pytest.mark.parametrize("name", emergence_widgets.__all__)
def test_public_names_resolve_and_are_documented(name):
    value = getattr(emergence_widgets, name)
    if name == "__version__":
        assert all(part.isdigit() for part in value.split(".")[:2])
        return
    documented = inspect.isclass(value) or inspect.isfunction(value) or inspect.ismodule(value)
    # An inherited docstring describes something else.
    text = value.__doc__ if documented else constant_docstring(name)
    assert text is not None
    assert len(text.strip()) > 20


def constant_docstring(name: str) -> str | None:
    """The text that follows a constant's assignment."""
    home = importlib.import_module(f"{NAME}.{emergence_widgets._HOMES[name]}")
    body = circles.parsed(Path(inspect.getfile(home))).body
    for statement, after in pairwise(body):
        targets = (
            [statement.target]
            if isinstance(statement, ast.AnnAssign)
            else statement.targets
            if isinstance(statement, ast.Assign)
            else []
        )
        named = name in {target.id for target in targets if isinstance(target, ast.Name)}
        if named and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            text = after.value.value
            return text if isinstance(text, str) else None
    return None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'MirageExplorr'"):
        emergence_widgets.MirageExplorr  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]
