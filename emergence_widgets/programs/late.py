"""Late rise T of a curve, and what shows it on a figure: steady gains and the largest lag."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ..core.statistics.clear_rise import clear_rise
from ..core.statistics.late_rise import LEAST_LATE, lag
from .encode import axis_position
from .program import Floats

STEPS = 64
"""Steady gains are straight over decades; on other axes this many pieces make their curve."""
NUMBER_ROOM = 0.25
"""Share of an axis that the number takes which ends at its bracket."""
TIE = 1e-9


class Series(NamedTuple):
    """Scores over an ascending scale, with the ends of their intervals."""

    scale: Floats
    score: Floats
    lower: Floats
    upper: Floats

    def turned(self) -> Series:
        """With lower scores as higher ones."""
        return Series(self.scale, -self.score, -self.upper, -self.lower)

    def reversed(self) -> Series:
        """Over a scale that falls as models improve."""
        scale, *others = (one[::-1] for one in self)
        return Series(1 / scale, *others)


class Across(NamedTuple):
    """The horizontal axis of a figure: what stands at its left and right, as the axis has it."""

    left: float
    right: float
    logarithmic: bool = True

    def share(self, scale: Floats) -> Floats:
        """How far from the left numbers stand."""
        return (axis_position(scale, self.logarithmic) - self.left) / (self.right - self.left)

    def at(self, share: float) -> float:
        """The number that stands there."""
        place = self.left + share * (self.right - self.left)
        return 10**place if self.logarithmic else place


def late_rise_shown(
    name: Any, drawn: Series, across: Across, *, falls: bool = False, scale_falls: bool = False
) -> dict[str, Any]:
    """Late rise T of a curve as it is drawn, where it rises beyond its intervals, and its marks.

    `falls`: lower scores are better; `scale_falls`: models improve as the scale falls. Marks are
    empty where T is too small for a word.
    """
    better = drawn.turned() if falls else drawn
    better = better.reversed() if scale_falls else better
    late = np.nan
    scale, line, at, ends, number = np.zeros(0), np.zeros(0), np.nan, (np.nan, np.nan), ""
    label = (np.nan, np.nan)
    if len(better.score) and clear_rise(better.score, better.lower, better.upper):
        late, levels, fit, steady = lag(better.scale, better.score)
        if late > LEAST_LATE:
            scale, line = _fine(levels, steady)
            scale = 1 / scale if scale_falls else scale
            sign = -1.0 if falls else 1.0
            gap = steady - fit
            # Of equal ones the first, whatever the rounding.
            worst = int(np.argmax(gap >= gap.max() - TIE * (fit[-1] - fit[0])))
            at = float(1 / levels[worst] if scale_falls else levels[worst])
            ends = (sign * float(fit[worst]), sign * float(steady[worst]))
            line = sign * line
            label = _label(scale, line, at, across)
            hundredths = int(np.floor(100 * late + 0.5))
            number = f"T {hundredths // 100}.{hundredths % 100:02d}"
    return {
        f"late_{name}": late,
        f"steady_scale_{name}": scale,
        f"steady_score_{name}": line,
        f"lag_scale_{name}": at,
        f"lag_from_{name}": ends[0],
        f"lag_to_{name}": ends[1],
        f"lag_label_scale_{name}": label[0],
        f"lag_label_score_{name}": label[1],
        f"lag_label_{name}": number,
    }


def _fine(levels: Floats, steady: Floats) -> tuple[Floats, Floats]:
    """Steady gains at the levels and between them, straight over decades."""
    steps = -(-STEPS // (len(levels) - 1))
    share = np.arange(steps) / steps
    place = np.log10(levels)[:, np.newaxis]
    between = place[:-1] + share * (place[1:] - place[:-1])
    scale = 10**between
    scale[:, 0] = levels[:-1]
    line = steady[:-1, np.newaxis] + share * np.diff(steady)[:, np.newaxis]
    return np.append(scale, levels[-1]), np.append(line, steady[-1])


def _label(scale: Floats, line: Floats, at: float, across: Across) -> tuple[float, float]:
    """Where the number ends: at the bracket, on the far side of steady gains, which it spares."""
    share = across.share(scale)
    low, bracket = share[0], float(across.share(np.array(at)))
    ends = min(max(bracket, float(low) + NUMBER_ROOM, NUMBER_ROOM), float(share[-1]))
    if ends <= bracket:
        return at, float(np.interp(bracket, share, line))
    return float(across.at(ends)), float(np.interp(ends, share, line))
