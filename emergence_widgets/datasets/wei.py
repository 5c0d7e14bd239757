"""Wei et al.'s list of emergent abilities."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

from ..results.eval_results import EvalResults, Note


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
        description=(
            "Twenty-two abilities that were reported absent below and present above some scale, "
            "with the training compute and size of the first model that showed them."
        ),
    )
