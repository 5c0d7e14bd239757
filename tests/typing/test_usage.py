"""Users get their mistakes told by type checkers, and no complaint about what is right."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
USAGE = HERE / "usage.py"
LINES = USAGE.read_text(encoding="utf-8").splitlines()
WRONG = {number for number, line in enumerate(LINES, 1) if line.endswith("# error")}


def run(*command: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": str(ROOT)},
    ).stdout


def refused_by_pyright() -> dict[int, str]:
    told = run(
        "basedpyright", "--outputjson", "--project", str(HERE), "--pythonpath", sys.executable
    )
    return {
        one["range"]["start"]["line"] + 1: one["message"]
        for one in json.loads(told)["generalDiagnostics"]
        if one["severity"] == "error"
    }


def refused_by_mypy() -> dict[int, str]:
    told = run("mypy", "--config-file=", "--follow-imports=silent", str(USAGE.relative_to(ROOT)))
    found = re.findall(r"usage\.py:(\d+): error: (.*)", told)
    assert found, told
    return {int(number): message for number, message in found}


@pytest.mark.parametrize("checker", [refused_by_pyright, refused_by_mypy])
def test_type_checkers_refuse_the_marked_lines_and_no_others(checker):
    refused = checker()
    assert {number: refused[number] for number in refused.keys() - WRONG} == {}
    assert {number: LINES[number - 1] for number in WRONG - refused.keys()} == {}
    assert len(WRONG) > 15
