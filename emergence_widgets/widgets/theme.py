"""Colours and markers; the colours of meaning are CSS variables, so that they follow the theme."""

from __future__ import annotations

SHARP = "var(--ew-sharp)"
GENTLE = "var(--ew-gentle)"
CAUSE = "var(--ew-cause)"
MIST = "var(--ew-mist)"
TEXT = "var(--ew-text)"

# Okabe and Ito's palette, safe for colour-blind readers, without its black and its yellow,
# which a dark or a light theme would swallow.
FAMILY_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
FAMILY_MARKERS = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

FIGURE_HEIGHT = "215px"
FIGURE_MARGIN = {"top": 10, "bottom": 40, "left": 46, "right": 14}
LINE_WIDTH = 2.5
POINT_SIZE = 42
