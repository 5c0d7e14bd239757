"""Published tables, retyped with their sources: GPT-3's scores, and Wei et al.'s list."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd

from ..core.statistics.intervals import wilson_interval
from ..results.eval_results import EvalResults, Note
from .description import page_of_facts

ARITHMETIC_ITEMS = 2000
PERPLEXITY = "ppl"

DESCRIPTION = page_of_facts(
    what=(
        "Published scores of the 8 GPT-3 models, of 125 million to 175 billion parameters, on 21 "
        "tasks with no, one or several examples in the prompt: accuracy on 10 arithmetic tasks "
        "and on 11 others, 3 of them under 2 metrics of the same outputs: LAMBADA (accuracy, "
        "perplexity), MultiRC (acc, f1a) and SQuADv2 (em, f1)."
    ),
    made=(
        "Retyped from the tables of Brown et al. Each arithmetic task has 2,000 items, so that "
        "0.05% is one item and the resolution of the test is visible in the table. For the "
        "other tasks the number of items is not part of it, so they have no intervals."
    ),
    shows=(
        "Abrupt arithmetic beside gradual reading. Sums of 3 digits with 50 examples: 0.00 "
        "right at the smallest size, 0.08 at the last but one, 0.80 at the largest. LAMBADA "
        "without examples rises at every size, from 0.43 to 0.76."
    ),
    does_not_show=(
        "Why. It holds no outputs, so nothing in it can be scored again, and only one run of "
        "each size, so nothing is known of seeds."
    ),
)
WEI_DESCRIPTION = page_of_facts(
    what=(
        "22 abilities that were reported absent below and present above some scale, with the "
        "training compute and size of the first model that showed them."
    ),
    made="Retyped from the table of Wei et al.; each row names the paper that reported it.",
    shows="Where each ability was reported to emerge.",
    does_not_show="How abruptly: no accuracy is in the list.",
)


def gpt3() -> EvalResults:
    """GPT-3's published table: eight sizes, 21 tasks, zero, one and few shots.

    Returns
    -------
    EvalResults
        Scores with params, training FLOPs and tokens. Values printed in percent are
        proportions here; perplexity is as printed. The arithmetic tasks have Wilson
        intervals from their 2,000 items; for the others the number of items is not part
        of the table, so they have none.

    References
    ----------
    Brown et al. 2020 (arXiv:2005.14165), Tables H.1, 2.1 and D.1.

    Examples
    --------
    >>> float(gpt3().select(task="3D+", metric="acc").scores["value"].max())
    0.804
    """
    folder = files("emergence_widgets.datasets")

    def read(name: str) -> pd.DataFrame:
        with (folder / name).open(encoding="utf-8") as file:
            return pd.read_csv(file)

    arithmetic = read("gpt3_arithmetic.csv").assign(n_items=float(ARITHMETIC_ITEMS))
    scores = pd.concat([arithmetic, read("gpt3_other_tasks.csv")], ignore_index=True)
    models = read("gpt3_models.csv").set_index("model")
    perplexity = scores["metric"] == PERPLEXITY
    scores["value"] = scores["value"].where(perplexity, scores["value"] / 100)
    counted = scores["n_items"].notna()
    n = scores["n_items"].fillna(1.0)
    right = np.where(counted, np.rint(scores["value"] * n), 0.0)
    lower, upper = wilson_interval(np.minimum(right, n), n)
    scores = scores.assign(
        family="GPT-3",
        params_kind="nominal",
        flops=scores["model"].map(models["train_flops"]),
        tokens=scores["model"].map(models["train_tokens"]),
        lower=np.where(counted, lower, np.nan),
        upper=np.where(counted, upper, np.nan),
        lower_is_better=perplexity,
        min=np.where(perplexity, 1.0, 0.0),
        max=np.where(perplexity, np.nan, 1.0),
        chance=scores["task"].map({"HellaSwag": 0.25, "SAT Analogies": 0.2}),
    ).rename(columns={"shots": "n_shot"})
    return EvalResults(
        scores,
        notes=(
            Note("skipped", "4D-, one shot, 2.7B and 6.7B could not be read", 2, "Table H.1"),
            Note(
                "assumed",
                "chance is one in four for HellaSwag and one in five for SAT Analogies",
                2,
                "chance",
            ),
        ),
        name="GPT-3",
        source="Brown et al. 2020 (arXiv:2005.14165), Tables H.1, 2.1 and D.1",
        license="Published facts, cited; no licence of ours on them",
        description=DESCRIPTION,
    )


def wei_abilities() -> EvalResults:
    """Abilities called emergent, each with the scale at which it was reported to appear.

    Returns
    -------
    EvalResults
        One row an ability: `task` is the ability, `family` the kind of model, `value` the
        training FLOPs at which the ability emerges (metric ``emergence_train_flops``),
        `params` the size of that model, `subtask` the kind of prompting, `source` the paper
        that reported it. No accuracy is in the list: it says where, not how abruptly.

    References
    ----------
    Wei et al. 2022 (arXiv:2206.07682), Table 1.

    Examples
    --------
    >>> len(wei_abilities().scores)
    22
    """
    with (files("emergence_widgets.datasets") / "wei_abilities.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file)
    scores = pd.DataFrame(
        {
            "family": table["model"],
            "model": table["model"],
            "params": table["params"],
            "params_kind": "nominal",
            "flops": table["train_flops"],
            "task": table["ability"],
            "subtask": table["kind"],
            "metric": "emergence_train_flops",
            "value": table["train_flops"],
            "lower_is_better": False,
            "source": table["reference"] + "; " + table["source"],
        }
    )
    return EvalResults(
        scores,
        notes=(
            Note("warning", "values are scales of emergence, not scores", len(scores), "value"),
        ),
        name="Abilities listed by Wei et al.",
        source="Wei et al. 2022 (arXiv:2206.07682), Table 1",
        license="Published facts, cited; no licence of ours on them",
        description=WEI_DESCRIPTION,
    )
