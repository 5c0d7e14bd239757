"""Faults that `make mutate` puts into the code."""

import ast
import importlib
from pathlib import Path

import pytest

import emergence_widgets

ROOT = Path(emergence_widgets.__file__).parents[1]
CODE = '''
def f(x: int = 3, *, lower=True) -> float:
    """Doc."""
    if len(x) > y and not lower:
        raise ValueError(f"{x + 1}")
    return max(x - 0.5,
               -x) / 1e-9 if x < 4.0 else np.any(x)
'''


@pytest.fixture
def mutate(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "tools")
    return importlib.import_module("mutate")


def test_each_expression_is_replaced_where_it_stands(mutate, monkeypatch, tmp_path):
    monkeypatch.setattr(mutate, "ROOT", tmp_path)
    path = tmp_path / "code.py"
    path.write_text(CODE)
    faults = mutate.faults_of(path)
    assert {" ".join(f"{one.old} > {one.new}".split()) for one in faults} == {
        "3 > (4)", "True > (False)",
        "len(x) > y and not lower > (len(x) > y or not lower)",
        "len(x) > y > (len(x) <= y)", "len(x) > y > (len(x) >= y)", "not lower > (lower)",
        "max(x - 0.5, -x) / 1e-9 > (max(x - 0.5, -x) * 1e-09)",
        "max(x - 0.5, -x) > (min(x - 0.5, -x))", "x - 0.5 > (x + 0.5)", "0.5 > (1.0)",
        "-x > (x)", "x < 4.0 > (x >= 4.0)", "4.0 > (8.0)", "np.any(x) > (np.all(x))",
    }  # fmt: skip
    for one in faults:
        ast.parse(CODE.encode()[: one.start] + one.new.encode() + CODE.encode()[one.end :])


def test_a_module_is_tried_by_the_tests_that_reach_it_the_nearest_first(mutate):
    tests = mutate.tests_by_module()
    names = [path.name for path in tests["emergence_widgets.core.verdict.smooth_fit"]]
    assert names[:2] == ["test_verdict_checks.py", "test_verdict_smooth_fit.py"]
    assert "test_verdict.py" in names
    assert "test_forecast.py" not in names
