"""Late rise T on a figure: steady gains as a dotted line, the largest lag as a bracket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..programs.encode import Encoding, choose, log, plus, text, times
from . import theme
from .panel import Panel

CAP = 0.014
"""Half the width of a bracket's caps, as a share of the axis."""
ABOVE, BELOW = -9, 11
KEY = "··· steady gains"
SMOOTH_LOSS_KEY = "▬ what a smooth loss predicts"


def _as_it_is(value: Encoding) -> Encoding:
    return value


@dataclass(frozen=True)
class LateRiseMarks:
    """The marks of `programs.late.late_rise_shown` under one name, on one panel.

    `x` and `y` place numbers on the axes, of which `ends` are those of the horizontal one;
    `falls`: whether lower scores are better.
    """

    panel: Panel
    name: Any
    ends: tuple[Encoding, Encoding]
    colour: Encoding
    falls: Encoding = 0.0
    x: Callable[[Encoding], Encoding] = log
    y: Callable[[Encoding], Encoding] = _as_it_is

    def add_line(self) -> None:
        """Add steady gains, before the curves that are not to be hidden, and their key."""
        look: dict[str, Any] = {"line_style": "dotted", "stroke_width": 2.0}
        scale, score = self._of("steady_scale"), self._of("steady_score")
        line = self.panel.curve(theme.TEXT, self.x(scale), self.y(score), **look)
        self.panel.bind(line, colors=[self.colour])
        self.panel.add_key(choose(self._of("lag_label"), text(KEY), text("")))

    def add_bracket(self) -> None:
        """Add the bracket and its number, over all else."""
        low, high = self.ends
        at = self.x([self._of("lag_scale")])
        side = times(CAP, plus(high, times(-1.0, low)))
        left, right = plus(at, times(-1.0, side)), plus(at, side)
        foot, top = (self.y([self._of(f"lag_{end}")]) for end in ("from", "to"))
        places = [left, right, None, at, at, None, left, right]
        heights = [foot, foot, None, foot, top, None, top, top]
        self.panel.curve(theme.TEXT, places, heights, stroke_width=1.5)
        number = self.panel.note(
            self.x(self._of("lag_label_scale")),
            self.y(self._of("lag_label_score")),
            self._of("lag_label"),
            colour=theme.TEXT,
        )
        number.font_weight = "bold"
        self.panel.bind(number, y_offset=choose(self.falls, BELOW, ABOVE))

    def _of(self, output: str) -> str:
        return f"{output}_{self.name}"
