"""Circles of imports among our modules, and imports against the order of the packages.

`python tools/circles.py` prints them and exits with 1 where there is one. Imports in functions
and those for type checkers count too: whoever reads two modules that name each other has to
know both before he understands either.
"""

from __future__ import annotations

import ast
import sys
from collections import deque
from collections.abc import Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAME = "emergence_widgets"
# A package imports itself, its neighbours on a floor and those below.
FLOORS = (
    ("core",),
    ("programs",),
    ("results", "datasets"),
    ("widgets",),
    ("export",),
    ("explorers",),
    ("reports", "cli"),
)
Graph = dict[str, set[str]]


def files_by_module(root: Path = ROOT) -> dict[str, Path]:
    """Every module of the package and of the experiments, with its file."""
    found = {}
    for top in (NAME, "experiments"):
        for path in sorted((root / top).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def parsed(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def names_imported(node: ast.AST, module: str, *, is_package: bool) -> list[str]:
    """Absolute names that one statement of a module imports; none for another statement."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    here = module.split(".")
    package = here if is_package else here[:-1]
    above = package[: len(package) - node.level + 1] if node.level else []
    base = ".".join([*above, *([node.module] if node.module else [])])
    # `from . import x` may name a module or something in one.
    return [f"{base}.{alias.name}" for alias in node.names]


def imported(module: str, path: Path) -> set[str]:
    """Everything that a file imports anywhere, in functions too."""
    is_package = path.name == "__init__.py"
    return {
        name
        for node in ast.walk(parsed(path))
        for name in names_imported(node, module, is_package=is_package)
    }


def graph(root: Path = ROOT) -> Graph:
    """For each module, those of ours that it imports; public names count to their homes."""
    files = files_by_module(root)
    homes = public_homes(files[NAME])
    edges: Graph = {module: set() for module in files}
    for module, path in files.items():
        for name in imported(module, path):
            first = name.removeprefix(f"{NAME}.").split(".")[0]
            if first in homes and f"{NAME}.{first}" not in files:
                name = f"{NAME}.{homes[first]}"
            # The longest beginning of the name that is a module.
            while name and name not in files:
                name = name.rpartition(".")[0]
            if name and name != module:
                edges[module].add(name)
    return edges


def public_homes(init: Path) -> Mapping[str, str]:
    """The table of public names in the package's `__init__`."""
    for node in parsed(init).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_HOMES":
            return ast.literal_eval(node.value)
    return {}


def circles(edges: Graph) -> list[list[str]]:
    """Sets of modules each of which leads to all others of its set (Tarjan 1972)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    waiting: list[str] = []
    found = []

    def visit(module: str) -> None:
        order[module] = low[module] = len(order)
        waiting.append(module)
        for other in sorted(edges[module]):
            if other not in order:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in waiting:
                low[module] = min(low[module], order[other])
        if low[module] == order[module]:
            at = waiting.index(module)
            together = waiting[at:]
            del waiting[at:]
            if len(together) > 1:
                found.append(sorted(together))

    for module in sorted(edges):
        if module not in order:
            visit(module)
    return sorted(found)


def loop(members: list[str], edges: Graph) -> list[str]:
    """A shortest way round inside one circle, from its first module back to it."""
    start, inside = members[0], set(members)
    ways = deque([[start]])
    seen: set[str] = set()
    while ways:
        way = ways.popleft()
        for other in sorted(edges[way[-1]] & inside):
            if other == start:
                return [*way, start]
            if other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return members


def floor_of(module: str) -> int | None:
    """Number of the floor of a module, from below; None for the package itself."""
    top, *rest = module.split(".")
    if top != NAME:
        return len(FLOORS)
    if not rest:
        return None
    if rest == ["__main__"]:
        return len(FLOORS) - 1
    return next(number for number, floor in enumerate(FLOORS) if rest[0] in floor)


def against_the_order(edges: Graph) -> list[tuple[str, str]]:
    """Imports of something that stands on a higher floor."""
    floors = {module: floor_of(module) for module in edges}
    return [
        (module, other)
        for module, others in sorted(edges.items())
        for other in sorted(others)
        for mine, its in [(floors[module], floors[other])]
        if mine is not None and its is not None and its > mine
    ]


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    edges = graph()
    found, wrong = circles(edges), against_the_order(edges)
    for members in found:
        print(f"circle of {len(members)} modules: {', '.join(members)}")
        print(f"  shortest loop: {' -> '.join(loop(members, edges))}")
    for module, other in wrong:
        print(f"against the order: {module} imports {other}")
    if not found and not wrong:
        print(f"{len(edges)} modules, no circle, no import against the order")
    return int(bool(found or wrong))


if __name__ == "__main__":
    sys.exit(main())
