"""Imports run one way, `import emergence_widgets` is light, and public names are documented."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import emergence_widgets

ROOT = Path(emergence_widgets.__file__).parent
NAME = "emergence_widgets"
# A package imports itself and those before it; `results` and `datasets` share a floor.
FLOORS = [
    {"core"}, {"programs"}, {"results", "datasets"}, {"widgets"}, {"explorers"}, {"export"},
    {"reports"}, {"cli"},
]  # fmt: skip
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
ALLOWED = {
    package: set().union(*FLOORS[: floor + 1])
    for floor, packages in enumerate(FLOORS)
    for package in packages
}
# `e.save_html(…)` hands over to the floor above when it is called.
EXPORTS_ITSELF = "explorers/exports.py"
WIDGET_LIBRARIES = {"IPython", "anywidget", "bqplot", "bqscales", "ipywidgets", "traitlets"}
PICTURE_LIBRARIES = {"matplotlib", "plotly"}
CORE_LIBRARIES = {"numpy", "rapidfuzz", "scipy"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def modules_of(node: ast.AST, path: Path) -> list[str]:
    """Absolute names that one import statement imports from; none for another statement."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    here = [NAME, *path.relative_to(ROOT).with_suffix("").parts]
    base = here[: len(here) - node.level] if node.level else []
    module = ".".join([*base, *(node.module or "").split(".")]).strip(".")
    # `from . import x` may name a module.
    return [module, *(f"{module}.{alias.name}" for alias in node.names)]


def imported(path: Path) -> set[str]:
    """Everything that a file imports anywhere, in functions too."""
    return {name for node in ast.walk(parsed(path)) for name in modules_of(node, path)}


def imported_at_once(path: Path) -> Iterator[str]:
    """What a file imports when it is itself imported."""
    waiting: list[ast.AST] = [parsed(path)]
    while waiting:
        node = waiting.pop()
        yield from modules_of(node, path)
        waiting += [child for child in ast.iter_child_nodes(node) if not runs_later(child)]


def runs_later(node: ast.AST) -> bool:
    """Whether a node is a function, or for type checkers alone."""
    for_types = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
    return for_types or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))


def packages_of(names: set[str]) -> set[str]:
    """Our packages among imported names, public names counted to their homes."""
    firsts = {name.split(".")[1] for name in names if name.startswith(f"{NAME}.")}
    homes = {emergence_widgets._HOMES.get(first, first).split(".")[0] for first in firsts}
    return homes & set(PACKAGES)


def used_by(path: Path) -> set[str]:
    """Our packages that a file imports."""
    passed_on = (
        {"export", "reports"} if path.relative_to(ROOT).as_posix() == EXPORTS_ITSELF else set()
    )
    return packages_of(imported(path)) - passed_on


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
    assert set(PACKAGES) <= set(ALLOWED)
    assert {"core", "programs", "results", "datasets", "widgets", "explorers"} <= set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_run_one_way(package):
    for path in sorted((ROOT / package).rglob("*.py")):
        used = used_by(path)
        assert used <= ALLOWED[package], f"{path.relative_to(ROOT)} imports {used}"


def test_neighbours_on_a_floor_do_not_import_each_other_both_ways():
    used = {
        package: set().union(*map(used_by, (ROOT / package).rglob("*.py"))) for package in PACKAGES
    }
    for package, others in used.items():
        for other in others - {package}:
            assert package not in used[other], f"{package} and {other} import each other"


def test_the_reading_of_imports_sees_all_forms():
    path = ROOT / "explorers" / "mirage.py"
    lines = (
        "from ..core import laws",
        "from ..widgets import theme",
        "from emergence_widgets import rescore",
        "import emergence_widgets.programs",
    )
    code = "\n".join([*lines[:3], "def later():", f"    {lines[3]}"])
    names = {name for node in ast.walk(ast.parse(code)) for name in modules_of(node, path)}
    assert packages_of(names) == {"core", "widgets", "results", "programs"}
    assert {"emergence_widgets.core.laws", "emergence_widgets.widgets.theme"} <= names
    assert modules_of(ast.parse("from . import laws").body[0], ROOT / "core" / "__init__.py") == [
        "emergence_widgets.core",
        "emergence_widgets.core.laws",
    ]


def test_the_package_itself_imports_nothing_at_once():
    assert {name.split(".")[0] for name in imported_at_once(ROOT / "__init__.py")} <= (
        sys.stdlib_module_names
    )


@pytest.mark.parametrize("path", sorted((ROOT / "core").rglob("*.py")), ids=lambda path: path.stem)
def test_core_needs_numbers_only(path):
    at_once = {name.split(".")[0] for name in imported_at_once(path)}
    assert at_once <= CORE_LIBRARIES | {NAME} | sys.stdlib_module_names
    later = {name.split(".")[0] for name in imported(path)}
    assert not later & (WIDGET_LIBRARIES | PICTURE_LIBRARIES)


def test_import_of_the_package_is_light():
    assert loaded_by(f"import {NAME}") == {NAME}


def test_import_of_core_loads_no_table_and_no_widget():
    modules = [
        ".".join([NAME, *path.relative_to(ROOT).with_suffix("").parts])
        for path in (ROOT / "core").rglob("[a-z]*.py")
    ]
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
    body = parsed(Path(inspect.getfile(home))).body
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
            return after.value.value
    return None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'MirageExplorr'"):
        emergence_widgets.MirageExplorr  # noqa: B018
