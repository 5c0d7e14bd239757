"""Our own families: GRUs and transformers that pronounce Spanish words."""

from __future__ import annotations

from functools import cache

from ..results.eval_results import EvalResults
from .description import page_of_facts
from .pronunciation import scores_of_words
from .tables import read_samples, rounded

DESCRIPTION = page_of_facts(
    what="",
    made="",
    shows="",
    does_not_show="",
    cost="",
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
