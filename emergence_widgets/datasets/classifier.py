"""Our own family: classifiers of twelve widths on handwritten digits."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from ..core.metrics.registry import SCORES
from ..results.eval_results import EvalResults, Note
from ..results.rescore import rescore
from .autoencoder import LICENSE, SOURCE
from .description import page_of_facts
from .tables import read_stored

OPTIONS = tuple(str(digit) for digit in range(10))
METRICS = (
    "loss",
    "multiple_choice_grade",
    "brier_score",
    "option_probability",
    "option_margin",
)
SUBSETS = range(1, 11)
BY = ("family", "model", "seed", "task")

DESCRIPTION = page_of_facts(
    what=(
        "60 classifiers: one hidden GELU layer of 1 to 128 units between 64 pixels and 10 options; "
        "12 widths of 85 to 9,610 parameters, 5 seeds each. All were asked for 500 handwritten "
        "digits that none of them saw, and gave the odds of all 10 options."
    ),
    made=(
        "Each was trained for 1,000 steps of 256 images, drawn from 1,297 others. The learning "
        "rate, 0.01 for all, is the middle one of 3 that were tried on the same held-out images. "
        "Trained again by the same code on the same machine, single runs repeat exactly; where "
        "sums are rounded in another order, log-probabilities differ slightly."
    ),
    shows=(
        "Every score of single images improves from the first size on. Means over seeds, with one "
        "hidden unit and with 64: loss 1.67 and 0.11 nats, Brier score 0.76 and 0.04, accuracy "
        "0.29 and 0.97. None of them is late: late rise T (0 for steady gains, near 1 for a long "
        "wait and then a jump) is 0.00 [0.00, 0.00] for the loss, 0.04 [0.00, 0.08] for the Brier "
        "score and 0.00 [0.00, 0.01] for accuracy, with 95% intervals over images and seeds. "
        "Subset accuracy (10 images of 10 read right) starts later: 0.00, 0.02 and 0.17 with 1, 2 "
        "and 3 units, then up to 0.79; its T is 0.21 [0.13, 0.23]."
    ),
    does_not_show=(
        "A late ability. Even one hidden unit reads 0.29 of the digits, where guessing gives "
        "0.10: the family starts too strong to be late, and accuracy has no mirage to dissolve. "
        "Nor is subset accuracy sharper: the middle 80% of its rise takes 0.75 decades of "
        "parameters and that of accuracy 0.57, because accuracy approaches 1 slowly and its tenth "
        "power more slowly still. Seeds differ most where networks are smallest (0.17 to 0.34 "
        "with one unit). From 32 units on the 500 images no longer tell the widths apart, and the "
        "loss rises again at the end, from 0.11 to 0.12 nats: the networks grow too sure. It is "
        "one data set of tiny images, and its writers have images on both sides of the split."
    ),
    cost="0.7 CPU minutes.",
)


def classifier() -> EvalResults:
    """Twelve widths of classifier, five seeds, 500 held-out images: the odds of all digits.

    Returns
    -------
    EvalResults
        `samples` holds every answer: `target` and `output` (a digit as text), `choices` and
        `choice_logprobs` (nats), `right` (index of the right choice), `token_logprobs` (nats,
        of the right choice alone). `scores` holds exact match, multiple-choice grade, loss,
        Brier score, probability and margin of the right option and, for K = 1 … 10, the chance
        that K images drawn at random are all read right, by model and seed.

    Notes
    -----
    Made by ``python -m experiments classifier``; see `DESCRIPTION` for how,
    what it shows and what it does not.

    References
    ----------
    Schaeffer, Miranda and Koyejo 2023, arXiv:2304.15004, section 5 (subset accuracy).

    Examples
    --------
    >>> results = classifier()
    >>> len(results.models), len(results.samples)
    (12, 30000)
    """
    return _load()


@cache
def _load() -> EvalResults:
    samples = read_stored("classifier.parquet")
    logprobs = np.stack(samples.pop("choice_logprobs_milli").to_list()) / 1000.0
    samples["choices"] = pd.Series([OPTIONS] * len(samples), dtype=object)
    samples["choice_logprobs"] = pd.Series(list(logprobs), dtype=object)
    right = np.take_along_axis(logprobs, samples["right"].to_numpy()[:, None], axis=1)
    samples["token_logprobs"] = pd.Series(list(right), dtype=object)
    return EvalResults(
        _scores(samples),
        samples,
        notes=(
            Note("assumed", "log-probabilities are rounded to a thousandth of a nat", len(samples)),
        ),
        name="Digit classifiers",
        source=SOURCE,
        license=LICENSE,
        description=DESCRIPTION,
    )


def _scores(samples: pd.DataFrame) -> pd.DataFrame:
    parts = [rescore(samples, ["exact_match"], BY, all_of=SUBSETS), rescore(samples, METRICS, BY)]
    scores = pd.concat(parts, ignore_index=True)
    guess = {name: SCORES[name].chance for name in METRICS}
    chance = {name: found(len(OPTIONS)) for name, found in guess.items() if found is not None}
    return scores.assign(chance=scores["metric"].map(chance | {"exact_match": 1 / len(OPTIONS)}))
