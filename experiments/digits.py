"""The handwritten digits that the vision experiments share: 1,797 images of 8 by 8 pixels.

scikit-learn's copy of a part of UCI's "Optical Recognition of Handwritten Digits" (E. Alpaydin
and C. Kaynak 1998), by 13 writers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.datasets import load_digits

PIXELS = 64
LEVELS = 16


@dataclass(frozen=True)
class Digits:
    """Images and labels, split once.

    Attributes
    ----------
    train, held_out
        Images, shape ``(n, 64)``, float32, pixels 0 to 1.
    train_labels, labels
        The digits on them.
    """

    train: np.ndarray
    train_labels: np.ndarray
    held_out: np.ndarray
    labels: np.ndarray


def split_digits(held_out: int, split_seed: int) -> Digits:
    """Images to train on and to hold out, drawn at random.

    Writers are not known, so that every held-out image has others by its writer in training.

    Parameters
    ----------
    held_out
        Images kept from training, 1 to 1,796.
    split_seed
        Of the draw.
    """
    both: Any = load_digits(return_X_y=True)
    images, labels = both
    if not 1 <= held_out < len(images):
        raise ValueError(f"held_out is {held_out}; expected 1 to {len(images) - 1}")
    images = (images / LEVELS).astype(np.float32)
    order = np.random.default_rng(split_seed).permutation(len(images))
    kept, trained = np.sort(order[:held_out]), np.sort(order[held_out:])
    return Digits(images[trained], labels[trained], images[kept], labels[kept])
