"""Our own families: transformers and GRUs that add two numbers, with the loss broken."""

from __future__ import annotations

from functools import cache

import pandas as pd

from ..core.statistics.intervals import wilson_interval
from ..results.eval_results import EvalResults
from ..results.rescore import rescore
from .tables import read_samples, read_stored, rounded

METRICS = ("loss", "edit_similarity", "token_edit_distance", "exact_match")
BY = ("family", "model", "seed", "task")
SOURCE = "Our own training runs on sums of two 3-digit numbers"
LICENSE = "BSD-3-Clause"

DESCRIPTION = (
    "Ten sizes of decoder-only transformer (153 to 155,840 non-embedding parameters) and six of "
    "GRU (432 to 154,560) learned to add two 3-digit numbers, once with the answer written "
    "plainly and once from its last digit on, from five seeds each: 160 networks, 1,500 steps of "
    "128 sums, then asked 1,000 sums of which neither they nor their mirrors (b + a) were trained "
    "on. Learning rates: for each size and order the best of three after 600 steps, on one seed "
    "and 500 sums that are not reported (in 16 of the 32 sweeps the best was the lowest or "
    "highest tried). About 50 minutes, two processes on two CPU cores that were also busy with "
    "other work; trained again on the same machine, a run gives the same answers, while on "
    "another processor rounding differs and a run near its transition may end elsewhere. What it "
    "shows: here the loss itself breaks, because whole digits switch on. Of the 100 transformers "
    "37 answer more than 80% of the sums, 61 fewer than 20%, and 2 lie between; 35 of the 50 "
    "trained on reversed answers end within 0.03 nats of 0, 1, 2 or 3 times ln(10)/4, the loss of "
    "so many digits guessed. One seed alone invents a threshold: at 888 parameters the five plain "
    "runs are right on 1, 7, 9, 10 and 88%, at 39,520 on 3, 95, 96, 99 and 100%. Nor is success "
    "monotone in size: most sums right in 0 0 0 1 0 5 4 5 4 5 of five plain runs, smallest size "
    "first, and in 0 0 0 1 1 3 2 1 5 1 of five reversed ones. The transition moves with the "
    "architecture and with the order: GRUs do not learn plain answers at any size (exact match "
    "creeps from 0.02 to 0.07, and the loss falls from 1.21 to 0.90 without a break), and learn "
    "reversed ones at 154,560 parameters (five runs of five; one of five at 24,960, none at "
    "55,872). Their outcomes are less bimodal: 4 of 30 reversed runs lie between 20% and 80%. "
    "Edit similarity differs from the share of digits right by 0.0085 at most, so that it is no "
    "independent metric here. What it does not show: it is one task, one optimiser and one short "
    "schedule. As outcomes are a lottery, so is a sweep on one seed, and a dip such as that of "
    "the largest reversed transformers may be its learning rate's rather than the size's. Lower "
    "rates and longer training gave other transitions in trials."
)

TRAINING_DESCRIPTION = (
    "Three transformers of the addition family (see `addition`; plain answers, seed 0, the same "
    "runs), asked the first 500 of the held-out sums at 45 checkpoints: 252 parameters (fails), "
    "522 (in its transition when training ends), 14,496 (succeeds). Three minutes. In the largest, "
    "between steps 250 and 330, exact match goes from 0.05 to 0.51 while the loss falls from 1.15 "
    "to 0.37 and edit similarity rises from 0.54 to 0.85: the loss breaks too, but half of the "
    "digits were right before one sum in twenty was. The middle one does so in two stages, one "
    "digit at a time: a loss near 0.62 from step 1,200 to 1,400, with under 16% of sums right, "
    "then 0.43 and 44% at step 1,500, where the schedule stops it. The smallest stays above 1.2. "
    "Learning rates fall along the way (a cosine), so a step late in a run is a smaller one; a "
    "single run of each size says nothing of how often this happens."
)

CHAINS_DESCRIPTION = (
    "The 160 networks of the addition family (see `addition`), each keeping 1,000 running sums "
    "modulo 1,000 for 12 steps; the answer's last three digits are the next summand, right or "
    "wrong. Here p^k holds: with p the share of single steps that were right, the share of chains "
    "right at every step differs from p^k by 0.043 at most, by 0.018 at most after 12 steps. The "
    "last value is right as often as p^k says, or more often (by 0.10 at most after 12 steps), "
    "because errors cancel. A wrong top digit costs nothing, as the modulus drops it, and p "
    "itself is measured on the summands met, wrong ones included. These are steps of one kind: "
    "nothing here shows what happens where an error changes the kind of the next question."
)


def addition() -> EvalResults:
    """Transformers of ten sizes and GRUs of six that add, from five seeds each.

    Returns
    -------
    EvalResults
        `samples` holds every answer to 1,000 held-out sums: `prompt` (``123+456=``), `target`
        and `output` (digits in the order in which they are written, so from the last digit
        on in ``3-digit addition, reversed``), `token_logprobs` (nats, of the target's digits).
        `scores` holds every metric by model, seed and task. `params` counts parameters
        outside the embeddings.

    Notes
    -----
    See `DESCRIPTION` for how it was made, what it shows and what it does not. ``addition.json``
    holds the configuration, and every learning rate that was tried; ``python -m experiments
    addition`` by now trains four times as long, with more learning rates and seeds.

    Examples
    --------
    >>> results = addition()
    >>> results.families, len(results.models)
    (['transformer', 'GRU'], 16)
    """
    return _addition()


def addition_training() -> EvalResults:
    """Three sizes of transformer while they learn to add: the same 500 sums, again and again.

    Returns
    -------
    EvalResults
        As `addition` (plain answers), at 45 checkpoints of one run each, so that `step`,
        `tokens` or `loss` can be the scale.

    Examples
    --------
    >>> addition_training().models
    ['w4-l1', 'w6-l1', 'w24-l2']
    """
    return _training()


def addition_chains() -> EvalResults:
    """Running sums modulo 1,000 for which the models of `addition` are fed their own answers.

    Returns
    -------
    EvalResults
        Scores of 1,000 chains by model, seed and task (``chain of k additions, plain``; also
        in the column `k`): `all_steps_right`, `last_value_right` (errors can cancel),
        `step_right` (share p of the k single steps met that were right modulo 1,000) and
        `step_right_to_the_k` (p^k).

    Examples
    --------
    >>> addition_chains().metrics
    ['all_steps_right', 'last_value_right', 'step_right', 'step_right_to_the_k']
    """
    return _chains()


@cache
def _addition() -> EvalResults:
    samples = read_samples("addition.parquet")
    return EvalResults(
        rescore(samples, METRICS, BY),
        samples,
        notes=(rounded(samples),),
        name="3-digit addition",
        source=SOURCE,
        license=LICENSE,
        description=DESCRIPTION,
    )


@cache
def _training() -> EvalResults:
    samples = read_samples("addition_training.parquet")
    return EvalResults(
        rescore(samples, METRICS, (*BY, "step")),
        samples,
        notes=(rounded(samples),),
        name="3-digit addition during training",
        source=SOURCE,
        license=LICENSE,
        description=TRAINING_DESCRIPTION,
    )


@cache
def _chains() -> EvalResults:
    scores = read_stored("addition_chains.parquet")
    power = scores["metric"] == "step_right_to_the_k"
    lower, upper = wilson_interval(scores["value"] * scores["n_items"], scores["n_items"])
    scores = scores.assign(
        lower=pd.Series(lower, scores.index).mask(power),
        upper=pd.Series(upper, scores.index).mask(power),
        lower_is_better=False,
        min=0.0,
        max=1.0,
    )
    return EvalResults(
        scores,
        name="Chains of 3-digit additions",
        source=SOURCE,
        license=LICENSE,
        description=CHAINS_DESCRIPTION,
    )
