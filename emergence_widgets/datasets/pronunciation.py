"""Our own families: transformers and GRUs that pronounce English words."""

from __future__ import annotations

from functools import cache

import pandas as pd

from ..results.eval_results import EvalResults
from ..results.rescore import rescore
from .description import page_of_facts
from .tables import read_samples, rounded

LONG_WORD = 8
METRICS = (
    "loss",
    "edit_similarity",
    "token_edit_distance",
    "exact_match",
    "prefix_match",
    "log_likelihood",
)
BY = ("family", "model", "seed", "task")

DESCRIPTION = page_of_facts(
    what=(
        "48 networks that say English words from their spelling: transformers of 10 sizes (252 to "
        "447,552 parameters outside the embeddings) and GRUs of 6 (252 to 55,872), 3 seeds each. "
        "All were asked for the phonemes of 2,000 words that none of them saw."
    ),
    made=(
        "From 111,208 words of 3 to 12 letters and 3 to 10 phonemes in the CMU Pronouncing "
        "Dictionary; stress marks are removed, and of several pronunciations the first listed is "
        "the target. Each network was trained for 6,000 steps of 256 words. The learning rate "
        "follows a rule of the width, found in short trials of each family and not tuned size by "
        "size, so that the two are not a fair race."
    ),
    shows=(
        "A score that starts later than the loss, in two architectures. Transformers: the loss "
        "falls from 2.32 to 0.19 nats and edit similarity rises from 0.21 to 0.92, while whole "
        "words are right in 0.00, 0.02, 0.06, 0.24, 0.40, 0.47, 0.56, 0.63, 0.66 and 0.68. Late "
        "rise T (0 for steady gains, near 1 for a long wait and then a jump), with 95% intervals "
        "over words and seeds, is 0.04 [0.02, 0.05] for the loss, 0.06 [0.04, 0.08] for edit "
        "similarity, 0.18 [0.16, 0.20] for whole words and 0.30 [0.24, 0.31] for five words in a "
        "row. GRUs: loss from 1.79 to 0.28, edit similarity from 0.31 to 0.87, whole words 0.00, "
        "0.05, 0.18, 0.34, 0.45 and 0.54; T in the same order 0.00 [0.00, 0.00], 0.00 [0.00, "
        "0.00], 0.16 [0.14, 0.18] and 0.50 [0.46, 0.54]."
    ),
    does_not_show=(
        "A very late ability: whole words wait for less than a fifth of their rise. Nor size "
        "alone: transformers up to 888 parameters have one layer, those from 1,760 on two and "
        "more, and whole words rise most between these two. English spelling is ambiguous, so that "
        "the share of words right would stay below 1 at any size. The largest transformer has a "
        "slightly higher loss than the one before it (0.194 against 0.187: it begins to overfit) "
        "and is right slightly more often (0.68 against 0.66). Words were split at random, so that "
        "many held-out words have relatives (plurals, compounds) in training. It is one task and "
        "one schedule."
    ),
    cost="About 80 minutes on two CPU cores that were also used for other work.",
)


def pronunciation() -> EvalResults:
    """Ten sizes of transformer and six of GRU, three seeds, asked 2,000 held-out words.

    Returns
    -------
    EvalResults
        `samples` holds every answer: `prompt` (spelling), `target` and `output` (phonemes),
        `token_logprobs` (nats; of the target's phonemes and of the end mark that follows).
        `scores` holds every metric by model and seed, for all words and for words of eight
        phonemes or more.

    Notes
    -----
    Made by ``python -m experiments pronunciation``; see `DESCRIPTION` for how, what it shows and
    what it does not.

    References
    ----------
    CMUdict, Carnegie Mellon University; its notice is in ``CMUDICT_LICENSE``.

    Examples
    --------
    >>> results = pronunciation()
    >>> len(results.models), len(results.samples)
    (16, 96000)
    """
    return _load()


@cache
def _load() -> EvalResults:
    samples = read_samples("pronunciation.parquet")
    return EvalResults(
        scores_of_words(samples),
        samples,
        notes=(rounded(samples),),
        name="English pronunciation",
        source="Our own training runs on CMUdict (Carnegie Mellon University)",
        license="BSD-3-Clause; words and phonemes: CMUdict's licence (CMUDICT_LICENSE)",
        description=DESCRIPTION,
    )


def scores_of_words(samples: pd.DataFrame) -> pd.DataFrame:
    """Every metric by model and seed, for all words and, as a task of its own, for long ones."""
    long = samples["target"].str.count(" ") >= LONG_WORD - 1
    task = samples["task"].iloc[0]
    of_long = samples[long].assign(task=f"{task}, {LONG_WORD} phonemes or more")
    return pd.concat([rescore(part, METRICS, BY) for part in (samples, of_long)], ignore_index=True)
