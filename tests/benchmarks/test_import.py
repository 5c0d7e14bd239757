"""What the import costs, and what the front end weighs."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np

STATIC = Path(__file__).parents[2] / "emergence_widgets" / "static"
ROUNDS = 15
STATEMENTS = {
    "ours": "import emergence_widgets",
    "core": "from emergence_widgets import breakthroughness, read_results, rescore",
    "theirs": "import numpy, pandas",
}
TIMED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def seconds(statement: str) -> float:
    command = [sys.executable, "-c", TIMED.format(statement)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def test_import(measured):
    times = {name: [] for name in STATEMENTS}
    for _ in range(ROUNDS):
        for name, statement in STATEMENTS.items():
            times[name].append(seconds(statement))
    median = {name: float(np.median(values)) for name, values in times.items()}
    for name in ("ours", "core"):
        ratio = median[name] / median["theirs"]
        measured(
            f"`{STATEMENTS[name]}` over `{STATEMENTS['theirs']}`",
            f"{ratio:.2f} ({1000 * median[name]:.0f} ms over {1000 * median['theirs']:.0f} ms)",
            "1.5" if name == "ours" else "",
        )
    assert median["ours"] < 1.5 * median["theirs"]


def test_front_end_bundle(measured):
    sizes = {
        file.name: len(gzip.compress(file.read_bytes(), 9))
        for file in sorted(STATIC.iterdir())
        # computation.js holds the programs alone, for tests; link.js carries them to the browser.
        if file.suffix in {".js", ".css"} and file.name != "computation.js"
    }
    total = sum(sizes.values()) / 1000
    measured("Front end, gzipped", f"{total:.1f} kB", "30 kB")
    assert total < 30
