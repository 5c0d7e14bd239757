"""Progress measures of modular addition in the Fourier basis.

After Nanda et al. 2023, "Progress measures for grokking via mechanistic interpretability",
arXiv:2301.05217: a network that has generalised adds with a few frequencies k, through
cos(2πk(a+b)/p) and sin(2πk(a+b)/p).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import log_softmax


def frequency_power(embedding: np.ndarray) -> np.ndarray:
    """Power of each frequency of an embedding of the numbers 0 … p - 1.

    Parameters
    ----------
    embedding
        Shape ``(p, width)``, p odd.

    Returns
    -------
    numpy.ndarray
        Shape ``((p - 1) / 2,)``: squared length of the part of the embedding (its mean over
        numbers taken away) that lies on cos and sin of frequency 1, 2, …; sums to the squared
        length of the whole.

    Examples
    --------
    >>> numbers = np.arange(7)
    >>> wave = np.cos(2 * np.pi * 2 * numbers / 7)
    >>> frequency_power(wave[:, None]).round(9).tolist()
    [0.0, 3.5, 0.0]
    """
    count = len(embedding)
    if count % 2 == 0:
        raise ValueError(f"embedding has {count} rows; expected an odd number of them")
    waves = np.fft.rfft(embedding, axis=0)[1:]
    return 2 * (np.abs(waves) ** 2).sum(1) / count


def leading_frequencies(embedding: np.ndarray, count: int) -> tuple[int, ...]:
    """The `count` frequencies of most power, in rising order."""
    strongest = np.argsort(-frequency_power(embedding), kind="stable")[:count]
    return tuple(sorted(int(frequency) + 1 for frequency in strongest))


def fourier_share(embedding: np.ndarray, frequencies: Sequence[int]) -> float:
    """Share of an embedding's power (its mean taken away) that is at `frequencies`.

    Examples
    --------
    >>> numbers = np.arange(7)
    >>> fourier_share(np.sin(2 * np.pi * 3 * numbers / 7)[:, None], [3])
    1.0
    """
    power = frequency_power(embedding)
    return float(power[np.asarray(frequencies) - 1].sum() / power.sum())


def sum_waves(logits: np.ndarray, frequencies: Sequence[int]) -> np.ndarray:
    """Part of the logits that depends on a + b through waves of `frequencies`.

    Parameters
    ----------
    logits
        Shape ``(p, p, p)``: first number a, second number b, option.
    frequencies
        Whole numbers from 1 to (p - 1) / 2.

    Returns
    -------
    numpy.ndarray
        Same shape: each option's logits projected, over all pairs, onto cos(2πk(a+b)/p) and
        sin(2πk(a+b)/p) for the k of `frequencies`. Without the constant.
    """
    count = len(logits)
    numbers = np.arange(count)
    # A function of a + b is the same as a function of the sum modulo p, so that projecting
    # is averaging over the pairs of each sum, then keeping a few waves.
    first, total = numbers[:, None], numbers[None, :]
    by_sum = logits[first, (total - first) % count].mean(0)
    waves = np.fft.rfft(by_sum, axis=0)
    kept = np.zeros_like(waves)
    kept[list(frequencies)] = waves[list(frequencies)]
    smooth = np.fft.irfft(kept, n=count, axis=0)
    return smooth[(numbers[:, None] + numbers[None, :]) % count]


def cross_entropy(logits: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Loss in nats of a + b modulo p, of each pair.

    Parameters
    ----------
    logits
        Shape ``(p, p, p)``.
    pairs
        Shape ``(n, 2)``: the pairs (a, b).
    """
    first, second = pairs.T
    logprobs = log_softmax(np.asarray(logits, float)[first, second], axis=-1)
    return -logprobs[np.arange(len(pairs)), (first + second) % len(logits)]


def restricted_loss(
    logits: np.ndarray, frequencies: Sequence[int], pairs: np.ndarray
) -> np.ndarray:
    """Loss of each of the `pairs` with only the waves of a + b at `frequencies`.

    Kept of the logits: each option's mean over all pairs, and `sum_waves`. Low where the
    network holds the general solution, whatever else it holds beside it.
    """
    constant = logits.mean((0, 1), keepdims=True)
    return cross_entropy(constant + sum_waves(logits, frequencies), pairs)


def excluded_loss(logits: np.ndarray, frequencies: Sequence[int], pairs: np.ndarray) -> np.ndarray:
    """Loss of each of the training `pairs` with the waves of a + b at `frequencies` taken away.

    Low where the network knows its training pairs by heart; rises as it comes to rely on the
    general solution.
    """
    return cross_entropy(logits - sum_waves(logits, frequencies), pairs)
