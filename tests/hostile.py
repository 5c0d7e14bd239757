"""Texts from data that would run, load or hide something if a page took them for its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from emergence_widgets import EvalResults
from emergence_widgets.results.notes import Note

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!-- <script>alert(1)</script> -->",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "'; alert(1); '",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "]]><script>alert(1)</script>",
    "\u2028alert(1)\u2029",
    "שלום \u202ealert(1)",
    "😀 \u202e evil",
    "\\u003cimg src=x onerror=alert(1)\\u003e",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "<style>@import 'https://hostile.invalid';*{display:none}</style>",
    "<iframe src=javascript:alert(1)>",
    "\x00\x01<b>",
    "</SCRIPT >",
    "<a href='javascript:alert(1)'>x</a>",
    '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
    "[x](javascript:alert(1)) ![x](https://hostile.invalid/x)",
    "$\\href{javascript:alert(1)}{x}$ \\(x\\)",
    "\x1b[31m<b>\x1b[0m",
    "__proto__",
]  # fmt: skip


def hostile_results() -> EvalResults:
    """A task and a family for each text, without answers."""
    size = np.logspace(6, 9, 4)
    rows = [
        {"model": f"{text} {x:g}", "params": x, "task": text, "metric": "acc",
         "value": 0.1 * place, "n_items": 50, "family": text}
        for text in HOSTILE
        for place, x in enumerate(size)
    ]  # fmt: skip
    return EvalResults(pd.DataFrame(rows))


def hostile_answers() -> EvalResults:
    """A task, a metric, a note and two families for each text; each is asked and answered too.

    The loss breaks where accuracy jumps, so that verdicts name the families.
    """
    sizes = np.logspace(5, 12, 8)
    loss = 0.3 * (sizes / 1e5) ** -0.1 + 1.3 / (1 + (sizes / 3e8) ** 4)
    right = np.exp(-3 * loss)
    scores, answers = [], []
    for place, text in enumerate(HOSTILE):
        following = HOSTILE[place + 1 :] + HOSTILE[: place + 1]
        for family in (text, following[0]):
            for x, nats, share in zip(sizes, loss, right, strict=True):
                model = {"model": f"{family} {x:g}", "family": family, "params": x, "task": text}
                scores += [
                    {**model, "metric": metric, "value": value, "n_items": 500, "stderr": 0.01}
                    for metric, value in (("loss", nats), ("acc", share), (text, share**2))
                ]
                answers += [
                    {**model, "item": item, "prompt": asked, "target": asked,
                     "output": asked if item < share * len(HOSTILE) else text}
                    for item, asked in enumerate(HOSTILE)
                ]  # fmt: skip
    return EvalResults(
        pd.DataFrame(scores),
        pd.DataFrame(answers),
        notes=tuple(Note("assumed", text, where=text) for text in HOSTILE),
        name=HOSTILE[0], source=HOSTILE[2], license=HOSTILE[3], description=HOSTILE[22],
    )  # fmt: skip
