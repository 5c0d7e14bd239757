"""What the import costs, and what the front end weighs."""

from __future__ import annotations

import gzip
import subprocess
import sys

import numpy as np

from emergence_widgets.widgets.lifetime import descendants

from ..unit.explorers.bench import EXPLORERS
from ..unit.export.cases import EVERY

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


def loaded(make) -> float:
    """What the browser is sent of our front end for one explorer and its tour, gzipped, in kB."""
    explorer = make()
    tour = explorer.tour()
    owned = [tour, *descendants(tour)]
    texts = {getattr(one, name, "") for one in owned for name in ("_esm", "_css")}
    tour.close()
    explorer.close()
    return sum(len(gzip.compress(text.encode(), 9)) for text in texts if text) / 1000


def test_front_end_of_an_explorer(measured):
    sizes = {cls.__name__: loaded(EVERY[cls.program]) for cls in EXPLORERS}
    smallest, largest = (of(sizes, key=lambda name: sizes[name]) for of in (min, max))
    measured(
        "Front end of an explorer and its tour, gzipped",
        f"{sizes[smallest]:.1f} kB ({smallest}) to {sizes[largest]:.1f} kB ({largest})",
        "30 kB",
    )
    assert sizes[largest] < 30
