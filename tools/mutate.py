"""Small faults put into the code one by one: which of them does no test notice?

`python tools/mutate.py` draws SAMPLE faults (200) by SEED (0) from PATHS (core/ and results/),
runs for each the tests of its folder that reach the module, nearest first, in WORKERS (2) copies
of the repository, and prints the faults that survive and their share. Faults: a comparison turned
round or, of counts, moved by one; a number doubled or raised by one; + and -, * and /, `and` and
`or`, minimum and maximum exchanged; a sign or a `not` dropped. Packages for this run every test
on a rewritten package, or take no sample by a seed.
"""

from __future__ import annotations

import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

from circles import NAME, ROOT, files_by_module, graph, names_imported, parsed, public_homes

AREAS = ("core", "results")
SECONDS = 300
"""A fault that makes its tests run longer than this counts as noticed, and is printed."""
TINY = 1e-6
"""Smaller numbers guard against rounding; twice as much of that is no fault."""
NOT_COPIED = shutil.ignore_patterns(".*", "node_modules", "dist", "notebooks", "__pycache__")
TURNED = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
MOVED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
EXCHANGED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult
}  # fmt: skip
PAIRS = (
    ("min", "max"), ("minimum", "maximum"), ("nanmin", "nanmax"), ("fmin", "fmax"),
    ("argmin", "argmax"), ("any", "all"), ("floor", "ceil"),
)  # fmt: skip
OPPOSITE = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}


@dataclass(frozen=True)
class Fault:
    """An expression of a file, and what is put in its place."""

    path: Path
    line: int
    start: int
    end: int
    old: str
    new: str

    def __str__(self) -> str:
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        return f"{self.path}:{self.line}: {old}  ->  {new}"


def variants(node: ast.AST) -> Iterator[ast.AST]:
    """The node with one fault, for each fault that it can have."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        counts = any(
            (isinstance(side, ast.Constant) and isinstance(side.value, int))
            or (isinstance(side, ast.Call) and ast.unparse(side.func) == "len")
            for side in (node.left, *node.comparators)
        )
        for table in (TURNED, MOVED) if counts else (TURNED,):
            if type(node.ops[0]) in table:
                yield changed(node, ops=[table[type(node.ops[0])]()])
    elif isinstance(node, ast.BinOp) and type(node.op) in EXCHANGED:
        yield changed(node, op=EXCHANGED[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield changed(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not)):
        yield node.operand
    elif isinstance(node, ast.Call):
        name = node.func
        if isinstance(name, ast.Name) and name.id in OPPOSITE:
            yield changed(node, func=ast.Name(OPPOSITE[name.id]))
        elif isinstance(name, ast.Attribute) and name.attr in OPPOSITE:
            yield changed(node, func=ast.Attribute(name.value, OPPOSITE[name.attr]))
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        elif isinstance(node.value, int):
            yield ast.Constant(node.value + 1)
        elif isinstance(node.value, float) and not 0 < node.value < TINY:
            yield ast.Constant(2 * node.value or 1.0)


def changed(node: ast.AST, **fields: object) -> ast.AST:
    """A copy with other fields."""
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def within(node: ast.AST) -> Iterator[ast.AST]:
    """What is computed: no annotations, messages, decorators or pieces of f-strings."""
    if isinstance(node, (ast.Raise, ast.JoinedStr)):
        return
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from within(child)


def faults_of(path: Path) -> list[Fault]:
    """Every fault of a file."""
    text = path.read_bytes()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node in within(parsed(path)):
        for variant in variants(node):
            assert isinstance(node, ast.expr)
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[node.end_lineno - 1] + node.end_col_offset
            new = f"({ast.unparse(ast.fix_missing_locations(variant))})"
            old = text[start:end].decode()
            found.append(Fault(path.relative_to(ROOT), node.lineno, start, end, old, new))
    return found


def tests_by_module() -> dict[str, list[Path]]:
    """For each module of an area, the area's test files that reach it, nearest first."""
    edges, files = graph(), files_by_module()
    homes = public_homes(files[NAME])
    distances: dict[str, list[tuple[int, Path]]] = {}
    for area in AREAS:
        for path in sorted((ROOT / "tests" / "unit" / area).glob("test_*.py")):
            modules = set()
            for node in ast.walk(parsed(path)):
                for name in names_imported(node, "tests", is_package=True):
                    last = name.rpartition(".")[2]
                    if name == f"{NAME}.{last}" and last in homes:
                        name = f"{NAME}.{homes[last]}"
                    modules |= {name, name.rpartition(".")[0]} & set(files)
            here, distance, seen = modules - {NAME}, 0, {NAME}
            while here:
                seen |= here
                for module in here:
                    if module.startswith(f"{NAME}.{area}"):
                        distances.setdefault(module, []).append((distance, path))
                here = {other for module in here for other in edges[module]} - seen
                distance += 1
    return {module: [path for _, path in sorted(found)] for module, found in distances.items()}


def is_noticed(fault: Fault, tests: list[Path], copied: Path) -> bool:
    """Whether a test fails in a copy of the repository that has the fault."""
    path = copied / fault.path
    text = path.read_bytes()
    path.write_bytes(text[: fault.start] + fault.new.encode() + text[fault.end :])
    options = ["-x", "-q", "-p", "no:benchmark", "-p", "no:cacheprovider", "--no-header"]
    try:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *(p.relative_to(ROOT) for p in tests)],
            cwd=copied,
            env=os.environ | {"PYTHONPATH": str(copied), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"takes more than {SECONDS} s: {fault}", flush=True)
        return True
    finally:
        path.write_bytes(text)
    return run.returncode != 0


def main() -> None:
    given = os.environ.get
    sample, seed, workers = (
        int(given(name, default))
        for name, default in (("SAMPLE", 200), ("SEED", 0), ("WORKERS", 2))
    )
    paths = given("PATHS") or " ".join(f"{NAME}/{area}" for area in AREAS)
    modules = {path: module for module, path in files_by_module().items()}
    files = sorted(
        path for path in modules if any(path.is_relative_to(ROOT / one) for one in paths.split())
    )
    every = [fault for path in files for fault in faults_of(path)]
    drawn = random.Random(seed).sample(every, min(sample, len(every)))
    tests = tests_by_module()
    print(f"{len(drawn)} of {len(every)} faults in {len(files)} files, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        copies: Queue[Path] = Queue()
        for number in range(workers):
            copies.put(shutil.copytree(ROOT, Path(folder, str(number)), ignore=NOT_COPIED))

        def survives(fault: Fault) -> bool:
            reached = tests.get(modules[ROOT / fault.path], [])
            copied = copies.get()
            try:
                alive = not reached or not is_noticed(fault, reached, copied)
            finally:
                copies.put(copied)
            if alive:
                print(f"survives: {fault}", flush=True)
            return alive

        with ThreadPoolExecutor(workers) as pool:
            alive = sum(pool.map(survives, drawn))
    print(f"{alive} of {len(drawn)} faults survive ({alive / max(len(drawn), 1):.0%})")


if __name__ == "__main__":
    main()
