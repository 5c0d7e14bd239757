"""Bundled real results, each with its source, its licence and what it shows.

Each function returns an `emergence_widgets.EvalResults`; `autoencoder_images` returns pictures.
"""

from __future__ import annotations

from .addition import addition, addition_chains, addition_training
from .autoencoder import autoencoder, autoencoder_images
from .classifier import classifier
from .gpt3 import gpt3
from .grokking import grokking
from .pronunciation import pronunciation
from .wei import wei_abilities

__all__ = [
    "addition",
    "addition_chains",
    "addition_training",
    "autoencoder",
    "autoencoder_images",
    "classifier",
    "gpt3",
    "grokking",
    "pronunciation",
    "wei_abilities",
]
