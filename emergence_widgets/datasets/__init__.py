"""Bundled real results, each with its source, its licence and what it shows.

Each function returns an `emergence_widgets.EvalResults`; `autoencoder_images` returns pictures.
"""

from __future__ import annotations

from .addition import addition, addition_chains, addition_outcomes, addition_training
from .autoencoder import autoencoder, autoencoder_images
from .classifier import classifier
from .grokking import grokking
from .pronunciation import pronunciation
from .published import gpt3, wei_abilities
from .spanish import spanish

__all__ = [
    "addition",
    "addition_chains",
    "addition_outcomes",
    "addition_training",
    "autoencoder",
    "autoencoder_images",
    "classifier",
    "gpt3",
    "grokking",
    "pronunciation",
    "spanish",
    "wei_abilities",
]
