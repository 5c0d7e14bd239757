"""Our own families: GRUs and transformers that pronounce Spanish words."""

from __future__ import annotations

from functools import cache

from ..results.eval_results import EvalResults
from .description import page_of_facts
from .pronunciation import scores_of_words
from .tables import read_samples, rounded

DESCRIPTION = page_of_facts(
    what=(
        "125 networks that say Spanish words from their spelling: GRUs of 1 layer (14 widths, 36 "
        "to 99,072 parameters outside the embeddings) and transformers of 2 layers (11 widths, "
        "152 to 56,640), 5 seeds each. All were asked for the sounds of 2,000 words that none of "
        "them saw."
    ),
    made=(
        "From 477,066 words of 3 to 12 letters and 2 to 14 sounds in the lexicon of gruut-lang-es "
        "2.0.1. Its sounds were made by the rules of eSpeak NG, so the targets are what that "
        "program says, not what a dictionary lists. Main stress is kept as part of the vowel, "
        "secondary stress is removed, and words with a sound that fewer than 1,000 words have are "
        "left out; 38 sounds remain. Each network was trained for 8,000 steps of 128 words. The "
        "learning rate follows a rule of the width, found in short trials and not tuned size by "
        "size."
    ),
    shows=(
        "A score that waits while the loss does not. In the GRUs the loss falls from 2.55 to 0.003 "
        "nats and edit similarity rises from 0.16 to 1.00, both at every step from size to size, "
        "while the share of words right as a whole is 0.00, 0.00, 0.00, 0.00, 0.00, 0.02, 0.14, "
        "0.33, 0.58, 0.79, 0.92, 0.97, 0.98 and 1.00. Late rise T (0 for steady gains, near 1 for "
        "a long wait and then a jump) is 0.09 [0.05, 0.10] for the loss, 0.25 [0.22, 0.28] for "
        "edit similarity, 0.46 [0.44, 0.48] for whole words and 0.55 [0.50, 0.56] for five words "
        "in a row, with 95% intervals over words and seeds."
    ),
    does_not_show=(
        "That the same task waits in the same way in every architecture. In the transformers the "
        "loss itself falls from 2.13 to 0.06 nats between 496 and 1,760 parameters (T 0.25 [0.17, "
        "0.32]), so that even the gentle score is late (edit similarity T 0.35 [0.26, 0.40], whole "
        "words T 0.43 [0.30, 0.47]): more than half of the wait is in the loss already. T tells of "
        "the sizes that were tested: from 432 parameters on, the GRUs' T of whole words is 0.19 "
        "[0.13, 0.23]. "
        "Seeds differ most in the middle of the rise: with 2,052 parameters whole words are right "
        "in 0.14 to 0.42. Words were split at random, so that many held-out words have relatives "
        "(plurals, other forms of a verb) in training. It is one task and one schedule, and the "
        "two families are not a fair race."
    ),
    cost="83.0 CPU minutes.",
)


def spanish() -> EvalResults:
    """Fourteen widths of GRU and eleven of transformer, five seeds, asked 2,000 held-out words.

    Returns
    -------
    EvalResults
        `samples` holds every answer: `prompt` (spelling), `target` and `output` (sounds in IPA,
        ``ˈ`` before a stressed vowel), `token_logprobs` (nats; of the target's sounds and of
        the end mark that follows). `scores` holds every metric by model and seed, for all words
        and for words of eight sounds or more.

    Notes
    -----
    Made by ``python -m experiments spanish``; see `DESCRIPTION` for how, what it shows and
    what it does not.

    References
    ----------
    gruut-lang-es 2.0.1 (M. Hansen), whose sounds were made by the rules of eSpeak NG; its
    notice is in ``GRUUT_LICENSE``.

    Examples
    --------
    >>> results = spanish()
    >>> results.families, len(results.models)
    (['GRU', 'transformer'], 25)
    """
    return _load()


@cache
def _load() -> EvalResults:
    samples = read_samples("spanish.parquet")
    return EvalResults(
        scores_of_words(samples),
        samples,
        notes=(rounded(samples),),
        name="Spanish pronunciation",
        source="Our own training runs on gruut-lang-es 2.0.1 (M. Hansen; sounds by eSpeak NG)",
        license="BSD-3-Clause; words and sounds: MIT (GRUUT_LICENSE)",
        description=DESCRIPTION,
    )
